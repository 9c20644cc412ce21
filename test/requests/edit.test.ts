import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newUuid } from "../../src/base/ids.ts";
import { findTrail } from "../../src/evidence/trail.ts";
import { finishJob } from "../../src/outbox/jobs.ts";
import { ask, faultOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, pageOf, sign } from "../support/page.ts";
import {
  ann,
  bob,
  edit,
  inDays,
  requestOf,
  sendAndWait,
  signatureOf,
  stateOf,
  untilState,
} from "../support/requests.ts";

const [sent, viewed, signed] = ["signature_request_sent", "signature_request_viewed", "signature_request_signed"];
const removed = "signature_request_signer_removed";
const ending = ["signature_request_all_signed", "signature_request_downloadable"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const isFound = async (id: string, words: string) => {
      const { json } = await ask(house, `GET /signature_request/list?query=${encodeURIComponent(words)}`);
      return JSON.stringify(json).includes(id);
    };

    test("an edit by mail replaces everything but the id: old links die, who stays and who comes is asked, who goes is told", async () => {
      const before = await sendAndWait(house, {
        mailed: true,
        title: "Quince",
        signers: [ann, bob],
        metadata: { a: "1" },
      });
      const { signature_request_id: id } = before;
      const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
      const page = openPage(house, { link });
      const view = await open(page);
      await page.save(answersTo(view));

      const carl = { name: "Carl Day", email_address: "carl@example.com" };
      const answer = requestOf(
        await edit(house, {
          id,
          mailed: true,
          title: "Medlar",
          subject: "Sorb",
          signers: [ann, carl],
          expires_at: inDays(5),
        }),
      );
      assert.equal(answer.signature_request_id, id);
      const shown = await untilState(house, { id, not: ["processing"] });
      assert.deepEqual([shown.title, shown.original_title, shown.metadata], ["Medlar", "Quince", {}]);
      assert.equal(shown.created_at, before.created_at);
      assert.deepEqual(
        shown.signatures.map((one) => [one.signer_name, one.status_code, one.last_viewed_at]),
        [
          ["Ann Lee", "awaiting_signature", null],
          ["Carl Day", "awaiting_signature", null],
        ],
      );
      const old = new Set(before.signatures.map((one) => one.signature_id));
      assert.ok(shown.signatures.every((one) => !old.has(one.signature_id)));
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, removed, sent]);
      const told = house.receiver.heard.find(
        ({ payload }) => payload.event.event_type === removed && payload.signature_request?.signature_request_id === id,
      );
      assert.equal(told?.payload.event.event_metadata.related_signature_id, signatureOf(before, 1).signature_id);

      for (const said of [await page.claim(), await page.save({}), await page.finish(answersTo(view))])
        assert.ok("ok" in said && !said.ok && said.code === "sign_url_invalid");
      const letters = await house.store.read
        .selectFrom("letters")
        .select(["to_email", "kind", "subject", "text_body"])
        .where("request_id", "=", id)
        .orderBy("letter_id")
        .execute();
      const release = letters.find(({ kind }) => kind === removed);
      assert.match(`${release?.subject} ${release?.text_body}`, /Quince/);
      assert.doesNotMatch(`${release?.subject} ${release?.text_body}`, /Medlar|Sorb/);
      assert.deepEqual(
        letters.map(({ to_email, kind }) => `${to_email} ${kind}`).toSorted(),
        [
          `ann@example.com ${sent}`,
          `ann@example.com ${sent}`,
          `bob@example.com ${sent}`,
          `bob@example.com ${removed}`,
          `carl@example.com ${sent}`,
        ].toSorted(),
      );
      const step = (await findTrail(house.store.read, id)).find(({ kind }) => kind === "edited");
      assert.match(step?.facts_json ?? "", /no longer asked: Bob Ray \(bob@example\.com\); newly asked: Carl Day/);
      assert.deepEqual(
        [await isFound(id, "medlar"), await isFound(id, "quince"), await isFound(id, "to:carl")],
        [true, false, true],
      );

      for (const to of [ann.email_address, carl.email_address]) {
        const fresh = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to }) });
        const opened = await open(fresh);
        assert.deepEqual(opened.answers, {});
        assert.deepEqual(await fresh.finish(answersTo(opened)), { ok: true, state: "signed" });
      }
      assert.deepEqual(await eventsOf(house, id), [
        sent,
        viewed,
        removed,
        sent,
        viewed,
        signed,
        viewed,
        signed,
        ...ending,
      ]);
    });

    test("an embedded edit with the same signers tells of nobody who left, and its new sign URLs lead to the end", async () => {
      const before = await sendAndWait(house);
      const { signature_request_id: id } = before;
      const page = await pageOf(house, signatureOf(before).signature_id);
      await open(page);
      assert.equal((await edit(house, { id })).status, 200);
      const shown = await untilState(house, { id, not: ["processing"] });
      const said = await page.claim();
      assert.ok(!said.ok && said.code === "sign_url_invalid");
      await sign(house, signatureOf(shown).signature_id);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, sent, viewed, signed, ...ending]);
    });

    test("once somebody has signed a request it is not edited any more", async () => {
      const shown = await sendAndWait(house, { signers: [ann, bob] });
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      assert.deepEqual(faultOf(await edit(house, { id })), [409, "conflict"]);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed]);
    });

    test("an edit that cannot be used is refused with its path and changes nothing; one whose document cannot fails as a new one does", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      assert.deepEqual(faultOf(await edit(house, { id, signers: [{ ...ann, email_address: "nobody" }] })), [
        400,
        "bad_request",
        "signers[0][email_address]",
      ]);
      assert.deepEqual(requestOf(await ask(house, `GET /signature_request/${id}`)), shown);
      assert.equal((await edit(house, { id, files: [Buffer.from("%PDF-1.4 broken")] })).status, 200);
      assert.equal((await untilState(house, { id, not: ["processing"] })).has_error, true);
      assert.deepEqual(await eventsOf(house, id), [sent, "file_error"]);
    });

    test("a worker that still processes what an edit has replaced keeps nothing of it", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      const jobId = newUuid(Date.now());
      await house.store.transact(async (tx) => {
        const old = { job_id: jobId, kind: "prepare", request_id: id, payload_json: "{}", state: "pending", tries: 0 };
        const hands = { leased: 1, lease_no: 1, worker_id: "another", next_at: Date.now() + 3_600_000 };
        await tx
          .insertInto("jobs")
          .values({ ...old, ...hands, created_at: 0, last_error: null })
          .execute();
      });
      assert.equal((await edit(house, { id, title: "New" })).status, 200);
      assert.equal(await house.store.transact((tx) => finishJob(tx, { jobId, leaseNo: 1 })), false);
      assert.equal((await untilState(house, { id, not: ["processing"] })).title, "New");
      assert.deepEqual(await eventsOf(house, id), [sent, sent]);
    });

    test("of edits at once one is taken, the others are told to wait, and what is sent is the one that was", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      const answers = await Promise.all(["A", "B", "C", "D"].map((title) => edit(house, { id, title })));
      const taken = answers.filter(({ status }) => status === 200).map((one) => requestOf(one).title);
      const others = answers.filter(({ status }) => status !== 200).map(faultOf);
      assert.ok(taken.length >= 1);
      for (const fault of others) assert.deepEqual(fault, [409, "conflict"]);
      const shown = await untilState(house, { id, not: ["processing"] });
      assert.ok(taken.includes(shown.title));
      assert.deepEqual(await eventsOf(house, id), [sent, ...taken.map(() => sent)]);
    });

    test("an edit against a signature: whichever comes first wins, and the other is told", async () => {
      for (let round = 0; round < 5; round += 1) {
        const shown = await sendAndWait(house, { signers: [ann, bob] });
        const { signature_request_id: id } = shown;
        const page = await pageOf(house, signatureOf(shown).signature_id);
        const answers = answersTo(await open(page));
        const [edited, finished] = await Promise.all([edit(house, { id, signers: [ann, bob] }), page.finish(answers)]);
        if (finished.ok) assert.deepEqual(faultOf(edited), [409, "conflict"]);
        else assert.deepEqual([edited.status, finished.code], [200, "sign_url_invalid"]);
        const wanted = finished.ok ? [sent, viewed, signed] : [sent, viewed, sent];
        assert.deepEqual(await eventsOf(house, id), wanted);
        assert.equal(await stateOf(house, id), "awaiting");
      }
    });
  });
}
