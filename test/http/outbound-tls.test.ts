import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { answered, failed, listen, long, open, post, serve } from "./wires.ts";

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
    if (request.url?.startsWith("/to/"))
      response.writeHead(307, { location: decodeURIComponent(request.url.slice(4)) });
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

test("a redirect of a download leads from http to https, and never back", {
  skip: !hasOpenssl && "openssl is missing",
}, async () => {
  const { port, ca } = await serveTls();
  const outbound = open({ ca, lookup: () => Promise.resolve(["127.0.0.1"]) });
  const secure = `https://name.example:${port}`;
  const plain = await serve((_, response) => response.writeHead(301, { location: `${secure}/` }).end());
  const get = (url: string) => outbound.download({ url, deadlineMs: long, maxBytes: 100 });
  const there = await get(plain);
  assert.ok(there.kind === "answered");
  assert.equal(there.hop, `redirect 1, to ${secure},`);
  for await (const chunk of there.body) assert.match(Buffer.from(chunk).toString(), /for name\.example/);
  const back = await get(`${secure}/to/${encodeURIComponent(plain)}`);
  assert.deepEqual(back, {
    kind: "failed",
    code: "bad_url",
    message: `redirect 1, to ${plain}, failed: https may not lead to http.`,
  });
});
