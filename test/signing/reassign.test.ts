import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import type { ReassignRequest } from "../../src/wire/session.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, type Page, pageOf } from "../support/page.ts";
import { ann, bob, requestOf, sendAndWait, signatureOf } from "../support/requests.ts";

const [sent, viewed, signed] = ["signature_request_sent", "signature_request_viewed", "signature_request_signed"];
const reassigned = "signature_request_reassigned";
const ending = ["signature_request_all_signed", "signature_request_downloadable"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const assign = (page: Page, to: Partial<ReassignRequest>) =>
      page.reassign({ name: bob.name, email: bob.email_address, reason: "", ...to });
    const show = async (id: string) => requestOf(await ask(house, `GET /signature_request/${id}`));

    test("a signer hands over by mail: another id, another person, a letter to them; the old link is dead, the new one signs to the end", async () => {
      const shown = await sendAndWait(house, { mailed: true, allow_reassign: true });
      const { signature_request_id: id } = shown;
      const before = signatureOf(shown).signature_id;
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      const view = await open(page);
      assert.equal(view.allowReassign, true);
      await page.save(answersTo(view));
      assert.deepEqual(await assign(page, { reason: "On holiday" }), { ok: true, state: "reassigned" });
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, reassigned]);

      const signature = signatureOf(await show(id));
      assert.notEqual(signature.signature_id, before);
      assert.deepEqual(
        [signature.signer_name, signature.signer_email_address, signature.reassigned_from, signature.reassigned_by],
        [bob.name, bob.email_address, before, ann.email_address],
      );
      assert.equal(signature.reassignment_reason, "On holiday");
      const told = house.receiver.heard.find(
        ({ payload }) =>
          payload.event.event_type === reassigned && payload.signature_request?.signature_request_id === id,
      );
      assert.equal(told?.payload.event.event_metadata.related_signature_id, signature.signature_id);
      for (const said of [await page.claim(), await page.finish(answersTo(view))])
        assert.ok(!said.ok && said.code === "sign_url_invalid");

      const other = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: bob.email_address }) });
      const fresh = await open(other);
      assert.deepEqual([fresh.signer.name, fresh.answers], [bob.name, {}]);
      assert.deepEqual(await other.finish(answersTo(fresh)), { ok: true, state: "signed" });
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, reassigned, viewed, signed, ...ending]);
      const step = (await findTrail(house.store.read, id)).find(({ kind }) => kind === "reassigned");
      assert.equal(step?.who, `${ann.name} (${ann.email_address})`);
      assert.match(step?.facts_json ?? "", /Bob Ray \(bob@example\.com\)/);
    });

    test("embedded, the integrator learns the new id from the callback and opens the page for it", async () => {
      const shown = await sendAndWait(house, { allow_reassign: true });
      const { signature_request_id: id } = shown;
      const page = await pageOf(house, signatureOf(shown).signature_id);
      await open(page);
      assert.ok((await assign(page, {})).ok);
      const signature = signatureOf(await show(id));
      const other = await pageOf(house, signature.signature_id);
      await other.finish(answersTo(await open(other)));
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, reassigned, viewed, signed, ...ending]);
      const gone = await ask(house, `GET /embedded/sign_url/${signatureOf(shown).signature_id}`);
      assert.equal(gone.status, 404);
    });

    test("nobody hands over where the request does not allow it, where a code protects it, after signing, or to somebody who signs already", async () => {
      const plain = await pageOf(house, signatureOf(await sendAndWait(house)).signature_id);
      assert.equal((await open(plain)).allowReassign, false);
      const refused = await assign(plain, {});
      assert.ok(!refused.ok && refused.code === "unavailable");

      const guarded = await sendAndWait(house, { allow_reassign: true, signers: [{ ...ann, pin: "4711" }] });
      const page = await pageOf(house, signatureOf(guarded).signature_id);
      await page.claim();
      const early = await assign(page, {});
      assert.ok(!early.ok && early.code === "code_needed");
      await page.enter("4711");
      const late = await assign(page, {});
      assert.ok(!late.ok && late.code === "unavailable");

      const pair = await sendAndWait(house, { allow_reassign: true, signers: [ann, bob] });
      const first = await pageOf(house, signatureOf(pair).signature_id);
      const answers = answersTo(await open(first));
      for (const [to, field] of [
        [{}, "email"],
        [{ email: "nobody" }, "email"],
        [{ name: " " }, "name"],
      ] as const) {
        const flawed = await assign(first, to);
        assert.ok(!flawed.ok && flawed.code === "invalid_answer");
        assert.deepEqual(Object.keys(flawed.fields ?? {}), [field]);
      }
      await first.finish(answers);
      const after = await assign(first, { email: "carl@example.com" });
      assert.ok(!after.ok && after.code === "unavailable");
      assert.deepEqual(await eventsOf(house, pair.signature_request_id), [sent, viewed, signed]);
    });
  });
}
