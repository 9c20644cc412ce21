import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type { Readable } from "node:stream";
import { after, before, beforeEach, test } from "node:test";
import fastify from "fastify";
import Type from "typebox";
import { Fault } from "../../src/base/faults.ts";
import { limits } from "../../src/base/limits.ts";
import { readInput, registerBodyParsers } from "../../src/http/bodies.ts";
import { cleanFileName, uploadsUnder } from "../../src/http/uploads.ts";

const schema = Type.Object({
  id: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  page: Type.Optional(Type.Integer()),
  test_mode: Type.Optional(Type.Boolean()),
  signers: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), email_address: Type.String({ format: "email" }) })),
  ),
  metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
});

let kept = new Map<string, number>();
let discarded = 0;

/** Takes files in and remembers which are held, as a folder would. */
async function receive(stream: Readable) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const name = hash.digest("hex");
  kept.set(name, (kept.get(name) ?? 0) + 1);
  const discard = async () => {
    discarded += 1;
    kept.delete(name);
  };
  return { bytes, hash: name, discard };
}

const app = fastify();
let address = "";

before(async () => {
  await registerBodyParsers(app);
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof Fault)) return reply.code(500).send({ bug: String(error) });
    return reply.code(error.status).send({ error_msg: error.message, error_path: error.path });
  });
  app.all("/in", async (request) => {
    const { input, files, keys } = await readInput(request, { schema, receive });
    const named = uploadsUnder(files, ["files", "file"]).map(({ name, received }) => ({ name, bytes: received.bytes }));
    return { input, files: named, keys: Object.fromEntries(keys) };
  });
  app.post("/in/:id", async (request) => (await readInput(request, { schema, receive })).input);
  address = await app.listen({ host: "127.0.0.1", port: 0 });
});

beforeEach(() => {
  kept = new Map();
  discarded = 0;
});

after(() => app.close());

async function ask(path: string, init?: RequestInit): Promise<readonly [number, unknown]> {
  const response = await fetch(`${address}${path}`, init);
  return [response.status, await response.json()];
}

function form(parts: readonly (readonly [string, string | File])[]): RequestInit {
  const body = new FormData();
  for (const [name, value] of parts) body.append(name, value);
  return { method: "POST", body };
}

const json = { "content-type": "application/json" };
const nothing = { input: {}, files: [], keys: {} };

test("an empty body is fine under any content type and method", async () => {
  for (const method of ["GET", "POST", "PUT", "DELETE"]) {
    for (const type of [
      "application/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain",
    ]) {
      assert.deepEqual(
        await ask("/in", { method, headers: { "content-type": type } }),
        [200, nothing],
        `${method} ${type}`,
      );
    }
  }
});

test("JSON, urlencoded, and JSON that curl calls urlencoded are read alike; DELETE may carry a body", async () => {
  const input = { title: "NDA", test_mode: true };
  const body = JSON.stringify({ title: "NDA", test_mode: 1 });
  assert.deepEqual(await ask("/in", { method: "POST", headers: json, body }), [200, { ...nothing, input }]);
  assert.deepEqual(await ask("/in", { method: "DELETE", headers: json, body }), [200, { ...nothing, input }]);
  const urlencoded = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  assert.deepEqual(await ask("/in", { method: "POST", headers: urlencoded, body }), [200, { ...nothing, input }]);
  const pairs = "title=NDA&test_mode=on&metadata%5Bk%5D=v+w";
  const [, answer] = await ask("/in", { method: "POST", headers: urlencoded, body: pairs });
  assert.deepEqual(answer, { ...nothing, input: { ...input, metadata: { k: "v w" } } });
});

test("the path wins over the body, the body over the query string, and empty query parameters are ignored", async () => {
  const init = { method: "POST", headers: json, body: '{"id":"body","title":"body"}' };
  assert.deepEqual(await ask("/in/path?id=query&title=query&page=3", init), [
    200,
    { id: "path", title: "body", page: 3 },
  ]);
  assert.deepEqual(await ask("/in?page=&title="), [200, nothing]);
});

test("damaged bodies and unknown content types are refused in words", async () => {
  const refused = async (type: string, body: string | Uint8Array<ArrayBuffer>) => {
    const [status, answer] = await ask("/in", { method: "POST", headers: { "content-type": type }, body });
    assert.equal(status, 400, JSON.stringify(answer));
    return JSON.stringify(answer);
  };
  assert.match(await refused("application/json", '{"a":'), /not valid JSON/);
  assert.match(await refused("application/json", "[1]"), /one object/);
  assert.match(await refused("application/json", new Uint8Array([0x22, 0xff, 0x22])), /not UTF-8/);
  assert.match(await refused("application/xml", "<a/>"), /Send the body as/);
  assert.match(await refused("multipart/form-data", "x"), /damaged/);
  assert.match(await refused("multipart/form-data; boundary=x", "--x\r\nno"), /damaged/);
});

test("a multipart body gives fields in brackets, fields in JSON and files in the order of their indexes", async () => {
  const init = form([
    ["files[1]", new File(["second"], "b.pdf")],
    ["title", "NDA"],
    ["signers[1][name]", "A"],
    ["signers[1][email_address]", "a@x.com"],
    ["metadata", '{"k":"v"}'],
    ["test_mode", "True"],
    ["files[0]", new File(["first!"], "../../Verträge\\ä.pdf", { type: "application/pdf" })],
  ]);
  const [status, answer] = await ask("/in", init);
  assert.equal(status, 200);
  assert.deepEqual(answer, {
    input: { title: "NDA", test_mode: true, signers: [{ name: "A", email_address: "a@x.com" }], metadata: { k: "v" } },
    files: [
      { name: "ä.pdf", bytes: 6 },
      { name: "b.pdf", bytes: 6 },
    ],
    keys: { signers: ["1"] },
  });
  assert.equal(kept.size, 2);
});

test("the empty file that a browser sends for an untouched file input is no file", async () => {
  const [, answer] = await ask("/in", form([["file", new File([], "")]]));
  assert.deepEqual(answer, nothing);
  assert.equal(kept.size, 0);
});

test("a refused request keeps none of its files", async () => {
  const file = ["files[]", new File(["x"], "x.pdf")] as const;
  const [status, answer] = await ask(
    "/in",
    form([file, ["signers[0][name]", "A"], ["signers[0][email_address]", "no"]]),
  );
  assert.equal(status, 400);
  assert.match(JSON.stringify(answer), /"error_path":"signers\[0\]\[email_address\]"/);
  assert.deepEqual([kept.size, discarded], [0, 1]);
});

test("files beyond the limits of count and size are refused and nothing is kept", async () => {
  const many = Array.from(
    { length: limits.filesPerRequest + 1 },
    (_, i) => ["files[]", new File([String(i)], "x.pdf")] as const,
  );
  assert.match(JSON.stringify(await ask("/in", form(many))), /at most 50 files/);
  assert.deepEqual([kept.size, discarded], [0, limits.filesPerRequest]);
  const huge = new File([new Uint8Array(limits.fileBytes + 1)], "huge.pdf");
  const [status, answer] = await ask("/in", form([["files[0]", huge]]));
  assert.deepEqual(
    [status, answer],
    [400, { error_msg: "The file huge.pdf is larger than 100 MB.", error_path: "files[0]" }],
  );
  assert.equal(kept.size, 0);
});

test("fields beyond the limits of parts and bytes are refused", async () => {
  const many = Array.from({ length: limits.multipartParts + 1 }, () => ["a[]", "x"] as const);
  assert.match(JSON.stringify(await ask("/in", form(many))), /at most 2000 parts/);
  const half = "x".repeat(limits.bodyBytes / 2 + 1);
  assert.match(
    JSON.stringify(
      await ask(
        "/in",
        form([
          ["a", half],
          ["b", half],
        ]),
      ),
    ),
    /at most 10 MB/,
  );
  assert.match(JSON.stringify(await ask("/in", form([["title", half + half]]))), /at most 10 MB/);
});

test("names of Object.prototype are refused or ignored, and poison nothing", async () => {
  for (const name of ["__proto__", "constructor", "metadata[__proto__]"]) {
    const [status] = await ask("/in", form([[name, "x"]]));
    assert.equal(status, 400, name);
  }
  assert.equal(Reflect.get({}, "x"), undefined);
});

test("a caller that hangs up in the middle of a file leaves nothing behind, and the server goes on", async () => {
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  await once(socket, "connect");
  const head =
    "POST /in HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 9999\r\n\r\n";
  const part = (name: string) => `--x\r\ncontent-disposition: form-data; name="files[]"; filename="${name}"\r\n\r\n`;
  socket.write(`${head}${part("a.pdf")}whole\r\n${part("b.pdf")}half`);
  while (kept.size < 1) await new Promise(setImmediate);
  socket.destroy();
  while (kept.size > 0) await new Promise(setImmediate);
  assert.equal(discarded, 1);
  assert.deepEqual(await ask("/in"), [200, nothing]);
});

test("file names are cleaned of folders, control and direction characters, and bounded with the extension kept", () => {
  assert.equal(cleanFileName("C:\\tmp\\a.pdf"), "a.pdf");
  assert.equal(cleanFileName("../../etc/passwd"), "passwd");
  assert.equal(cleanFileName("a\r\nb\u202Efdp.exe"), "abfdp.exe");
  assert.equal(cleanFileName("e\u0301.pdf"), "\u00e9.pdf");
  for (const empty of [undefined, "", "..", "a/", "\u0000"]) assert.equal(cleanFileName(empty), "file");
  const long = cleanFileName(`${"🖊".repeat(300)}.pdf`);
  assert.equal(Array.from(long).length, limits.nameLength);
  assert.match(long, /\.pdf$/);
});
