import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { findTrail } from "../../src/evidence/trail.ts";
import { ask, basic } from "../support/ask.ts";
import { faxAndWait, faxEventsOf, statusOf } from "../support/faxes.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, open, openPage } from "../support/page.ts";
import { type PostOffice, plainOf, startPostOffice } from "../support/post-office.ts";
import { ann, bob, send, sendAndWait } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { until } from "../support/stage.ts";

const [sent, bounced] = ["signature_request_sent", "signature_request_email_bounce"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let office: PostOffice;
    let house: HeardHouse;
    let other: SecondAccount;

    before(async () => {
      office = await startPostOffice();
      house = await openHeardHouse(ground, {
        COUNTERSIGN_SMTP_URL: office.url,
        COUNTERSIGN_MAIL_FROM: "Acme <sign@acme.example>",
        COUNTERSIGN_LOG: "silent",
      });
      other = await makeSecondAccount(house);
    });

    after(async () => {
      await house.close();
      await office.close();
    });

    beforeEach(() => {
      office.refuses = null;
      office.answersAfter = null;
      office.letters.length = 0;
    });

    const jobsOf = (id: string) =>
      house.store.read.selectFrom("jobs").selectAll().where("request_id", "=", id).where("kind", "=", "mail").execute();
    const letterTo = async (to: string) => {
      for (;;) {
        const found = office.letters.find((letter) => letter.to === to);
        if (found) return found;
        await sleep(20);
      }
    };

    test("a clock that jumps forward has nothing that is in hands done again: it ends with its newer lease", async () => {
      const { promise, resolve: answer } = Promise.withResolvers<void>();
      office.answersAfter = promise;
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true });
      await letterTo(ann.email_address);
      // What such a jump does to a lease.
      await house.store.transact((tx) =>
        tx.updateTable("jobs").set({ next_at: 0 }).where("request_id", "=", id).where("kind", "=", "mail").execute(),
      );
      while ((await jobsOf(id)).some(({ lease_no: lease }) => lease < 2)) await sleep(20);
      // It would be begun in the same turn.
      await sleep(200);
      answer();
      while ((await jobsOf(id)).some(({ state }) => state === "pending")) await sleep(20);

      const jobs = await jobsOf(id);
      assert.deepEqual(
        jobs.map(({ state, tries, lease_no: lease }) => ({ state, tries, lease })),
        [{ state: "done", tries: 1, lease: 2 }],
      );
      assert.equal(office.letters.filter(({ to }) => to === ann.email_address).length, 1);
    });

    test("letters go over SMTP, from the sender that is set, as text and HTML; their links open, and are kept nowhere in clear", async () => {
      const message = "Please sign <b>soon</b>.";
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true, message, title: "Żółw & Co" });
      const letter = await letterTo(ann.email_address);
      assert.equal(letter.from, "sign@acme.example");
      assert.match(letter.text, /^From: Acme <sign@acme\.example>$/m);
      assert.match(letter.text, /^To: Ann Lee <ann@example\.com>$/m);
      assert.match(letter.text, /Content-Type: text\/html/);
      assert.ok(!letter.text.includes("<b>soon</b>") || plainOf(letter.text).includes("<b>soon</b>"));
      assert.match(letter.text, /&lt;b&gt;soon/);
      const link = /https?:\/\/\S+\/sign\/[0-9a-f]{64}/.exec(plainOf(letter.text))?.[0] ?? "";
      const page = openPage(house, { link });
      await page.finish(answersTo(await open(page)));
      await eventsOf(house, id);
      const completed = office.letters.filter(({ text }) => plainOf(text).includes("Everybody has signed"));
      assert.deepEqual(completed.map(({ to }) => to).toSorted(), ["admin@localhost", ann.email_address]);
      // The sealed document comes with it, byte for byte, and all letters about the request are one conversation.
      const sealed = await ask(house, `GET /signature_request/files/${id}?file_type=pdf`);
      for (const { text } of completed) {
        const [, base64 = ""] = /application\/pdf[\s\S]*?\r?\n\r?\n([A-Za-z0-9+/=\s]+)/.exec(text) ?? [];
        assert.ok(Buffer.from(base64, "base64").equals(sealed.bytes));
      }
      const threads = office.letters.map(({ text }) => /^References:\s*(\S+)/m.exec(text)?.[1]);
      assert.equal(new Set(threads).size, 1);
      const names = office.letters.map(({ text }) => /^Message-ID:\s*(\S+)/m.exec(text)?.[1]);
      assert.equal(new Set(names).size, names.length);
      const token = link.slice(-64);
      assert.ok(!JSON.stringify(await jobsOf(id)).includes(token));
      assert.deepEqual(
        await house.store.read.selectFrom("letters").selectAll().where("request_id", "=", id).execute(),
        [],
      );
    });

    test("an address that the mail server refuses for good is told once, with its words; the request goes on", async () => {
      office.refuses = { code: 550, words: "No such mailbox here" };
      const { signature_request_id: id, signatures } = await sendAndWait(house, { mailed: true });
      assert.deepEqual(await eventsOf(house, id), [sent, bounced]);
      const told = house.receiver.heard.find(
        ({ payload }) => payload.event.event_type === bounced && payload.signature_request?.signature_request_id === id,
      );
      assert.equal(told?.payload.event.event_metadata.related_signature_id, signatures[0]?.signature_id);
      assert.match(
        told?.payload.event.event_metadata.event_message ?? "",
        /Mail to ann@example\.com came back: .*No such mailbox here/,
      );
      const [last] = (await findTrail(house.store.read, id)).slice(-1);
      assert.equal(last?.kind, "bounced");
      assert.deepEqual(
        (await jobsOf(id)).map(({ state, tries }) => [state, tries]),
        [["done", 1]],
      );
      office.refuses = null;
      const { status } = await ask(house, `POST /signature_request/remind/${id}`, {
        json: { email_address: ann.email_address },
      });
      assert.equal(status, 200);
      const letter = await letterTo(ann.email_address);
      assert.match(plainOf(letter.text), /waiting for your signature/);
    });

    test("a fax by mail that the mail server refuses for good has not been sent: its status says so, and one event", async () => {
      office.refuses = { code: 550, words: "No such mailbox here" };
      const refused = await faxAndWait(house, { recipient: "nobody@example.com" });
      office.refuses = null;
      assert.equal(statusOf(refused), "error_bad_destination");
      assert.deepEqual(await faxEventsOf(house, refused.fax_id), ["fax_sent", "fax_blacklisted"]);
      const told = house.receiver.heard.at(-1)?.payload.event.event_metadata.event_message ?? "";
      assert.match(told, /Mail to nobody@example\.com came back: .*No such mailbox here/);
      assert.equal(statusOf(await faxAndWait(house, { recipient: "somebody@example.com" })), "success");
    });

    test("what a mail server refuses for now is tried again, and no event tells it", async () => {
      office.refuses = { code: 451, words: "Greylisted, come back later" };
      const shown = await send(house, { mailed: true });
      const { signature_request_id: id } = (
        JSON.parse(shown.bytes.toString("utf8")) as { signature_request: { signature_request_id: string } }
      ).signature_request;
      for (;;) {
        const [job] = await jobsOf(id);
        if (job?.last_error) {
          assert.match(job.last_error, /Greylisted/);
          break;
        }
        await sleep(20);
      }
      office.refuses = null;
      await letterTo(ann.email_address);
      assert.deepEqual(await eventsOf(house, id), [sent]);
      assert.equal(office.letters.filter(({ to }) => to === ann.email_address).length, 1);
    });

    test("what waits for the mail server asks nobody who is not asked any more: who had a wrong address, whose request was withdrawn", async () => {
      office.refuses = { code: 451, words: "Greylisted, come back later" };
      const wrong = { name: "Ann Lee", email_address: "wrong@example.com" };
      const waiting = [];
      for (const title of ["Corrected", "Withdrawn"]) {
        const { signature_request: request } = JSON.parse(
          (await send(house, { mailed: true, title, signers: [wrong] })).bytes.toString("utf8"),
        ) as { signature_request: { signature_request_id: string; signatures: { signature_id: string }[] } };
        await until("the server has refused it", async () =>
          (await jobsOf(request.signature_request_id)).some((job) => job.last_error !== null),
        );
        waiting.push(request);
      }
      const [corrected, withdrawn] = waiting;
      const json = { signature_id: corrected?.signatures[0]?.signature_id, email_address: "right@example.com" };
      const path = `POST /signature_request/update/${corrected?.signature_request_id}`;
      assert.equal((await ask(house, path, { json })).status, 200);
      const cancel = `POST /signature_request/cancel/${withdrawn?.signature_request_id}`;
      assert.equal((await ask(house, cancel)).status, 200);
      office.refuses = null;
      const jobs = house.store.read
        .selectFrom("jobs")
        .select("job_id")
        .where("kind", "=", "mail")
        .where("state", "=", "pending");
      await until("all letters have gone", async () => (await jobs.execute()).length === 0);
      const links = office.letters.filter(({ text }) => /\/sign\/[0-9a-f]{64}/.test(plainOf(text)));
      assert.deepEqual(
        links.map(({ to }) => to),
        ["right@example.com"],
      );
    });

    const messageIdOf = ({ text }: { readonly text: string }) => /^Message-ID:\s*(<[^>]+>)/im.exec(text)?.[1] ?? "";
    const dsnOf = (status: string, about: string) =>
      `Subject: Undelivered Mail\n\nFinal-Recipient: rfc822; bob@example.com\nStatus: ${status}\nDiagnostic-Code: smtp; 550 5.1.1 unknown user\n\nMessage-ID: ${about}\n`;
    const tell = async (text: string, key = house.apiKey) => {
      const headers = { authorization: basic(key), "content-type": "application/json" };
      const answer = await fetch(`${house.url}/api/mail/bounces`, {
        method: "POST",
        headers,
        body: JSON.stringify({ dsn: text }),
      });
      return answer.status;
    };

    test("a notification that comes back later is taken by its Message-ID: ours, of this account, and for good", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true, signers: [bob] });
      const letter = await letterTo(bob.email_address);
      const messageId = messageIdOf(letter);
      const dsn = (status: string, about = messageId) => dsnOf(status, about);
      assert.equal(await tell(dsn("5.1.1"), other.apiKey), 404);
      assert.equal(await tell(dsn("5.1.1"), "9".repeat(64)), 401);
      assert.equal(await tell(dsn("4.2.2")), 400);
      const forged = messageId.replace(/\.[0-9a-f]{32}(?=\.[0-9a-f-]{36}@)/, `.${"0".repeat(32)}`);
      assert.equal(await tell(dsn("5.1.1", forged)), 400);
      assert.deepEqual(await eventsOf(house, id), [sent]);
      assert.equal(await tell(dsn("5.1.1")), 200);
      assert.deepEqual(await eventsOf(house, id), [sent, bounced]);
    });

    test("a fax by mail that comes back later was not sent after all: told once, by who has the fax, of the one whose letter it was", async () => {
      const { fax_id: id } = await faxAndWait(house, { recipient: "carol@example.com" });
      const messageId = messageIdOf(await letterTo("carol@example.com"));
      assert.equal(await tell(dsnOf("5.1.1", messageId), other.apiKey), 404);
      const forged = messageId.replace(/\.[0-9a-f]{32}(?=\.[0-9a-f-]{36}@)/, `.${"0".repeat(32)}`);
      assert.equal(await tell(dsnOf("5.1.1", forged)), 400);
      assert.deepEqual(await faxEventsOf(house, id), ["fax_sent"]);
      assert.equal(await tell(dsnOf("5.1.1", messageId)), 200);
      assert.equal(await tell(dsnOf("5.1.1", messageId)), 200);
      assert.deepEqual(await faxEventsOf(house, id), ["fax_sent", "fax_blacklisted"]);
    });
  });
}
