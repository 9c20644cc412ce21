import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answered, ask, faultOf, wordsOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage } from "../support/page.ts";
import { ann, bob, inDays, requestOf, sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const remind = (id: string, json: object): Promise<Answered> =>
      ask(house, `POST /signature_request/remind/${id}`, { json });

    async function reminders(id: string): Promise<readonly string[]> {
      const rows = await house.store.read
        .selectFrom("letters")
        .select(["to_email", "subject"])
        .where("request_id", "=", id)
        .where("kind", "=", "signature_request_remind")
        .orderBy("created_at")
        .execute();
      return rows.map(({ to_email, subject }) => `${to_email} ${subject}`);
    }

    test("a reminder answers the request with its time, and becomes one event and one letter with a link that works", async () => {
      const shown = await sendAndWait(house, { mailed: true, title: "Lease", signers: [ann, bob] });
      const { signature_request_id: id } = shown;
      const before = Math.floor(Date.now() / 1000);
      const reminded = requestOf(await remind(id, { email_address: "ANN@example.com" }));

      const [first, second] = reminded.signatures;
      assert.ok(first?.last_reminded_at && first.last_reminded_at >= before);
      assert.equal(second?.last_reminded_at, null);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_remind"]);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      assert.equal(payload.event.event_metadata.related_signature_id, first.signature_id);
      assert.deepEqual(await reminders(id), ["ann@example.com Reminder: Lease"]);

      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      assert.equal((await page.finish(answersTo(await open(page)))).ok, true);
    });

    test("7 and 3 days before it expires everybody whose turn it is is reminded, but who was reminded within a day", async () => {
      const parameters = { mailed: true, expires_at: inDays(20), signers: [ann, bob] };
      const { signature_request_id: id, signatures } = await sendAndWait(house, parameters);
      const jobs = () =>
        house.store.read
          .selectFrom("jobs")
          .selectAll()
          .where("request_id", "=", id)
          .where("kind", "=", "remind")
          .execute();
      const expiresAt =
        (
          await house.store.read
            .selectFrom("signature_requests")
            .select("expires_at")
            .where("request_id", "=", id)
            .executeTakeFirstOrThrow()
        ).expires_at ?? 0;
      const day = 24 * 3_600_000;
      const early = (await jobs()).map(({ next_at: at }) => Math.round((expiresAt - at) / day));
      assert.deepEqual(
        early.toSorted((one, other) => other - one),
        [7, 3],
      );

      assert.equal((await remind(id, { email_address: bob.email_address })).status, 200);
      const due = async (which: number) => {
        const job = (await jobs()).toSorted((one, other) => one.next_at - other.next_at)[which];
        await house.store.transact(async (tx) => {
          await tx
            .updateTable("jobs")
            .set({ next_at: 1 })
            .where("job_id", "=", job?.job_id ?? "")
            .execute();
        });
        while (!(await jobs()).some((one) => one.job_id === job?.job_id && one.state === "done")) await sleep(20);
      };
      await due(0);
      const [sent, reminder] = ["signature_request_sent", "signature_request_remind"];
      assert.deepEqual(await eventsOf(house, id), [sent, reminder, reminder]);
      assert.equal((await reminders(id)).length, 2);
      // A day later the second one reminds both.
      await house.store.transact(async (tx) => {
        const ids = signatures.map(({ signature_id: one }) => one);
        await tx
          .updateTable("signatures")
          .set({ reminded_at: Date.now() - day })
          .where("signature_id", "in", ids)
          .execute();
        // As an earlier version promised it: without the end.
        await tx.updateTable("jobs").set({ payload_json: "{}" }).where("request_id", "=", id).execute();
      });
      await due(1);
      assert.deepEqual(await eventsOf(house, id), [sent, reminder, reminder, reminder, reminder]);
    });

    test("a reminder that is in hands while the end is moved reminds nobody: those of the new end will", async () => {
      const { signature_request_id: id, signatures } = await sendAndWait(house, {
        mailed: true,
        expires_at: inDays(20),
      });
      const [signature] = signatures;
      const jobs = () =>
        house.store.read
          .selectFrom("jobs")
          .select(["job_id", "state"])
          .where("request_id", "=", id)
          .where("kind", "=", "remind")
          .execute();
      const [held] = await jobs();
      const put = (hands: { readonly leased: number; readonly next_at: number }) =>
        house.store.transact((tx) =>
          tx
            .updateTable("jobs")
            .set(hands)
            .where("job_id", "=", held?.job_id ?? "")
            .execute(),
        );
      await put({ leased: 1, next_at: Date.now() + 3_600_000 });
      const json = { signature_id: signature?.signature_id, expires_at: inDays(30) };
      assert.equal((await ask(house, `POST /signature_request/update/${id}`, { json })).status, 200);
      await put({ leased: 0, next_at: 1 });
      while (!(await jobs()).some((one) => one.job_id === held?.job_id && one.state === "done")) await sleep(20);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.equal((await jobs()).filter(({ state }) => state === "pending").length, 2);
    });

    test("an embedded request is never reminded of, and one that lives but two days neither", async () => {
      for (const parameters of [{ expires_at: inDays(20) }, { mailed: true, expires_at: inDays(2) }]) {
        const { signature_request_id: id } = await sendAndWait(house, parameters);
        const jobs = await house.store.read.selectFrom("jobs").select("kind").where("request_id", "=", id).execute();
        assert.ok(!jobs.some(({ kind }) => kind === "remind"));
      }
    });

    test("nobody is reminded twice within the hour, but each signer by themselves", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true, signers: [ann, bob] });
      assert.equal((await remind(id, { email_address: ann.email_address })).status, 200);
      const again = await remind(id, { email_address: ann.email_address });
      assert.deepEqual(faultOf(again), [400, "invalid_reminder", "email_address"]);
      assert.match(wordsOf(again), /Ann Lee was reminded less than an hour ago/);
      assert.equal((await remind(id, { email_address: bob.email_address })).status, 200);

      // An hour ago; and, by a clock that has been set back since, in five hours.
      for (const at of [Date.now() - 3_600_000, Date.now() + 5 * 3_600_000]) {
        await house.store.transact(async (tx) => {
          await tx.updateTable("signatures").set({ reminded_at: at }).where("request_id", "=", id).execute();
        });
        assert.equal((await remind(id, { email_address: ann.email_address })).status, 200);
      }
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_remind",
        "signature_request_remind",
        "signature_request_remind",
        "signature_request_remind",
      ]);
    });

    test("ten reminders of one signer at the same moment are one", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true });
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => remind(id, { email_address: ann.email_address })),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_remind"]);
    });

    test("signers who share an address are told apart by name", async () => {
      const twin = { ...ann, name: "Ann Lee, director" };
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true, signers: [ann, twin] });
      const both = await remind(id, { email_address: ann.email_address });
      assert.deepEqual(faultOf(both), [400, "bad_request", "name"]);
      const shown = requestOf(await remind(id, { email_address: ann.email_address, name: twin.name }));
      assert.deepEqual(
        shown.signatures.map(({ last_reminded_at }) => last_reminded_at !== null),
        [false, true],
      );
    });

    test("who has signed, whose turn it is not, and who is nobody is not reminded", async () => {
      const { signature_request_id: id } = await sendAndWait(house, {
        mailed: true,
        signers: [
          { ...ann, order: 0 },
          { ...bob, order: 1 },
        ],
      });
      const early = await remind(id, { email_address: bob.email_address });
      assert.deepEqual(faultOf(early), [400, "invalid_reminder", "email_address"]);
      assert.match(wordsOf(early), /not Bob Ray's turn/);

      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      await page.finish(answersTo(await open(page)));
      const late = await remind(id, { email_address: ann.email_address });
      assert.deepEqual(faultOf(late), [400, "invalid_reminder", "email_address"]);
      assert.match(wordsOf(late), /Ann Lee has signed already/);
      assert.equal((await remind(id, { email_address: bob.email_address })).status, 200);

      for (const [json, path] of [
        [{ email_address: "nobody@example.com" }, "email_address"],
        [{ email_address: bob.email_address, name: "Bob" }, "email_address"],
        [{ email_address: "nobody" }, "email_address"],
        [{ email_address: "" }, "email_address"],
        [{}, "email_address"],
      ] as const) {
        const before = await tracesOf(house);
        assert.deepEqual(faultOf(await remind(id, json)), [400, "bad_request", path], JSON.stringify(json));
        assert.deepEqual(await tracesOf(house), before);
      }
    });

    test("signers of an embedded request get no mail, so no reminder", async () => {
      const shown = await sendAndWait(house);
      const answer = await remind(shown.signature_request_id, { email_address: ann.email_address });
      assert.deepEqual(faultOf(answer), [400, "invalid_reminder"]);
      assert.match(wordsOf(answer), /embedded request/);
      assert.equal(signatureOf(shown).last_reminded_at, null);
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
    });
  });
}
