import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { deflateSync } from "node:zlib";
import { loadImage } from "@napi-rs/canvas";
import { Type } from "typebox";
import { ApiApp } from "../../src/wire/api-app.ts";
import { pngHeader, pngOf } from "../documents/picture-files.ts";
import { ask, faultOf, readAs } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { logoForm, pictureOf } from "../support/logo.ts";
import { mailedLinkOf, signUrlOf } from "../support/page.ts";
import { ann, sendAndWait, signatureOf } from "../support/requests.ts";

const OneApp = Type.Object({ api_app: ApiApp });
const domains = ["localhost"];

for (const ground of grounds()) {
  describe(`The logo of an app, ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let made = 0;
    before(async () => {
      house = await ground.open();
    });
    after(() => house.close());

    async function appWith(logos: readonly Uint8Array[]) {
      made += 1;
      const form = logoForm(logos, { name: `Shop ${made}`, domains });
      const { client_id: clientId } = readAs(OneApp, await ask(house, "POST /api_app", { form })).api_app;
      return clientId;
    }
    const change = (id: string, form: FormData) => ask(house, `PUT /api_app/${id}`, { form });
    const askFor = (clientId: string, mailed: boolean) => sendAndWait(house, { client_id: clientId, mailed });

    /** What the signing page of a new request of the app is told to show. */
    async function shownBy(clientId: string) {
      const { sign_url: url } = await signUrlOf(house, signatureOf(await askFor(clientId, false)).signature_id);
      return bootLogoOf(url);
    }
    async function bootLogoOf(url: string) {
      const [, boot = ""] = /id="boot">(.*?)<\/script>/.exec(await (await fetch(url)).text()) ?? [];
      return (JSON.parse(boot) as { readonly logo: { readonly path: string; readonly name: string } | null }).logo;
    }

    test("is drawn anew as a PNG within its box, and served to everybody under an address that never changes", async () => {
      for (const type of ["png", "jpeg"] as const) {
        const bytes = pictureOf(type);
        const logo = await shownBy(await appWith([bytes]));
        assert.equal(logo?.name, `Shop ${made}`);
        const answer = await fetch(house.url + logo.path);
        const served = Buffer.from(await answer.arrayBuffer());
        assert.deepEqual(
          ["content-type", "cache-control", "content-security-policy", "x-content-type-options"].map((name) =>
            answer.headers.get(name),
          ),
          ["image/png", "public, max-age=31536000, immutable", "default-src 'none'; sandbox", "nosniff"],
        );
        const { width, height } = await loadImage(served);
        assert.deepEqual([width, height], [480, 80]);
        assert.ok(!served.equals(bytes));
      }
    });

    test("stands above the letters of its requests, and on the page that they lead to", async () => {
      const clientId = await appWith([pictureOf("png")]);
      const { signature_request_id: requestId } = await askFor(clientId, true);
      const logo = await bootLogoOf(await mailedLinkOf(house, { requestId, to: ann.email_address }));
      const letter = await house.store.read
        .selectFrom("letters")
        .select("html_body")
        .where("request_id", "=", requestId)
        .executeTakeFirstOrThrow();
      assert.ok(logo && letter.html_body.includes(`<img src="${house.url}${logo.path}" alt="${logo.name}"`));
    });

    test("gives way to another, stays when other members change, and goes with a reset; nobody is served the old one", async () => {
      const clientId = await appWith([pictureOf("png")]);
      const first = await shownBy(clientId);
      assert.equal((await change(clientId, logoForm([pictureOf("png", { width: 60, height: 60 })]))).status, 200);
      const second = await shownBy(clientId);
      assert.ok(first && second && first.path !== second.path);
      assert.equal((await ask(house, `PUT /api_app/${clientId}`, { json: { name: "Renamed" } })).status, 200);
      assert.deepEqual(await shownBy(clientId), { path: second.path, name: "Renamed" });
      assert.equal((await fetch(house.url + second.path)).status, 200);
      const reset = await ask(house, `PUT /api_app/${clientId}`, {
        json: { white_labeling_options: { reset_to_default: true } },
      });
      assert.equal(reset.status, 200);
      assert.equal(await shownBy(clientId), null);
      assert.equal((await fetch(house.url + second.path)).status, 404);
    });

    test("no other blob is served as one", async () => {
      const { document_blob: document } = await house.store.read
        .selectFrom("signature_requests")
        .select("document_blob")
        .where("document_blob", "is not", null)
        .limit(1)
        .executeTakeFirstOrThrow();
      for (const name of [`${document}.png`, `${"0".repeat(64)}.png`, document, "..%2f..%2fsecret.key"])
        assert.equal((await fetch(`${house.url}/logos/${name}`)).status, 404);
    });

    test("what is no PNG or JPEG, damaged, too large or too many is refused, and the app keeps what it has", async () => {
      const clientId = await appWith([pictureOf("png")]);
      const before = await shownBy(clientId);
      const whole = pictureOf("png");
      const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
      const vast = pngOf([
        pngHeader(60_000, 60_000),
        ["IDAT", deflateSync(Buffer.alloc(8))],
        ["IEND", Buffer.alloc(0)],
      ]);
      const faulty: readonly (readonly Uint8Array[])[] = [
        [Buffer.from(svg)],
        [Buffer.from("GIF89a")],
        [whole.subarray(0, whole.length / 2)],
        [pictureOf("jpeg").subarray(0, 200)],
        [vast],
        [Buffer.concat([whole, Buffer.alloc(2 * 1024 * 1024)])],
        [whole, whole],
      ];
      for (const logos of faulty)
        assert.deepEqual(faultOf(await change(clientId, logoForm(logos))), [400, "bad_request", "custom_logo_file"]);
      const strange = await change("f".repeat(32), logoForm([whole]));
      assert.equal(strange.status, 404);
      assert.deepEqual(await shownBy(clientId), before);
    });
  });
}
