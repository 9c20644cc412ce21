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

for (const [page, path, { catalogues, title }] of [
  ["signing page", "/editor/embeddedSign", { catalogues: 1, title: "Dokument unterzeichnen" }],
  ["editor", "/editor/embeddedTemplate", { catalogues: 2, title: "Dokument vorbereiten" }],
] as const)
  test(`the header of the ${page} names all that it needs, near or far, and its language, so that the browser asks for it at once`, async () => {
    const answer = await fetch(`${house.url}${path}?token=${"0".repeat(64)}&user_culture=de_DE`);
    const links = new Map(
      (answer.headers.get("link") ?? "").split(", ").flatMap((link) => {
        const [, address, rel] = /^<([^>]+)>; rel=(\w+)/.exec(link) ?? [];
        return address === undefined ? [] : [[address, rel] as const];
      }),
    );
    const html = await answer.text();
    assert.match(html, new RegExp(`<title>${title}</title>`));
    const needed = new Set([/src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? assert.fail(html)]);
    for (const script of needed) {
      assert.equal(links.get(script), "modulepreload", script);
      const code = await (await fetch(house.url + script)).text();
      for (const [, part] of code.matchAll(/(?:^|[;}])import(?:[^"();]*from)?"\.\/([^"]+)"/g))
        needed.add(`/assets/${part}`);
    }
    assert.ok(needed.size > 3, [...needed].join());
    const spoken = (locale: string) => [...links.keys()].filter((link) => link.startsWith(`/assets/${locale}-`)).length;
    assert.deepEqual([spoken("de"), spoken("fr")], [catalogues, 0]);
    for (const link of links.keys()) assert.equal((await fetch(house.url + link)).status, 200, link);
  });
