import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Fault } from "../../src/base/faults.ts";
import { long, open, serve, short } from "./wires.ts";

async function drain(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  return size;
}

test("a download streams a large file", async () => {
  const url = await serve((_, response) => {
    response.setHeader("content-type", "application/pdf");
    for (let i = 0; i < 64; i += 1) response.write(Buffer.alloc(262_144));
    response.end();
  });
  const got = await open().download({ url, deadlineMs: long, maxBytes: 20_000_000 });
  assert.ok(got.kind === "answered");
  assert.deepEqual(
    [got.status, got.headers["content-type"], await drain(got.body)],
    [200, "application/pdf", 64 * 262_144],
  );
});

test("a download that is too large, drips or breaks off throws a Fault in words from its body", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/told") response.writeHead(200, { "content-length": "1000000" });
    if (request.url === "/drip") return response.writeHead(200).write("x");
    if (request.url === "/broken")
      return response.writeHead(200, { "content-length": "5000" }).write("x", () => response.socket?.resetAndDestroy());
    return response.end("x".repeat(1_000_000));
  });
  const rejects = async (path: string, words: RegExp) => {
    const got = await open().download({
      url: url + path,
      deadlineMs: path === "/drip" ? short : long,
      maxBytes: 10_000,
    });
    assert.ok(got.kind === "answered");
    await assert.rejects(drain(got.body), (error) => error instanceof Fault && words.test(error.message));
  };
  await rejects("/told", /larger than 10000 bytes/);
  await rejects("/untold", /larger than 10000 bytes/);
  await rejects("/drip", /in time/);
  await rejects("/broken", /broke off/);
});

test("a download that nobody reads ends with its deadline, and one left early drops its socket", async () => {
  const closed: Promise<unknown>[] = [];
  const url = await serve((_, response) => {
    closed.push(once(response, "close"));
    response.writeHead(200).write("x");
  });
  const outbound = open();
  assert.equal((await outbound.download({ url, deadlineMs: short, maxBytes: 100 })).kind, "answered");
  await closed[0];
  const left = await outbound.download({ url, deadlineMs: long, maxBytes: 100 });
  assert.ok(left.kind === "answered");
  for await (const chunk of left.body) {
    assert.equal(chunk.length, 1);
    break;
  }
  await closed[1];
  assert.equal((await open({ allow: [] }).download({ url, deadlineMs: long, maxBytes: 100 })).kind, "failed");
});

test("a download follows redirects to its file, bearing nothing along; it judges each one, names the one it refuses, and ends a loop", async () => {
  const asked: string[] = [];
  const places: Readonly<Record<string, string>> = {
    "/relative": "next?key=1#part",
    "/loop": "/loop",
    "/private": "http://10.0.0.1/secret-path",
    "/own": "http://127.0.0.1:9/",
    "/file": "file:///etc/passwd",
    "/user": "http://ann:pw@127.0.0.1/",
    "/nowhere": "http://",
    "/late": "/silent",
    "/gone": "/missing",
    ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`/hop${n}`, n === 0 ? "/next?key=1" : `/hop${n - 1}`])),
  };
  const url = await serve((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    assert.deepEqual(Object.keys(request.headers).toSorted(), [
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
    if (path === "/silent") return response;
    if (path === "/missing") return response.writeHead(404).end();
    if (path === "/unchanged") return response.writeHead(304, { location: "/next" }).end();
    const location = places[path];
    if (location === undefined) return response.end("the file");
    return response.writeHead(302, { location, "set-cookie": "a=b" }).end("moved");
  });
  const outbound = open({ refuseTargets: [{ port: 9 }] });
  const get = (path: string, deadlineMs = long) => outbound.download({ url: url + path, deadlineMs, maxBytes: 100 });

  for (const path of ["/relative", "/hop4"]) {
    const got = await get(path);
    assert.ok(got.kind === "answered", path);
    assert.deepEqual([got.status, await drain(got.body), asked.at(-1)], [200, 8, "/next?key=1"]);
  }
  for (const [path, code, words] of [
    ["/loop", "protocol", /more than 5 times/],
    ["/hop5", "protocol", /more than 5 times/],
    ["/private", "address_refused", /^redirect 1, to http:\/\/10\.0\.0\.1, failed: .*\(private\)\.$/],
    ["/own", "address_refused", /^redirect 1, to http:\/\/127\.0\.0\.1:9, failed: .*belongs to this server/],
    ["/file", "bad_url", /https:\/\/ or http:\/\//],
    ["/user", "bad_url", /^redirect 1, to http:\/\/127\.0\.0\.1, failed: .*user name/],
    ["/nowhere", "protocol", /Redirect 1 leads to no address/],
    ["/late", "timeout_headers", /^redirect 1/],
  ] as const) {
    const got = await get(path, path === "/late" ? short : long);
    assert.ok(got.kind === "failed", path);
    assert.deepEqual([got.code, words.test(got.message)], [code, true], got.message);
  }
  assert.equal(asked.filter((path) => path === "/loop").length, 6);
  for (const [path, status, hop] of [
    ["/gone", 404, `redirect 1, to ${url},`],
    ["/unchanged", 304, null],
  ] as const) {
    const got = await get(path);
    assert.ok(got.kind === "answered");
    assert.deepEqual([got.status, got.hop, await drain(got.body)], [status, hop, 0]);
  }
});
