import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, pageOf, sign } from "../support/page.ts";
import { ann, bob, sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const cancel = (id: string) => ask(house, `POST /signature_request/cancel/${id}`);

    function assertRefused(view: unknown, code: RefusalView["code"]): void {
      const { ok, code: said } = view as RefusalView;
      assert.deepEqual([ok, said], [false, code]);
    }

    test("cancel answers 200 with an empty body and becomes one event; afterwards the request is a 410", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { signers: [ann, bob] });
      const answer = await cancel(id);
      assert.deepEqual([answer.status, answer.bytes.length], [200, 0]);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);

      const again = await cancel(id);
      assert.deepEqual(faultOf(again), [410, "deleted"]);
      assert.equal(wordsOf(again), "This resource has been deleted.");
      assert.deepEqual(faultOf(await ask(house, `GET /signature_request/${id}`)), [410, "deleted"]);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_canceled"]);
    });

    test("the callback names no signature and shows the request as it was left", async () => {
      const shown = await sendAndWait(house, { title: "Lease" });
      const { signature_request_id: id } = shown;
      await cancel(id);
      await eventsOf(house, id);
      const heard = house.receiver.heard.findLast((one) => one.payload.signature_request?.signature_request_id === id);
      assert.equal(heard?.payload.event.event_metadata.related_signature_id, null);
      assert.deepEqual(heard?.payload.signature_request, { ...shown, signing_url: null });
    });

    test("every link of a canceled request dies: unopened, open in a tab, and mailed", async () => {
      const { signatures, signature_request_id: id } = await sendAndWait(house, {
        allow_decline: true,
        signers: [ann, bob],
      });
      const [annId = "", bobId = ""] = signatures.map(({ signature_id }) => signature_id);
      const [unopened, opened] = [await pageOf(house, annId), await pageOf(house, bobId)];
      const view = await open(opened);
      await cancel(id);

      assertRefused(await unopened.claim(), "request_canceled");
      assertRefused(await opened.claim(), "request_canceled");
      assertRefused(await opened.save(answersTo(view)), "request_canceled");
      assertRefused(await opened.finish(answersTo(view)), "request_canceled");
      assertRefused(await opened.decline("no"), "request_canceled");
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_canceled",
      ]);

      const mailed = await sendAndWait(house, { mailed: true });
      const requestId = mailed.signature_request_id;
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId, to: ann.email_address }) });
      await cancel(requestId);
      assertRefused(await page.claim(), "request_canceled");
      assert.deepEqual(await eventsOf(house, requestId), ["signature_request_sent", "signature_request_canceled"]);
    });

    test("a request that some have signed can be canceled, a complete one cannot", async () => {
      const { signatures, signature_request_id: id } = await sendAndWait(house, { signers: [ann, bob] });
      await sign(house, signatures[0]?.signature_id ?? "");
      assert.equal((await cancel(id)).status, 200);
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_canceled",
      ]);

      const complete = await sendAndWait(house);
      await sign(house, signatureOf(complete).signature_id);
      const { signature_request_id: whole } = complete;
      const events = await eventsOf(house, whole);
      const refused = await cancel(whole);
      assert.deepEqual(faultOf(refused), [400, "signature_request_cancel_failed"]);
      assert.match(wordsOf(refused), /every signer has signed/);
      assert.deepEqual(await eventsOf(house, whole), events);
    });

    test("ten cancels at the same moment are one: one 200, nine 410, one event", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));
      const statuses = answers.map(({ status }) => status).toSorted();
      assert.deepEqual(statuses, [200, ...Array.from({ length: 9 }, () => 410)]);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_canceled"]);
    });
  });
}
