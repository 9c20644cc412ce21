import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { edit, embeddedDraft, openEditor, saveOf, signatureField } from "../support/editor.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { requestOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(`drafts of requests, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    test("a draft is claimed, filled in and sent: the request has the id that was told, and its one event", async () => {
      const made = await embeddedDraft(house);
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      const done = await editor.finish({ ...saveOf(view), fields: [signatureField(0)] });
      assert.ok(done.ok, JSON.stringify(done));
      assert.deepEqual(await eventsOf(house, made.signature_request_id ?? ""), ["signature_request_sent"]);
      const shown = requestOf(await ask(house, `GET /signature_request/${made.signature_request_id}`));
      assert.equal(shown.requester_email_address, "sender@example.com");
    });
  });
}
