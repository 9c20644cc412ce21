import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf } from "../support/ask.ts";
import { type Change, embeddedDraft, finishDraft, signatureField } from "../support/editor.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { ann, requestOf, shownRequest, signatureOf, untilState } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";

const sent = "signature_request_sent";

for (const ground of grounds()) {
  describe(`requests on hold, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const shown = (id: string) => shownRequest(house, id);
    const finish = (link: string, change?: Change) => finishDraft(house, { link, ...(change ? { change } : {}) });

    test("a held request is prepared, not sent: nobody is asked before it is released", async () => {
      const made = await embeddedDraft(house, { hold_request: true });
      const id = await finish(made.claim_url, () => ({ fields: [signatureField(0)] }));
      assert.deepEqual(await eventsOf(house, id), ["signature_request_prepared"]);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      assert.deepEqual(
        payload.signature_request?.signatures.map(({ status_code }) => status_code),
        ["on_hold_by_requester"],
      );
      assert.equal(payload.event.event_metadata.related_signature_id, null);
      const letters = () =>
        house.store.read.selectFrom("letters").select("kind").where("request_id", "=", id).execute();
      assert.deepEqual(await letters(), []);
      assert.deepEqual(
        faultOf(
          await ask(house, `POST /signature_request/remind/${id}`, { json: { email_address: ann.email_address } }),
        ),
        [400, "invalid_reminder"],
      );
      assert.equal((await ask(house, `GET /signature_request/files/${id}`)).status, 200);

      const released = requestOf(await ask(house, `POST /signature_request/release_hold/${id}`));
      assert.equal(signatureOf(released).status_code, "awaiting_signature");
      assert.deepEqual(await eventsOf(house, id), ["signature_request_prepared", sent]);
      assert.deepEqual(
        (await letters()).map(({ kind }) => kind),
        [sent],
      );
      const again = await ask(house, `POST /signature_request/release_hold/${id}`);
      assert.deepEqual(faultOf(again), [400, "bad_request", "signature_request_id"]);
    });

    test("an embedded request on hold has no sign URLs until it is released, and can be updated and canceled", async () => {
      const held = { hold_request: true, is_for_embedded_signing: true };
      const [first, second] = [await embeddedDraft(house, held), await embeddedDraft(house, held)];
      const place = () => ({ fields: [signatureField(0)] });
      const [id, other] = [await finish(first.claim_url, place), await finish(second.claim_url, place)];
      await house.quiet();
      const { signature_id } = signatureOf(await shown(id));
      assert.deepEqual(faultOf(await ask(house, `GET /embedded/sign_url/${signature_id}`)), [409, "conflict"]);
      const json = { signature_id, email_address: "new@example.com" };
      const updated = requestOf(await ask(house, `POST /signature_request/update/${id}`, { json }));
      assert.equal(signatureOf(updated).status_code, "on_hold_by_requester");
      await ask(house, `POST /signature_request/release_hold/${id}`);
      await sign(house, signatureOf(await shown(id)).signature_id);
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      assert.equal((await ask(house, `POST /signature_request/cancel/${other}`)).status, 200);
      assert.deepEqual(await eventsOf(house, other), ["signature_request_prepared", "signature_request_canceled"]);
      const stranger = await makeSecondAccount(house);
      assert.deepEqual(
        faultOf(await ask(house, `POST /signature_request/release_hold/${id}`, { key: stranger.apiKey })),
        [404, "not_found"],
      );
    });
  });
}
