import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { ask, read } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { newTab } from "../support/page.ts";
import { sendAndWait } from "../support/requests.ts";

const [sqlite] = grounds();
let house: House;

before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open();
});

after(() => house.close());

const mebibyte = 1024 * 1024;

test("who has no key is turned away before the body is read", async () => {
  const head = `PUT /v3/account HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${9 * mebibyte}\r\n\r\n`;
  assert.match(await firstLineOf(`${head}{"locale"`), /^HTTP\/1.1 401 /);
});

test("where no key is asked for, a body is small", async () => {
  for (const path of ["/sign-api/claim", "/nowhere"]) {
    const body = JSON.stringify({ token: "a".repeat(3 * mebibyte) });
    const headers = { "content-type": "application/json" };
    const answer = await read(await fetch(house.url + path, { method: "POST", headers, body }));
    assert.equal(answer.status, 400, path);
    assert.match(answer.bytes.toString(), /larger than 2 MB/);
  }
});

test("the signing page's calls take no multipart bodies", async () => {
  const form = new FormData();
  form.set("token", "0".repeat(64));
  assert.equal((await fetch(`${house.url}/sign-api/claim`, { method: "POST", body: form })).status, 400);
});

test("a link that nobody made is refused without a transaction", async () => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${newTab()}.${newTab()}` };
  const bodies = [
    ["POST", "/sign-api/claim", { kind: "mail", token: newTab(), tab: newTab() }],
    ["PUT", "/sign-api/answers", { answers: {} }],
  ] as const;
  for (const [method, path, body] of bodies) {
    const answer = await fetch(house.url + path, { method, headers, body: JSON.stringify(body) });
    const { code } = (await answer.json()) as { readonly code: string };
    assert.deepEqual([answer.status, code], [200, "sign_url_invalid"]);
  }
});

test("a file link whose parameters come twice is a link that is none", async () => {
  const { signature_request_id: id } = await sendAndWait(house);
  const { json } = await ask(house, `GET /signature_request/files_as_file_url/${id}`);
  const { file_url: link } = json as { readonly file_url: string };
  assert.equal((await fetch(link)).status, 200);
  for (const more of ["&key=0", "&key=0&key=1", "&expires=9999999999", "&download=0"])
    assert.equal((await fetch(link + more)).status, 404, more);
});

test("the inbox of a machine's own server opens to this machine's own names, not to a name that leads here, nor through a proxy", async () => {
  const ask = (headers: string) => firstLineOf(`GET /inbox HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`);
  assert.match(await ask("host: localhost:3000"), / 200 /);
  assert.match(await ask("host: 127.0.0.1"), / 200 /);
  assert.match(await ask("host: [::1]:3000"), / 200 /);
  assert.match(await ask("host: rebound.test:3000"), / 401 /);
  assert.match(await ask("host: 127.0.0.1\r\nx-forwarded-for: 203.0.113.5"), / 401 /);
  assert.match(await ask("host: 127.0.0.1\r\nforwarded: for=203.0.113.5"), / 401 /);
});

function firstLineOf(sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(house.url).port), "127.0.0.1");
    socket.setEncoding("utf8");
    socket.once("data", (heard) => {
      socket.destroy();
      resolve(String(heard).split("\r\n")[0] ?? "");
    });
    socket.once("error", reject);
    socket.write(sent);
  });
}
