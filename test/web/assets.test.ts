import assert from "node:assert/strict";
import { get, type IncomingHttpHeaders } from "node:http";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";

const [ground] = grounds();
let house: HeardHouse;
before(async () => {
  assert.ok(ground);
  house = await openHeardHouse(ground);
});
after(() => house.close());

/** As it comes over the wire: fetch would unpack it. */
function raw(path: string, accepted?: string): Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }> {
  return new Promise((done, fail) => {
    get(house.url + path, { headers: accepted === undefined ? {} : { "accept-encoding": accepted } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => done({ headers: response.headers, bytes: Buffer.concat(parts) }));
    }).on("error", fail);
  });
}

test("scripts and styles come packed as the browser takes them, fonts as they are", async () => {
  const html = await (await fetch(`${house.url}/editor/embeddedSign?token=${"0".repeat(64)}`)).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
  const style = /href="(\/assets\/[^"]+\.css)"/.exec(html)?.[1] ?? "";
  for (const path of [script, style]) {
    const plain = await raw(path);
    assert.equal(plain.headers["content-encoding"], undefined);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [accepted, encoding] of [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip;q=0.5", "gzip"],
    ] as const) {
      const packed = await raw(path, accepted);
      assert.equal(packed.headers["content-encoding"], encoding, `${path} for ${accepted}`);
      assert.equal(packed.headers.vary, "accept-encoding");
      assert.ok(unpack[encoding](packed.bytes).equals(plain.bytes), "the same file");
      assert.ok(packed.bytes.length < plain.bytes.length / 2);
    }
    assert.equal((await raw(path, "identity")).headers["content-encoding"], undefined);
  }
  const { bytes } = await raw(style);
  const font = /url\(\.\/([^)]+\.woff2)\)/.exec(bytes.toString())?.[1] ?? "";
  const woff = await raw(`/assets/${font}`, "br, gzip");
  assert.equal(woff.headers["content-encoding"], undefined);
  assert.equal(woff.bytes.subarray(0, 4).toString(), "wOF2");
});

test("the page's header names what it needs, its language too, so that the browser asks for all of it at once", async () => {
  const page = await fetch(`${house.url}/editor/embeddedSign?token=${"0".repeat(64)}&user_culture=de_DE`);
  const links = (page.headers.get("link") ?? "")
    .split(", ")
    .map((link) => /^<([^>]+)>; rel=(\w+)/.exec(link)?.slice(1));
  const html = await page.text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  assert.ok(links.some((link) => link?.[0] === script && link?.[1] === "modulepreload"));
  assert.ok(links.some((link) => link?.[0]?.startsWith("/assets/de-")));
  assert.ok(!links.some((link) => link?.[0]?.startsWith("/assets/fr-")));
  for (const link of links) assert.equal((await fetch(house.url + link?.[0])).status, 200, link?.[0]);
});
