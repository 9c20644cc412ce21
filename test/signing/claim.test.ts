import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import type { RefusalView } from "../../src/wire/session.ts";
import { faultOf, read } from "../support/ask.ts";
import { english } from "../support/english.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, newTab, open, openPage, type Page, pageOf, signUrlOf } from "../support/page.ts";
import { ann, bob, onePage, type Shown, sendAndWait, signatureOf } from "../support/requests.ts";

const hour = 3_600_000;
const sent = "signature_request_sent";
const viewed = "signature_request_viewed";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const idOf = (shown: Shown) => signatureOf(shown).signature_id;

    function codeOf(view: unknown): string {
      const { ok, code, says } = view as RefusalView;
      assert.equal(ok, false, JSON.stringify(view));
      assert.match(english(says) ?? "", /^[A-Z].+\.$/);
      return code;
    }

    /** Moves a link's times into the past. */
    async function age({ token }: Page, columns: { readonly claimed_at?: number; readonly expires_at?: number }) {
      await house.store.transact(async (tx) => {
        await tx.updateTable("sign_links").set(columns).where("token_hash", "=", hashOf(token)).execute();
      });
    }

    test("a claim shows the signer all that the page needs, and tells viewed once", async () => {
      const shown = await sendAndWait(house, {
        title: "Lease",
        message: "Please sign.",
        files: [onePage],
        signers: [ann, bob],
        allow_decline: true,
        signing_redirect_url: "https://example.com/done",
        field_options: { date_format: "YYYY - MM - DD" },
      });
      const page = await pageOf(house, idOf(shown));
      const { pages, fields, consent, session, ...rest } = await open(page);

      assert.deepEqual(rest, {
        ok: true,
        signatureId: idOf(shown),
        requestId: shown.signature_request_id,
        title: "Lease",
        message: "Please sign.",
        requester: "admin@localhost",
        signer: { name: "Ann Lee", email: "ann@example.com" },
        testMode: true,
        allowDecline: true,
        allowReassign: false,
        formView: "disabled",
        hands: {},
        penWays: ["type", "draw", "upload"],
        allowPhone: true,
        dateFormat: "YYYY - MM - DD",
        redirectUrl: "https://example.com/done",
        answers: {},
        filled: [],
        state: "open",
      });
      assert.equal(session, `${page.token}.${page.tab}`);
      assert.equal(consent.version, "2026-11-2-test");
      assert.deepEqual(
        fields.map(({ type, page }) => [type, page]),
        [
          ["signature", 2],
          ["date_signed", 2],
        ],
      );
      assert.deepEqual(
        pages.map(({ width, height }) => [width, height]),
        [
          [612, 792],
          [612, 792],
        ],
      );
      for (const { url } of pages.flatMap(({ pictures }) => pictures)) {
        const picture = await fetch(house.url + url);
        assert.deepEqual([picture.status, picture.headers.get("content-type")], [200, "image/png"]);
      }

      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent, viewed]);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      assert.equal(payload.event.event_metadata.related_signature_id, idOf(shown));
      const [first, second] = payload.signature_request?.signatures ?? [];
      assert.ok(Number(first?.last_viewed_at) > 0);
      assert.equal(second?.last_viewed_at, null);
      assert.equal(first?.status_code, "awaiting_signature");
    });

    test("a GET of the link consumes nothing and tells nothing, however often a scanner comes", async () => {
      const shown = await sendAndWait(house);
      const { sign_url } = await signUrlOf(house, idOf(shown));
      for (let n = 0; n < 3; n += 1) {
        assert.equal((await fetch(sign_url)).status, 200);
        assert.equal((await fetch(sign_url, { method: "HEAD" })).status, 200);
      }
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent]);
      assert.equal((await open(openPage(house, { link: sign_url }))).state, "open");
    });

    test("the same tab may reload: it finds what was saved, and viewed is told once", async () => {
      const shown = await sendAndWait(house);
      const page = await pageOf(house, idOf(shown));
      const view = await open(page);
      await page.save(answersTo(view));
      const again = await open(page);
      assert.deepEqual(again.answers, answersTo(view));
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent, viewed]);
    });

    test("a second tab gets sign_url_invalid, and the integrator one event however often it tries; the first goes on", async () => {
      const shown = await sendAndWait(house);
      const { sign_url: link } = await signUrlOf(house, idOf(shown));
      const page = openPage(house, { link });
      const view = await open(page);
      for (const tab of [newTab(), newTab()]) {
        const second = openPage(house, { link, tab });
        assert.equal(codeOf(await second.claim()), "sign_url_invalid");
        assert.equal(codeOf(await second.claim()), "sign_url_invalid");
        assert.equal(codeOf(await second.save(answersTo(view))), "sign_url_invalid");
        assert.equal(codeOf(await second.finish(answersTo(view))), "sign_url_invalid");
        assert.equal(codeOf(await second.decline("")), "sign_url_invalid");
      }
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent, viewed, "sign_url_invalid"]);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      assert.equal(payload.event.event_metadata.related_signature_id, idOf(shown));
      assert.equal((await page.finish(answersTo(view))).ok, true);
    });

    test("of many tabs that claim a link at the same moment one gets it, and viewed is told once", async () => {
      for (let round = 0; round < 3; round += 1) {
        const shown = await sendAndWait(house);
        const { sign_url: link } = await signUrlOf(house, idOf(shown));
        const views = await Promise.all(Array.from({ length: 8 }, () => openPage(house, { link }).claim()));
        assert.equal(views.filter(({ ok }) => ok).length, 1);
        assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent, viewed, "sign_url_invalid"]);
      }
    });

    test("an unopened link is over after 60 minutes, with one event; a fresh one works", async () => {
      const shown = await sendAndWait(house);
      const page = await pageOf(house, idOf(shown));
      await age(page, { expires_at: Date.now() - 1 });
      assert.equal(codeOf(await page.claim()), "sign_url_expired");
      assert.equal(codeOf(await page.claim()), "sign_url_expired");
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent, "sign_url_invalid"]);
      assert.equal((await open(await pageOf(house, idOf(shown)))).state, "open");
    });

    test("a reload works for 60 minutes, and the open page may finish for four hours", async () => {
      const shown = await sendAndWait(house);
      const page = await pageOf(house, idOf(shown));
      const view = await open(page);
      await age(page, { claimed_at: Date.now() - hour + 60_000, expires_at: Date.now() - 60_000 });
      await open(page);
      await age(page, { claimed_at: Date.now() - hour - 1000 });
      assert.equal(codeOf(await page.claim()), "sign_url_expired");
      await age(page, { claimed_at: Date.now() - 4 * hour + 60_000 });
      assert.deepEqual(await page.save(answersTo(view)), { saved: true });
      await age(page, { claimed_at: Date.now() - 4 * hour - 1000 });
      assert.equal(codeOf(await page.finish(answersTo(view))), "sign_url_expired");
    });

    test("a link of one kind is no link of the other, and an unknown one is invalid, with no event", async () => {
      const shown = await sendAndWait(house);
      const { token } = await pageOf(house, idOf(shown));
      const asMail = openPage(house, { link: `${house.url}/sign/${token}` });
      assert.equal(codeOf(await asMail.claim()), "sign_url_invalid");
      const unknown = openPage(house, { link: `${house.url}/editor/embeddedSign?token=${"0".repeat(64)}` });
      assert.equal(codeOf(await unknown.claim()), "sign_url_invalid");
      assert.equal(codeOf(await unknown.finish({})), "sign_url_invalid");
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent]);
    });

    test("who has not claimed has no session, and a call that is none of the page's is a 400", async () => {
      const shown = await sendAndWait(house, { files: [onePage] });
      const page = await pageOf(house, idOf(shown));
      assert.equal(codeOf(await page.save({})), "sign_url_invalid");
      assert.equal(codeOf(await page.finish({})), "sign_url_invalid");

      for (const body of ["{}", "[]", "{", JSON.stringify({ kind: "embedded", token: "x", tab: "y" })]) {
        const headers = { "content-type": "application/json" };
        const answer = await read(await fetch(`${house.url}/sign-api/claim`, { method: "POST", headers, body }));
        assert.deepEqual(faultOf(answer).slice(0, 2), [400, "bad_request"], body);
      }
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [sent]);
    });
  });
}
