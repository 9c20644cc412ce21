import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { type Answered, ask, faultOf, wordsOf } from "../support/ask.ts";
import { type Ground, grounds, type House } from "../support/house.ts";

for (const ground of grounds()) describe(ground.name, { skip: ground.skip }, () => lawsOn(ground));

function lawsOn(ground: Ground): void {
  let house: House;

  before(async () => {
    house = await ground.open();
  });

  after(() => house.close());

  test("what is no whole HTTP request is refused in the shape of every error, with words", async () => {
    for (const [sent, words] of [
      [`GET /v3/account?q=${"x".repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, /too long together/],
      [`GET /v3/account HTTP/1.1\r\nhost: a\r\ncookie: ${"x".repeat(20_000)}\r\n\r\n`, /too long together/],
      ["GET /v3/account HTTP/9.9\r\n\r\n", /not an HTTP request/],
      ["\u0016\u0003\u0001\u0002", /not an HTTP request/],
    ] as const) {
      const answer = await say(sent);
      assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/json\r\n/);
      const { error, ...rest } = JSON.parse(answer.split("\r\n\r\n")[1] ?? "");
      assert.deepEqual(rest, {});
      assert.deepEqual([error.error_name, "error_path" in error], ["bad_request", false]);
      assert.match(error.error_msg, words);
    }
  });

  test("a multipart body that ends within a file, wherever it was cut, is the caller's to mend", async () => {
    const head = '--b\r\ncontent-disposition: form-data; name="files[0]"; filename="a.pdf"\r\n\r\n';
    const whole = `${head}${"%PDF-1.7 ".repeat(2000)}`;
    for (let length = head.length; length < whole.length; length += 700) {
      const answer = await post(whole.slice(0, length));
      assert.deepEqual(faultOf(answer), [400, "bad_request"], String(length));
      assert.match(wordsOf(answer), /^The multipart body is damaged or incomplete/);
    }
  });

  test("a browser that opens a dead address is told so on a page with a way on; a program gets JSON", async () => {
    const open = async (path: string, accept: string) => {
      const answer = await fetch(house.url + path, { headers: { accept } });
      return { status: answer.status, type: answer.headers.get("content-type") ?? "", text: await answer.text() };
    };
    const browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (const path of [
      "/nothing/here",
      "/reports/document_status?until=1",
      "/inbox/none",
      "/docs/none",
      "/verify/x",
      "/%zz",
    ]) {
      const { status, type, text } = await open(path, browser);
      assert.deepEqual([status, type], [404, "text/html; charset=utf-8"], path);
      assert.match(text, /<h1>Page not found<\/h1>.*<a class="button" href="\/">/s, path);
      const { type: forProgram } = await open(path, "*/*");
      assert.match(forProgram, /^application\/json/, path);
    }
    assert.match((await open("/reports/document_status", browser)).text, /not valid any more/);
    for (const path of ["/v3/nothing", "/api/nothing", "/sign-api/nothing", "/oauth/token"])
      assert.match((await open(path, browser)).type, /^application\/json/, path);
    const icon = await open("/favicon.ico", "image/*");
    assert.deepEqual([icon.status, icon.type], [200, "image/svg+xml"]);
  });

  test("half a character in the path of a fault is made a whole one", async () => {
    const text = '{"name":"A","domains":["a.test"],"white_labeling_options":{"a\\ud800":"#000000"}}';
    const headers = { "content-type": "application/json" };
    const answer = await ask(house, "POST /api_app", { text, headers });
    const [status, name, path = ""] = faultOf(answer);
    assert.deepEqual([status, name, path.isWellFormed()], [400, "bad_request", true], path);
    assert.match(path, /a\ufffd/);
  });

  test("a content type that is none is refused in words", async () => {
    for (const type of [";;;=", "json", "application"]) {
      const answer = await ask(house, "POST /signature_request/send", {
        text: "{}",
        headers: { "content-type": type },
      });
      assert.deepEqual(faultOf(answer), [400, "bad_request"], type);
      assert.match(wordsOf(answer), /^Send the body as application\/json/, type);
    }
  });

  test("a parameter without a name is refused without an empty error_path", async () => {
    const named = "--b\r\ncontent-disposition: form-data\r\n\r\nv\r\n--b--\r\n";
    assert.deepEqual(faultOf(await post(named)), [400, "bad_request"]);
    const form = new URLSearchParams([["", "v"]]);
    assert.deepEqual(faultOf(await ask(house, "POST /signature_request/send", { form })), [400, "bad_request"]);
  });

  function post(text: string): Promise<Answered> {
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    return ask(house, "POST /signature_request/send", { text, headers });
  }

  /** Says something to the house's port, and answers all that comes back. */
  function say(sent: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(house.url).port), "127.0.0.1");
      const heard: Buffer[] = [];
      socket.on("data", (chunk) => heard.push(chunk));
      socket.once("error", reject);
      socket.once("close", () => resolve(Buffer.concat(heard).toString()));
      socket.end(sent);
    });
  }
}
