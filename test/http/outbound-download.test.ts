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
