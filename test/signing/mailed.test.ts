import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, newTab, open, openPage, type PageAsk, pageOf } from "../support/page.ts";
import { ann, sendAndWait, signatureOf } from "../support/requests.ts";

const sent = "signature_request_sent";
const viewed = "signature_request_viewed";
const signedToTheEnd = ["signature_request_signed", "signature_request_all_signed", "signature_request_downloadable"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function mailed() {
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true, allow_decline: true });
      const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
      return { id, page: (asked: Partial<PageAsk> = {}) => openPage(house, { link, ...asked }) };
    }

    test("a mailed link opens without a host page, in test mode or not, and signs to the end", async () => {
      for (const test_mode of [true, false]) {
        const { signature_request_id: id } = await sendAndWait(house, { mailed: true, test_mode });
        const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
        assert.match(link, new RegExp(`^${house.url}/sign/[0-9a-f]{64}$`));
        for (let n = 0; n < 3; n += 1) assert.equal((await fetch(link)).status, 200);
        const page = openPage(house, { link });
        assert.deepEqual(await page.finish(answersTo(await open(page))), { ok: true, state: "signed" });
        assert.deepEqual(await eventsOf(house, id), [sent, viewed, ...signedToTheEnd]);
      }
    });

    test("it opens again in another browser, with what was saved, and both may go on", async () => {
      const { id, page } = await mailed();
      const [office, phone] = [page(), page({ tab: newTab() })];
      const answers = answersTo(await open(office));
      await office.save(answers);
      assert.deepEqual((await open(phone)).answers, answers);
      assert.deepEqual(await office.save(answers), { saved: true });
      assert.equal((await phone.finish(answers)).ok, true);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, viewed, ...signedToTheEnd]);
    });

    test("a link is good for 90 days; a reminder brings another one", async () => {
      const { id, page } = await mailed();
      const old = page();
      const past = Date.now() - 91 * 24 * 3_600_000;
      await house.store.transact((tx) =>
        tx.updateTable("sign_links").set({ created_at: past }).where("token_hash", "=", hashOf(old.token)).execute(),
      );
      const refused = await old.claim();
      assert.ok(!refused.ok && refused.code === "sign_url_expired");
      const { status } = await ask(house, `POST /signature_request/remind/${id}`, {
        json: { email_address: ann.email_address },
      });
      assert.equal(status, 200);
      await house.quiet();
      const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
      await open(openPage(house, { link }));
      assert.deepEqual(await eventsOf(house, id), [sent, "signature_request_remind", viewed]);
    });

    test("a token of one purpose opens nothing else", async () => {
      const { id, page } = await mailed();
      const { token, tab } = page();
      const asEmbedded = await openPage(house, {
        link: `${house.url}/editor/embeddedSign?token=${token}`,
        tab,
      }).claim();
      assert.ok(!asEmbedded.ok && asEmbedded.code === "sign_url_invalid");
      const address = `${house.url}/files/${id}?expires=9999999999&download=1&key=${token}`;
      assert.equal((await fetch(address)).status, 404);
      assert.deepEqual(await eventsOf(house, id), [sent]);
    });

    test("after signing it opens to say thank you, in any browser, and tells nothing more", async () => {
      const { id, page } = await mailed();
      const first = page();
      await first.finish(answersTo(await open(first)));
      const events = await eventsOf(house, id);
      for (const again of [first, page({ tab: newTab() })]) {
        const view = await open(again);
        assert.equal(view.state, "signed");
        assert.deepEqual(await again.finish(answersTo(view)), { ok: true, state: "signed" });
      }
      assert.deepEqual(await eventsOf(house, id), events);
    });

    test("a tab left open for a day begins anew with a reload, and viewed is not told twice", async () => {
      const { id, page } = await mailed();
      const tab = page();
      const answers = answersTo(await open(tab));
      await house.store.transact(async (tx) => {
        const dayAgo = Date.now() - 24 * 3_600_000;
        await tx
          .updateTable("sign_links")
          .set({ claimed_at: dayAgo })
          .where("token_hash", "=", hashOf(tab.token))
          .execute();
      });
      const late = await tab.save(answers);
      assert.ok("code" in late && late.code === "sign_url_expired");

      await open(tab);
      assert.equal((await tab.finish(answers)).ok, true);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, ...signedToTheEnd]);
    });

    test("a link of an embedded request is none of a mail's, nor the other way round", async () => {
      const { token } = await pageOf(house, signatureOf(await sendAndWait(house)).signature_id);
      const asMail = await openPage(house, { link: `${house.url}/sign/${token}` }).claim();
      assert.ok(!asMail.ok && asMail.code === "sign_url_invalid");
      const { page } = await mailed();
      const link = `${house.url}/editor/embeddedSign?token=${page().token}`;
      const asFrame = await openPage(house, { link }).claim();
      assert.ok(!asFrame.ok && asFrame.code === "sign_url_invalid");
    });
  });
}
