import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, openPage, type PageAsk, signUrlOf } from "../support/page.ts";
import { type NewRequest, sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let clientId: string;

    before(async () => {
      house = await openHeardHouse(ground);
      const json = { name: "Shop", domains: ["shop.example", "127.0.0.1"] };
      const { api_app } = (await ask(house, "POST /api_app", { json })).json as { api_app: { client_id: string } };
      clientId = api_app.client_id;
    });

    after(() => house.close());

    async function linkOf(more: NewRequest = {}) {
      const shown = await sendAndWait(house, { client_id: clientId, ...more });
      const { sign_url: link } = await signUrlOf(house, signatureOf(shown).signature_id);
      return { id: shown.signature_request_id, link };
    }

    async function verdict(link: string, asked: Partial<PageAsk>): Promise<string> {
      const view = await openPage(house, { link, clientId, ...asked }).claim();
      return view.ok ? "open" : view.code;
    }

    test("a page opens on the app's domains and under them, on any port, and nowhere else", async () => {
      const { signature_id } = signatureOf(await sendAndWait(house, { client_id: clientId, test_mode: false }));
      for (const [parentOrigin, said] of [
        ["https://shop.example", "open"],
        ["https://shop.example:8443", "open"],
        ["http://127.0.0.1:9000", "open"],
        ["https://pay.eu.SHOP.example", "open"],
        ["https://evilshop.example", "domain_not_allowed"],
        ["https://shop.example.evil.example", "domain_not_allowed"],
        ["https://example", "domain_not_allowed"],
        ["https://evil.example/?shop.example", "domain_not_allowed"],
        ["https://shop.example@evil.example", "domain_not_allowed"],
        ["null", "domain_not_allowed"],
        ["", "domain_not_allowed"],
        ["file:///shop.example", "domain_not_allowed"],
      ] as const) {
        const { sign_url: link } = await signUrlOf(house, signature_id);
        assert.equal(await verdict(link, { parentOrigin }), said, parentOrigin);
      }
    });

    test("a refusal for the domain costs nothing: no event, and the link still opens where it may", async () => {
      const { id, link } = await linkOf({ test_mode: false });
      assert.equal(await verdict(link, { parentOrigin: "https://evil.example" }), "domain_not_allowed");
      assert.deepEqual(await eventsOfAccount(id), ["signature_request_sent"]);
      assert.equal(await verdict(link, { parentOrigin: "https://shop.example" }), "open");
    });

    async function eventsOfAccount(id: string): Promise<readonly string[]> {
      await house.quiet();
      return house.receiver.types(id, "/account");
    }

    test("only in test mode may the check of the domain be skipped", async () => {
      for (const [test_mode, said] of [
        [true, "open"],
        [false, "domain_not_allowed"],
      ] as const) {
        const { link } = await linkOf({ test_mode });
        assert.equal(await verdict(link, { parentOrigin: null }), said);
        const html = await (await fetch(link)).text();
        assert.match(html, new RegExp(`"maySkipDomainCheck":${test_mode}`));
      }
    });

    test("another app, or none, is client_id_mismatch, and costs nothing", async () => {
      const { id, link } = await linkOf();
      const parentOrigin = "https://shop.example";
      for (const other of [house.clientId, "0".repeat(32), "", undefined])
        assert.equal(await verdict(link, { parentOrigin, clientId: other }), "client_id_mismatch", other);
      assert.deepEqual(await eventsOfAccount(id), ["signature_request_sent"]);
      assert.equal(await verdict(link, { parentOrigin }), "open");
    });

    test("the page may be framed by the app's domains alone; with the check skipped, in test mode, by anybody", async () => {
      const framesOf = async (url: string) => {
        const policy = (await fetch(url)).headers.get("content-security-policy") ?? "";
        return /frame-ancestors (.*)$/.exec(policy)?.[1] ?? "";
      };
      const { link } = await linkOf({ test_mode: false });
      const frames = (await framesOf(link)).split(" ");
      for (const source of ["https://shop.example:*", "https://*.shop.example:*", "http://127.0.0.1:*"])
        assert.ok(frames.includes(source), source);
      assert.ok(!frames.includes("*"));
      assert.deepEqual((await framesOf(`${link}&skip_domain_verification=1`)).split(" "), frames);

      const { link: inTest } = await linkOf();
      assert.deepEqual((await framesOf(inTest)).split(" "), frames);
      assert.equal(await framesOf(`${inTest}&skip_domain_verification=1`), "*");
      assert.equal(await framesOf(`${house.url}/sign/${"0".repeat(64)}`), "'none'");
    });

    test("a change of the app's domains counts at once, and a deleted app's requests keep them", async () => {
      const json = { name: "Moving", domains: ["old.example"] };
      const { api_app } = (await ask(house, "POST /api_app", { json })).json as { api_app: { client_id: string } };
      const { client_id } = api_app;
      const { link } = await linkOf({ client_id });
      const { link: later } = await linkOf({ client_id });
      await ask(house, `PUT /api_app/${client_id}`, { json: { domains: ["new.example"] } });
      const at = (parentOrigin: string) => ({ parentOrigin, clientId: client_id });
      assert.equal(await verdict(link, at("https://old.example")), "domain_not_allowed");
      assert.equal(await verdict(link, at("https://new.example")), "open");

      assert.equal((await ask(house, `DELETE /api_app/${client_id}`)).status, 204);
      assert.equal(await verdict(later, at("https://new.example")), "open");
    });

    test("a page that opened goes on without asking again who frames it", async () => {
      const { id, link } = await linkOf({ client_id: house.clientId });
      const page = openPage(house, { link });
      const { fields, signer } = await open(page);
      assert.deepEqual(await page.save({ [fields[0]?.apiId ?? ""]: signer.name }), { saved: true });
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_viewed"]);
    });
  });
}
