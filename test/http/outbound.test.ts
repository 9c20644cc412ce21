import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Fault } from "../../src/base/faults.ts";
import { type OutboundOptions, type OutboundResult, openOutbound } from "../../src/http/outbound.ts";

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A deadline that is never met, for what must not depend on one; and one that is always missed. */
const long = 20_000;
const short = 150;

async function listen<S extends Server | TcpServer>(server: S, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => socket.destroy())));
  server.listen(0, host);
  await once(server, "listening");
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

const serve = async (answer: RequestListener) => `http://127.0.0.1:${await listen(createServer(answer))}`;

function open(options: Partial<OutboundOptions> = {}) {
  const outbound = openOutbound({ allow: ["127.0.0.0/8", "::1"], refuseTargets: [], ...options });
  ends.push(outbound.close);
  return outbound;
}

type Ask = { readonly deadlineMs?: number; readonly maxBodyBytes?: number; readonly signal?: AbortSignal };

function post(
  url: string,
  {
    outbound = open(),
    deadlineMs = long,
    maxBodyBytes = 65_536,
    ...rest
  }: Ask & { outbound?: ReturnType<typeof open> } = {},
) {
  return outbound.request({
    url,
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "hello",
    deadlineMs,
    maxBodyBytes,
    ...rest,
  });
}

function answered(result: OutboundResult) {
  assert.ok(result.kind === "answered", JSON.stringify(result));
  return { ...result, text: Buffer.from(result.body).toString() };
}

function failed(result: OutboundResult) {
  assert.ok(result.kind === "failed", JSON.stringify(result));
  return result;
}

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

/** Answers the first request of each connection; what it does with the second is the test's. */
async function listenTwice(second: (socket: Socket) => void) {
  const calls: string[] = [];
  const connections = { count: 0 };
  const port = await listen(
    createTcpServer((socket) => {
      connections.count += 1;
      let seen = 0;
      socket.on("data", (bytes) => {
        calls.push(bytes.toString());
        seen += 1;
        if (seen === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        else second(socket);
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}`, calls, connections };
}

test("a connection is used again", async () => {
  const { url, connections } = await listenTwice((socket) =>
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nagain"),
  );
  const outbound = open();
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.equal(answered(await post(url, { outbound })).text, "again");
  assert.equal(connections.count, 1);
});

test("a reset of a reused connection before any byte of an answer is met by one resend", async () => {
  const { url, calls, connections } = await listenTwice((socket) => socket.resetAndDestroy());
  const outbound = open();
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.deepEqual([calls.length, connections.count], [3, 2]);
  assert.equal(calls[1], calls[2]);
});

test("a reset of a reused connection after the first byte of an answer is not sent again", async () => {
  const { url, calls } = await listenTwice((socket) => {
    socket.write("HTTP/1.1 2");
    setTimeout(() => socket.resetAndDestroy(), 50);
  });
  const outbound = open();
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.equal(failed(await post(url, { outbound })).code, "reset");
  assert.equal(calls.length, 2);
});

test("a name that changes its address does not go out on the connection to the old one", async () => {
  const [first, second] = [
    createServer((_, response) => response.end("first")),
    createServer((_, response) => response.end("second")),
  ];
  const port = await listen(first, "127.0.0.1");
  second.listen(port, "127.0.0.2");
  await once(second, "listening");
  ends.push(() => second.close().closeAllConnections());
  let address = "127.0.0.1";
  const outbound = open({ lookup: () => Promise.resolve([address]) });
  const url = `http://name.example:${port}/`;
  assert.equal(answered(await post(url, { outbound })).text, "first");
  address = "127.0.0.2";
  const got = answered(await post(url, { outbound }));
  assert.deepEqual([got.text, got.ip], ["second", "127.0.0.2"]);
  address = "10.0.0.1";
  assert.equal(failed(await post(url, { outbound })).code, "address_refused");
});

test("nothing is sent to a loopback literal without an allowance, nor to a name that leads there", async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls += 1;
    response.end();
  });
  const { port } = new URL(url);
  const outbound = open({ allow: [], lookup: () => Promise.resolve(["1.1.1.1", "127.0.0.1"]) });
  for (const host of [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "localhost",
    "mixed.example",
  ]) {
    assert.equal(failed(await post(`http://${host}:${port}/`, { outbound })).code, "address_refused", host);
  }
  assert.equal(calls, 0);
});

test("the server's own port is refused even where loopback is allowed", async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls += 1;
    response.end();
  });
  const port = Number(new URL(url).port);
  const outbound = open({ refuseTargets: [{ port }] });
  for (const host of ["127.0.0.1", "localhost", "127.0.0.1.", "[::ffff:127.0.0.1]", "2130706433"]) {
    assert.equal(failed(await post(`http://${host}:${port}/`, { outbound })).code, "address_refused", host);
  }
  assert.equal(calls, 0);
});

test("a port where nobody listens refuses", async () => {
  const server = createTcpServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  assert.equal(failed(await post(`http://127.0.0.1:${port}/`)).code, "connect_refused");
});

test("the next address of a name is tried when the first refuses", async () => {
  const url = await serve((_, response) => response.end("here"));
  const outbound = open({ lookup: () => Promise.resolve(["127.0.0.9", "127.0.0.1"]) });
  const got = answered(await post(`http://name.example:${new URL(url).port}/`, { outbound }));
  assert.deepEqual([got.text, got.ip], ["here", "127.0.0.1"]);
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

const folder = mkdtempSync(join(tmpdir(), "countersign-tls-"));
after(() => rmSync(folder, { recursive: true }));
const hasOpenssl = tryOpenssl();

function tryOpenssl(): boolean {
  const names = "-subj /CN=name.example -addext subjectAltName=DNS:name.example";
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out cert.pem ${names}`;
  try {
    execFileSync("openssl", args.split(" "), { cwd: folder, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function serveTls(): Promise<{ port: number; ca: string; servernames: unknown[] }> {
  const [key, cert] = [readFileSync(join(folder, "key.pem"), "utf8"), readFileSync(join(folder, "cert.pem"), "utf8")];
  const servernames: unknown[] = [];
  const server = createTlsServer({ key, cert }, (request, response) => {
    servernames.push("servername" in request.socket && request.socket.servername);
    response.end(`for ${request.headers.host}`);
  });
  return { port: await listen(server), ca: cert, servernames };
}

test("a certificate that nobody vouches for, or of another name, is refused", {
  skip: !hasOpenssl && "openssl is missing",
}, async () => {
  const { port, ca } = await serveTls();
  const lookup = () => Promise.resolve(["127.0.0.1"]);
  assert.equal(failed(await post(`https://name.example:${port}/`, { outbound: open({ lookup }) })).code, "tls");
  assert.equal(failed(await post(`https://other.example:${port}/`, { outbound: open({ lookup, ca }) })).code, "tls");
  assert.equal(failed(await post(`https://127.0.0.1:${port}/`, { outbound: open({ lookup, ca }) })).code, "tls");
  const plain = await serve((_, response) => response.end());
  assert.equal(failed(await post(plain.replace("http:", "https:"))).code, "tls");
});

test("TLS proves the name of the URL on the vetted address, and its connections are used again", {
  skip: !hasOpenssl && "openssl is missing",
}, async () => {
  const { port, ca, servernames } = await serveTls();
  const outbound = open({ ca, lookup: () => Promise.resolve(["127.0.0.1"]) });
  for (let i = 0; i < 2; i += 1) {
    const got = answered(await post(`https://name.example:${port}/`, { outbound }));
    assert.deepEqual([got.text, got.ip], [`for name.example:${port}`, "127.0.0.1"]);
  }
  assert.deepEqual(servernames, ["name.example", "name.example"]);
});

test("many calls at once to one receiver all come back", async () => {
  const url = await serve((request, response) => response.end(request.url));
  const outbound = open();
  const got = await Promise.all(Array.from({ length: 60 }, (_, i) => post(`${url}/${i}`, { outbound })));
  assert.deepEqual(
    got.map((result) => answered(result).text),
    Array.from({ length: 60 }, (_, i) => `/${i}`),
  );
});

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
