import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, sign } from "../support/page.ts";
import { ann, bob, inDays, onePage, type Shown, sendAndWait, signatureOf, stateOf } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { knownPassword, signIn, type Visitor } from "./visitor.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let visitor: Visitor;
    let key: string;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      visitor = await signIn(house);
      key = await visitor.key();
    });
    after(() => house.close());

    const mailed = (more: object = {}) => sendAndWait(house, { mailed: true, title: "Lease", signers: [ann], ...more });
    const pageOf = async ({ signature_request_id: id }: Shown) => (await visitor.get(`/app/requests/${id}`)).text;
    const remind = (shown: Shown, index = 0) =>
      visitor.post(`/app/requests/${shown.signature_request_id}/remind`, {
        key,
        signature: signatureOf(shown, index).signature_id,
      });
    const withdraw = ({ signature_request_id: id }: Shown) => visitor.post(`/app/requests/${id}/withdraw`, { key });
    const buttons = (text: string) =>
      [...text.matchAll(/aria-label="Send reminder to ([^"]+)"/g)].map(([, name]) => name);

    test("a signer is reminded as through the API: one event, by the account, and a letter whose link signs", async () => {
      const shown = await mailed();
      const { signature_request_id: id } = shown;
      assert.deepEqual(buttons(await pageOf(shown)), ["Ann Lee"]);
      const { status, location } = await remind(shown);
      assert.deepEqual([status, location], [303, `/app/requests/${id}?done=reminded`]);
      assert.match((await visitor.get(location ?? "")).text, /Reminded: a letter with a new link is on its way\./);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_remind"]);
      const row = await house.store.read
        .selectFrom("trail")
        .select(["who", "ip"])
        .where("request_id", "=", id)
        .where("kind", "=", "reminded")
        .executeTakeFirstOrThrow();
      assert.deepEqual([row.who, row.ip], ["admin@localhost", "127.0.0.1"]);
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      assert.equal((await page.finish(answersTo(await open(page)))).ok, true);
      await house.quiet();
      assert.deepEqual(buttons(await pageOf(shown)), []);
    });

    test("within the hour nobody is reminded again: the button is gone, and who sends the form is told beside the name", async () => {
      const shown = await mailed();
      await remind(shown);
      const text = await pageOf(shown);
      assert.deepEqual(buttons(text), []);
      assert.match(text, /can be reminded again from/);
      const again = await remind(shown);
      assert.equal(again.status, 400);
      assert.match(again.text, /role="alert">Ann Lee was reminded less than an hour ago\./);
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [
        "signature_request_sent",
        "signature_request_remind",
      ]);
      await house.store.transact(async (tx) => {
        const reminded_at = Date.now() - limits.remindEveryMs - 1;
        await tx
          .updateTable("signatures")
          .set({ reminded_at })
          .where("request_id", "=", shown.signature_request_id)
          .execute();
      });
      assert.equal((await remind(shown)).status, 303);
    });

    test("in order only those whose turn it is have a button, and others are refused in words", async () => {
      const shown = await mailed({
        signers: [
          { ...ann, order: 7 },
          { ...bob, order: 3 },
        ],
      });
      const text = await pageOf(shown);
      assert.deepEqual(buttons(text), ["Bob Ray"]);
      assert.match(text, /Ann Lee<\/strong>.*?turn 2.*?Bob Ray<\/strong>.*?turn 1/s);
      const { status, text: refused } = await remind(shown, 0);
      assert.equal(status, 400);
      assert.match(refused, /It is not Ann Lee&#39;s turn to sign yet\./);
    });

    test("signers of embedded requests cannot be reminded, and the page says why", async () => {
      const shown = await sendAndWait(house);
      const text = await pageOf(shown);
      assert.deepEqual(buttons(text), []);
      assert.match(text, /nobody can be reminded from here/);
      assert.match((await remind(shown)).text, /Signers of an embedded request get no mail/);
    });

    test("a request is withdrawn after it was asked once more: one event, its link is dead, its state is told", async () => {
      const shown = await mailed({ signers: [ann, bob] });
      const { signature_request_id: id } = shown;
      const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
      const asked = await visitor.get(`/app/requests/${id}/withdraw`);
      assert.match(asked.text, /Withdraw this request\?/);
      assert.equal(await stateOf(house, id), "awaiting");
      const { status, location } = await withdraw(shown);
      assert.deepEqual([status, location], [303, `/app/requests/${id}?done=withdrawn`]);
      assert.match((await visitor.get(location ?? "")).text, /Withdrawn: nobody can sign this any more\./);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_canceled"]);
      assert.equal((await openPage(house, { link }).claim()).ok, false);
      assert.doesNotMatch(await pageOf(shown), /\/withdraw"/);
      assert.deepEqual(
        [(await visitor.get(`/app/requests/${id}/withdraw`)).status, (await withdraw(shown)).status],
        [410, 410],
      );
    });

    test("what has ended is not withdrawn: neither asked nor done", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      await house.quiet();
      assert.doesNotMatch(await pageOf(shown), /\/withdraw"/);
      const answers = [await visitor.get(`/app/requests/${id}/withdraw`), await withdraw(shown)];
      for (const { status, text } of answers) {
        assert.equal(status, 400);
        assert.match(text, /This request is complete: every signer has signed\. It cannot be canceled\./);
      }
      assert.equal(await stateOf(house, id), "complete");
    });

    test("the page shows order, copies, metadata, expiry and files", async () => {
      const shown = await mailed({
        files: [onePage],
        signers: [
          { ...ann, order: 0 },
          { ...bob, order: 1 },
        ],
        cc_email_addresses: ["law@example.com"],
        metadata: { deal: "<9>" },
        expires_at: inDays(10),
      });
      const text = await pageOf(shown);
      assert.match(text, /2 people, one after another/);
      assert.match(text, /<dt>Copies to<\/dt><dd><span class="block">law@example\.com<\/span>/);
      assert.match(text, /Metadata \(1\)<\/summary>.*&quot;deal&quot;: &quot;&lt;9&gt;&quot;/s);
      assert.match(text, /<dt>Expires<\/dt>/);
      assert.match(text, /paper-1\.pdf<span class="under">\d+ bytes · 1 page<\/span>/);
    });

    test("another account's requests are nowhere, and without the session's key nothing is done", async () => {
      const second = await makeSecondAccount(house);
      const { clientId, apiKey } = second;
      const theirs = await sendAndWait({ ...house, apiKey, clientId }, { mailed: true });
      const own = await mailed();
      const before = await tracesOf(house);
      const id = theirs.signature_request_id;
      const signature = signatureOf(theirs).signature_id;
      assert.equal((await visitor.get(`/app/requests/${id}/withdraw`)).status, 404);
      assert.deepEqual([(await remind(theirs)).status, (await withdraw(theirs)).status], [404, 404]);
      const ownId = own.signature_request_id;
      assert.equal((await visitor.post(`/app/requests/${ownId}/remind`, { key, signature })).status, 404);
      for (const action of ["remind", "withdraw"]) {
        const path = `/app/requests/${ownId}/${action}`;
        assert.equal((await visitor.post(path, { signature: signatureOf(own).signature_id })).status, 403, action);
        assert.equal((await visitor.post(path, { key }, { origin: "https://evil.test" })).status, 403, action);
      }
      assert.deepEqual(await tracesOf(house), before);
    });
  });
}
