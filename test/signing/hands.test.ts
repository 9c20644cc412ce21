import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { deflateSync } from "node:zlib";
import { limits } from "../../src/base/limits.ts";
import { findTrail } from "../../src/evidence/trail.ts";
import type { Ink, PhoneLinkView, PhoneView, RefusalView } from "../../src/wire/session.ts";
import { inkIn } from "../browser/pictures.ts";
import { needing, pictureOf, runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, open, type Page, pageOf } from "../support/page.ts";
import { ann, bob, requestOf, send, sendAndWait, signatureOf, untilState } from "../support/requests.ts";

const zigzag: Ink = {
  form: "drawn",
  width: 300,
  height: 100,
  hasPressure: false,
  strokes: [Array.from({ length: 60 }, (_, n) => [5 * n, n % 2 === 0 ? 10 : 90, 0.5]).flat()],
};
const blackBox = pictureOfInk(80, 40);
const box = { page: 1, x: 100, y: 300, width: 200, height: 40 };
const field = { document_index: 0, signer: 0, required: true, page: 1 };
const asked = {
  form_fields_per_document: [
    { ...field, api_id: "sig", type: "signature", x: box.x, y: box.y, width: box.width, height: box.height },
    { ...field, api_id: "ini", type: "initials", x: 100, y: 400, width: 60, height: 30 },
  ],
};

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip || needing("pdftoppm", "pdftotext").skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const call = async <T>(page: Pick<Page, "token" | "tab"> | null, path: string, body: object, method = "POST") => {
      const bearer = page ? { authorization: `Bearer ${page.token}.${page.tab}` } : {};
      const response = await fetch(`${house.url}/sign-api/${path}`, {
        method,
        headers: { "content-type": "application/json", ...bearer },
        body: JSON.stringify(body),
      });
      return { status: response.status, said: (await response.json()) as T | RefusalView };
    };
    const keep = (page: Page, ink: unknown, kind = "name") => call<{ saved: true }>(page, "hand", { kind, ink }, "PUT");
    const begin = async () => {
      const shown = await sendAndWait(house, asked);
      const page = await pageOf(house, signatureOf(shown).signature_id);
      return { id: shown.signature_request_id, page, view: await open(page) };
    };
    const sealed = async (id: string) => {
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      const answer = await fetch(`${house.url}/v3/signature_request/files/${id}?file_type=pdf`, {
        headers: { authorization: `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}` },
      });
      assert.equal(answer.status, 200);
      return new Uint8Array(await answer.arrayBuffer());
    };

    for (const [way, ink] of [
      ["drawn", zigzag],
      ["uploaded", blackBox],
      ["typed", { form: "typed", face: "vibes" }],
    ] as const) {
      test(`a ${way} signature stands in the sealed document as it was made, its text is the name, and the trail says how`, async () => {
        const { id, page, view } = await begin();
        assert.deepEqual((await keep(page, ink)).said, { saved: true });
        assert.deepEqual((await open(page)).hands, { name: ink });
        assert.deepEqual(await page.finish(answersTo(view)), { ok: true, state: "signed" });
        const pdf = await sealed(id);
        const picture = pictureOf(pdf);
        const inBox = inkIn(picture, { box, from: 0, to: 1 });
        assert.ok(inBox > 200, `there is ink in the box: ${inBox}`);
        if (way === "uploaded") assert.ok(inBox > 38 * 76 * 3, "the black picture is drawn as high as the box");
        assert.match(runOn(pdf, "pdftotext", "-f", "1", "-l", "1", "{}", "-"), /Ann Lee/);
        const step = (await findTrail(house.store.read, id)).find(({ kind }) => kind === "signed");
        assert.equal((JSON.parse(step?.facts_json ?? "{}") as { way?: string }).way, way);
        assert.equal((await eventsOf(house, id)).at(-1), "signature_request_downloadable");
      });
    }

    test("the house's own script again takes the drawing away", async () => {
      const { page } = await begin();
      await keep(page, zigzag);
      await keep(page, zigzag, "initials");
      assert.deepEqual((await keep(page, null)).said, { saved: true });
      assert.deepEqual((await open(page)).hands, { initials: zigzag });
    });

    test("what is signed looks as the tab that signs shows it, whatever another tab has kept meanwhile", async () => {
      const { id, page, view } = await begin();
      await keep(page, zigzag);
      assert.deepEqual((await open(page)).hands, { name: zigzag });
      await keep(page, blackBox);
      await keep(page, blackBox, "initials");
      assert.deepEqual(await page.finish(answersTo(view), { hands: { name: zigzag } }), { ok: true, state: "signed" });
      const kept = await house.store.read.selectFrom("hands").selectAll().where("request_id", "=", id).execute();
      assert.deepEqual(
        kept.map(({ kind, ink_json: ink }) => [kind, JSON.parse(ink)]),
        [["name", zigzag]],
      );
      const picture = pictureOf(await sealed(id));
      const inBox = inkIn(picture, { box, from: 0, to: 1 });
      assert.ok(inBox > 200 && inBox < 38 * 76 * 3, `a line, not a black box: ${inBox}`);

      const other = await begin();
      const bad = await other.page.finish(answersTo(other.view), { hands: { name: { ...zigzag, strokes: [] } } });
      assert.ok(!bad.ok && bad.code === "invalid_answer");
      assert.equal((await eventsOf(house, other.id)).at(-1), "signature_request_viewed");
    });

    test("what is no ink is refused, and nothing is kept", async () => {
      const { page } = await begin();
      const short = { ...blackBox, pixels: deflateSync(Buffer.alloc(10)).toString("base64") };
      const bomb = { ...blackBox, pixels: deflateSync(Buffer.alloc(80 * 40 * 4 + 1)).toString("base64") };
      for (const ink of [
        short,
        bomb,
        { ...blackBox, pixels: "AAAA" },
        { ...zigzag, strokes: [] },
        { ...zigzag, strokes: [[1, 2]] },
        { ...zigzag, strokes: [Array.from({ length: 3 * limits.penPoints }, () => 1), [1, 1, 1]] },
      ]) {
        const { said } = await keep(page, ink);
        assert.ok("ok" in said && said.code === "invalid_answer", JSON.stringify(said));
      }
      for (const ink of [
        { form: "svg" },
        { ...zigzag, strokes: [["x"]] },
        { ...zigzag, width: 1e9 },
        { ...blackBox, width: limits.penPictureWidth + 1 },
      ])
        assert.equal((await keep(page, ink)).status, 400);
      assert.deepEqual((await open(page)).hands, {});
    });

    test("who has signed changes nothing any more, and another's pen is another's", async () => {
      const shown = await sendAndWait(house, { signers: [ann, bob] });
      const [first, second] = await Promise.all(
        shown.signatures.map(({ signature_id: signatureId }) => pageOf(house, signatureId)),
      );
      assert.ok(first && second);
      await keep(first, zigzag).then(
        ({ said }) => assert.ok("ok" in said),
        () => undefined,
      );
      const view = await open(first);
      await keep(first, zigzag);
      assert.deepEqual((await open(second)).hands, {});
      await first.finish(answersTo(view), { hands: { name: zigzag } });
      assert.ok("ok" in (await keep(first, null)).said);
      assert.deepEqual((await open(second)).filled.find(({ type }) => type === "signature")?.ink, zigzag);
    });

    test("a phone draws through a link of its own, once; the desk finds it there and the trail tells it", async () => {
      const { id, page, view } = await begin();
      const { said: link } = await call<PhoneLinkView>(page, "hand/phone", {});
      assert.ok(link.ok && link.code.length > 20 && link.code.every((row) => /^[01]+$/.test(row)));
      const token = link.url.split("/").at(-1) ?? "";
      const pad = await fetch(link.url);
      assert.equal(pad.headers.get("referrer-policy"), "no-referrer");
      const html = await pad.text();
      assert.ok(html.includes(token) && html.includes('"needsInitials":true') && !html.includes("Agreement"));
      assert.deepEqual((await call<PhoneView>(page, "hand/look", {})).said, { ok: true, hands: null });

      const sent = { token, name: zigzag, initials: zigzag };
      assert.deepEqual((await call<{ saved: true }>(null, "hand/from-phone", sent)).said, { saved: true });
      const again = (await call<{ saved: true }>(null, "hand/from-phone", sent)).said;
      assert.ok("ok" in again && again.code === "sign_url_invalid");
      assert.ok(!(await (await fetch(link.url)).text()).includes(token));
      const looked = (await call<PhoneView>(page, "hand/look", {})).said;
      assert.deepEqual(looked, { ok: true, hands: { name: zigzag, initials: zigzag } });
      await page.finish(answersTo(view), { hands: { name: zigzag, initials: zigzag } });
      const step = (await findTrail(house.store.read, id)).find(({ kind }) => kind === "signed");
      assert.match(step?.facts_json ?? "", /drawn on another device/);
    });

    test("a newer code kills the one before, a quarter of an hour kills any, and no other token opens anything", async () => {
      const { page } = await begin();
      const { said: first } = await call<PhoneLinkView>(page, "hand/phone", {});
      const { said: second } = await call<PhoneLinkView>(page, "hand/phone", {});
      assert.ok(first.ok && second.ok);
      const use = async (token: string) =>
        (await call<{ saved: true }>(null, "hand/from-phone", { token, name: zigzag, initials: null })).said;
      for (const token of [first.url.split("/").at(-1) ?? "", "0".repeat(64), page.token])
        assert.ok("ok" in (await use(token)), "refused");
      await house.store.transact(async (tx) => {
        await tx.updateTable("hand_links").set({ expires_at: 1 }).execute();
      });
      assert.ok("ok" in (await use(second.url.split("/").at(-1) ?? "")), "too old");
      assert.deepEqual((await open(page)).hands, {});
    });

    test("signing_options say which ways are offered, the default first; a default that is not among them is refused", async () => {
      const viewOf = async (signing_options: object) => {
        const shown = requestOf(await send(house, { signing_options }));
        await untilState(house, { id: shown.signature_request_id, not: ["processing"] });
        const { penWays, allowPhone } = await open(await pageOf(house, signatureOf(shown).signature_id));
        return { penWays, allowPhone };
      };
      assert.deepEqual(await viewOf({ default_type: "draw", draw: true, type: true }), {
        penWays: ["draw", "type"],
        allowPhone: false,
      });
      assert.deepEqual(await viewOf({ default_type: "phone", phone: true, upload: true }), {
        penWays: ["draw", "upload"],
        allowPhone: true,
      });
      const refused = await ask(house, "POST /signature_request/create_embedded", {
        json: {
          client_id: house.clientId,
          signers: [ann],
          signing_options: { default_type: "type", draw: true },
          file_urls: ["http://localhost:1/a.pdf"],
        },
      });
      assert.equal(refused.status, 400);
      assert.match(JSON.stringify(refused), /signing_options\[default_type\]/);
    });
  });
}

function pictureOfInk(width: number, height: number): Ink {
  const pixels = Buffer.alloc(width * height * 4);
  for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
  return { form: "picture", width, height, pixels: deflateSync(pixels).toString("base64") };
}
