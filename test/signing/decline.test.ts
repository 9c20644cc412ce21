import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { ask, faultOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, open, pageOf, sign } from "../support/page.ts";
import { ann, bob, type NewRequest, requestOf, type Shown, sendAndWait, signatureOf } from "../support/requests.ts";

const opened = ["signature_request_sent", "signature_request_viewed"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const show = async ({ signature_request_id: id }: Shown) =>
      requestOf(await ask(house, `GET /signature_request/${id}`));

    const declinable = (more: NewRequest = {}) =>
      sendAndWait(house, { allow_decline: true, signers: [ann, bob], ...more });

    const codeOf = (said: unknown) => (said as RefusalView).code;

    test("a decline is told once with its reason, and the request shows who declined and why", async () => {
      const shown = await declinable();
      const { signature_id } = signatureOf(shown);
      const page = await pageOf(house, signature_id);
      await open(page);
      for (let n = 0; n < 2; n += 1)
        assert.deepEqual(await page.decline("  Too dear.\n"), { ok: true, state: "declined" });

      const after = await show(shown);
      assert.deepEqual([after.is_declined, after.is_complete, after.has_error], [true, false, false]);
      assert.deepEqual(
        after.signatures.map(({ status_code, decline_reason }) => [status_code, decline_reason]),
        [
          ["declined", "Too dear."],
          ["awaiting_signature", null],
        ],
      );
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [...opened, "signature_request_declined"]);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      const { related_signature_id, event_message } = payload.event.event_metadata;
      assert.deepEqual([related_signature_id, event_message], [signature_id, "Too dear."]);
      assert.deepEqual(payload.signature_request, after);
      assert.equal((await open(page)).state, "declined");
    });

    test("a decline closes the request for everybody, whoever has opened or signed it", async () => {
      const cy = { name: "Cy Orr", email_address: "cy@example.com" };
      const shown = await declinable({ signers: [ann, bob, cy] });
      const [annId = "", bobId = "", cyId = ""] = shown.signatures.map(({ signature_id }) => signature_id);
      await sign(house, cyId);
      const [first, second, unopened] = [
        await pageOf(house, annId),
        await pageOf(house, bobId),
        await pageOf(house, bobId),
      ];
      await open(first);
      const view = await open(second);
      assert.equal((await first.decline("No.")).ok, true);

      for (const said of [
        await second.save(answersTo(view)),
        await second.finish(answersTo(view)),
        await second.decline("me too"),
        await second.claim(),
        await unopened.claim(),
      ])
        assert.equal(codeOf(said), "request_declined");
      for (const id of [annId, bobId, cyId])
        assert.deepEqual(faultOf(await ask(house, `GET /embedded/sign_url/${id}`)), [409, "conflict"]);
      assert.deepEqual(
        (await show(shown)).signatures.map(({ status_code }) => status_code),
        ["declined", "awaiting_signature", "signed"],
      );
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_viewed",
        "signature_request_viewed",
        "signature_request_declined",
      ]);
    });

    test("without a reason the event carries no message", async () => {
      const shown = await declinable();
      const page = await pageOf(house, signatureOf(shown).signature_id);
      await open(page);
      await page.decline("  ");
      await eventsOf(house, shown.signature_request_id);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      assert.equal("event_message" in payload.event.event_metadata, false);
      assert.equal(signatureOf(await show(shown)).decline_reason, null);
    });

    test("where declining is not allowed it is refused, and the signer may still sign", async () => {
      const shown = await declinable({ allow_decline: false, signers: [ann] });
      const page = await pageOf(house, signatureOf(shown).signature_id);
      const view = await open(page);
      assert.equal(view.allowDecline, false);
      assert.equal((await page.decline("No.")).ok, false);
      assert.equal((await show(shown)).is_declined, false);
      assert.equal((await page.finish(answersTo(view))).ok, true);
    });

    test("nobody declines before their turn, nor without having opened the page", async () => {
      const shown = await declinable({
        signers: [
          { ...ann, order: 0 },
          { ...bob, order: 1 },
        ],
      });
      const page = await pageOf(house, signatureOf(shown).signature_id);
      assert.equal(codeOf(await page.decline("No.")), "sign_url_invalid");
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
      assert.equal((await show(shown)).is_declined, false);
    });

    test("of a decline and a signature at the same moment both may hold, and nothing comes after the decline", async () => {
      for (let round = 0; round < 3; round += 1) {
        const shown = await declinable();
        const [annId = "", bobId = ""] = shown.signatures.map(({ signature_id }) => signature_id);
        const [first, second] = [await pageOf(house, annId), await pageOf(house, bobId)];
        await open(first);
        const answers = answersTo(await open(second));
        const [declined, signed] = await Promise.all([first.decline("No."), second.finish(answers)]);

        assert.equal(declined.ok, true);
        const opening = ["signature_request_sent", "signature_request_viewed", "signature_request_viewed"];
        const ending = signed.ok
          ? ["signature_request_signed", "signature_request_declined"]
          : ["signature_request_declined"];
        assert.deepEqual(await eventsOf(house, shown.signature_request_id), [...opening, ...ending]);
        assert.equal((await show(shown)).is_declined, true);
      }
    });
  });
}
