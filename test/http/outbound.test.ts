import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createTcpServer } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { answered, ends, failed, listen, long, open, post, serve, short } from "./wires.ts";

test("a call goes out as asked and its answer comes back with the address that gave it", async () => {
  const url = await serve((request, response) => {
    const body: unknown[] = [];
    request.setEncoding("utf8").on("data", (text) => body.push(text));
    const answer = () =>
      response
        .setHeader("x-two", ["a", "b"])
        .writeHead(201)
        .end(`${request.method} ${request.url} ${String(request.headers["x-mine"])} ${body.join("")}`);
    request.on("end", answer);
  });
  const outbound = open();
  const headers = { "x-mine": "yes" };
  const got = answered(
    await outbound.request({
      url: `${url}/a%20b?c=d#e`,
      method: "PUT",
      headers,
      body: Buffer.from("bytes"),
      deadlineMs: long,
      maxBodyBytes: 100,
    }),
  );
  assert.deepEqual(
    [got.status, got.text, got.truncated, got.ip],
    [201, "PUT /a%20b?c=d yes bytes", false, "127.0.0.1"],
  );
  assert.equal(got.headers["x-two"], "a, b");
  assert.ok(got.durationMs > 0);
});

test("a receiver that never answers meets the deadline", async () => {
  const url = await serve(() => undefined);
  assert.equal(failed(await post(url, { deadlineMs: short })).code, "timeout_headers");
});

test("a body that drips past the deadline is given up, and what came of it is told", async () => {
  const url = await serve((_, response) => {
    response.writeHead(200).write("x");
    const drip = setInterval(() => response.write("x"), 20);
    response.on("close", () => clearInterval(drip));
  });
  const result = failed(await post(url, { deadlineMs: short }));
  assert.equal(result.code, "timeout_body");
  assert.equal(result.answer?.status, 200);
  assert.match(Buffer.from(result.answer?.body ?? []).toString(), /^x+$/);
});

test("a huge body is cut off at the bound and its socket is dropped, not drained", async () => {
  let closed: Promise<unknown> | undefined;
  const url = await serve((_, response) => {
    closed = once(response, "close");
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(16_384)));
    };
    response.on("drain", more);
    more();
  });
  const got = answered(await post(url, { maxBodyBytes: 1000 }));
  assert.deepEqual([got.body.length, got.truncated], [1000, true]);
  await closed;
});

test("a body of exactly the bound is whole", async () => {
  const url = await serve((_, response) => response.end("x".repeat(1000)));
  const got = answered(await post(url, { maxBodyBytes: 1000 }));
  assert.deepEqual([got.body.length, got.truncated], [1000, false]);
});

test("gzip is not asked for and not decoded", async () => {
  const zipped = gzipSync("a".repeat(100_000));
  let asked: string | undefined;
  const url = await serve((request, response) => {
    asked = request.headers["accept-encoding"];
    response.writeHead(200, { "content-encoding": "gzip" }).end(zipped);
  });
  assert.deepEqual(Buffer.from(answered(await post(url)).body), zipped);
  assert.equal(asked, "identity");
});

test("a redirect is an answer and is not followed", async () => {
  let visits = 0;
  const target = await serve((_, response) => {
    visits += 1;
    response.end();
  });
  const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
  const got = answered(await post(url));
  assert.deepEqual([got.status, got.headers.location, visits], [302, target, 0]);
});

test("a reset on a fresh connection is a failure and is not sent again", async () => {
  let calls = 0;
  const port = await listen(
    createTcpServer((socket) => {
      socket.once("data", () => {
        calls += 1;
        socket.resetAndDestroy();
      });
    }),
  );
  assert.equal(failed(await post(`http://127.0.0.1:${port}`)).code, "reset");
  assert.equal(calls, 1);
});

test("a reset in the middle of the body is a failure that tells what came", async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("part");
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  });
  const result = failed(await post(url));
  assert.deepEqual(
    [result.code, result.answer?.status, Buffer.from(result.answer?.body ?? []).toString()],
    ["reset", 200, "part"],
  );
});
test("bad URLs, unknown names, and lookups and handshakes that hang fail in their own words", async () => {
  for (const url of ["ftp://127.0.0.1/", "nonsense", "http://user:pass@127.0.0.1/"])
    assert.equal(failed(await post(url)).code, "bad_url", url);
  const unknown = open({ lookup: () => Promise.reject(new Error("ENOTFOUND")) });
  assert.equal(failed(await post("http://name.example/", { outbound: unknown })).code, "dns");
  const hanging = open({ lookup: () => new Promise(() => undefined) });
  assert.equal(
    failed(await post("http://name.example/", { outbound: hanging, deadlineMs: short })).code,
    "timeout_connect",
  );
  const silent = await listen(createTcpServer(() => undefined));
  assert.equal(failed(await post(`https://127.0.0.1:${silent}/`, { deadlineMs: short })).code, "timeout_connect");
});

test("the caller can give up at any stage", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/body") response.writeHead(200).write("x");
  });
  for (const path of ["/head", "/body"]) {
    const result = failed(await post(url + path, { signal: AbortSignal.timeout(short) }));
    assert.equal(result.code, "aborted", path);
  }
  assert.equal(failed(await post(url, { signal: AbortSignal.abort() })).code, "aborted");
});

test("answers that are not HTTP, and heads beyond the bound, are told as such", async () => {
  const say = async (text: string) =>
    `http://127.0.0.1:${await listen(createTcpServer((socket) => socket.once("data", () => socket.end(text))))}`;
  assert.equal(failed(await post(await say("SSH-2.0-OpenSSH\r\n"))).code, "protocol");
  assert.equal(failed(await post(await say(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`))).code, "protocol");
});

test("no proxy of the environment is used", async () => {
  let proxied = 0;
  process.env.HTTP_PROXY = await serve((_, response) => {
    proxied += 1;
    response.end("proxy");
  });
  process.env.http_proxy = process.env.HTTP_PROXY;
  ends.push(() => {
    delete process.env.HTTP_PROXY;
    delete process.env.http_proxy;
  });
  const url = await serve((_, response) => response.end("direct"));
  assert.equal(answered(await post(url)).text, "direct");
  assert.equal(proxied, 0);
});
