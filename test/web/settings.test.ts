import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { acknowledge, isEvent, type Receiver, startReceiver } from "../support/receiver.ts";
import { sendAndWait } from "../support/requests.ts";
import { freePort } from "../support/server.ts";
import { knownPassword, type PageAnswer, signIn, type Visitor } from "./visitor.ts";

const [sqlite] = grounds();
let house: House;
let receiver: Receiver;
let visitor: Visitor;
let key: string;

before(async () => {
  assert.ok(sqlite);
  [house, receiver] = await Promise.all([
    sqlite.open({ ...knownPassword, COUNTERSIGN_CALLBACK_TIMEOUT: "1" }),
    startReceiver(),
  ]);
  visitor = await signIn(house);
  key = await visitor.key();
});
after(async () => {
  await house.close();
  await receiver.close();
});
beforeEach(() => {
  receiver.answer = acknowledge;
});

/** Sends a form of the settings and answers the page that it leads to. */
async function act(action: string, fields: Readonly<Record<string, string>> = {}): Promise<PageAnswer> {
  const { status, location, text } = await visitor.post(`/app/settings/${action}`, { key, ...fields });
  assert.equal(status, 303, text);
  return visitor.get((location ?? "").split("#")[0] ?? "");
}

const save = (url: string) => act("url", { url });
const sendTest = (url: string) => act("test", { url });
const endpointNow = async () =>
  (await house.store.read.selectFrom("endpoints").selectAll().where("client_id", "is", null).executeTakeFirst()) ??
  assert.fail("the account has no endpoint");

/** A part of a page as its reader reads it, by its label. */
function partOf({ text }: PageAnswer, label: string): string {
  const [, found = ""] = new RegExp(`aria-label="${label}"><code>([^<]*)</code>`).exec(text) ?? [];
  return found.replace(/&(?:lt|gt|quot|#39|amp);/g, (name) => readable[name] ?? name);
}

const readable: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

describe("saving a callback URL", () => {
  test("sends a test, whose exchange is shown at once, and a secret of the URL is never shown", async () => {
    const page = await save(`${receiver.url.replace("://", "://ann:s3cret@")}/callbacks?tenant=7`);
    assert.match(page.text, /Saved\./);
    assert.match(page.text, /The receiver acknowledged the callback\./);
    assert.match(page.text, /200 acknowledged/);
    assert.match(page.text, /value="http:\/\/\*\*\*:\*\*\*@127\.0\.0\.1:\d+\/callbacks\?tenant=7"/);
    assert.equal(page.text.includes("s3cret"), false);
    assert.equal(page.text.includes(Buffer.from("ann:s3cret").toString("base64")), false);

    const heard = await receiver.waitFor(isEvent("callback_test"));
    assert.equal(heard.headers.authorization, `Basic ${Buffer.from("ann:s3cret").toString("base64")}`);
    const [line = "", ...headers] = partOf(page, "The request’s head").split("\n");
    assert.equal(line, "POST /callbacks?tenant=7 HTTP/1.1");
    assert.deepEqual(Object.fromEntries(headers.map((one) => one.split(/: (.*)/).slice(0, 2))), {
      ...heard.headers,
      authorization: "Basic *** (not shown)",
    });
    assert.equal(partOf(page, "The request’s body").replaceAll("\n", "\r\n"), heard.body.toString());
    assert.match(partOf(page, "The answer’s head"), /^HTTP\/1.1 200 OK\n|^HTTP 200 OK\n/);
    assert.equal(partOf(page, "The answer’s body"), "Hello API Event Received");
  });

  test("keeps the password behind the stars when only the path is changed, and never carries it to another host", async () => {
    const basic = `Basic ${Buffer.from("ann:s:3/c$1").toString("base64")}`;
    await save(`${receiver.url.replace("://", "://ann:s%3A3%2Fc%241@")}/before`);
    const starred = receiver.url.replace("://", "://***:***@");
    assert.match((await save(`${starred}/after`)).text, /200 acknowledged/);
    const { headers } = await receiver.waitFor(({ path }) => path === "/after");
    assert.equal(headers.authorization, basic);

    const elsewhere = `${starred.replace("127.0.0.1", "localhost")}/after`;
    const { status, text } = await visitor.post("/app/settings/url", { key, url: elsewhere });
    assert.equal(status, 400);
    assert.match(text, /Write the user name and the password again/);
    assert.equal((await endpointNow()).url, `${receiver.url}/after`);
    await save(`${receiver.url}/plain`);
    assert.equal((await visitor.post("/app/settings/url", { key, url: `${starred}/plain` })).status, 400);
  });

  test("refuses what is no URL beside the field, keeps what was typed, and changes nothing", async () => {
    const before = await endpointNow();
    const page = await visitor.post("/app/settings/url", { key, url: 'ftp://"><b>x' });
    assert.equal(page.status, 400);
    assert.match(page.text, /id="url-fault" role="alert">It must be an http or https address/);
    assert.match(
      page.text,
      /value="ftp:\/\/&quot;&gt;&lt;b&gt;x" .*aria-describedby="url-hint url-fault" aria-invalid="true"/,
    );
    assert.deepEqual(await endpointNow(), before);
  });

  test("warns of http on a host that is not this machine, and only there", async () => {
    const warning = /This URL is http: whoever is on the way/;
    assert.match((await save("http://callbacks.example.com/")).text, warning);
    assert.doesNotMatch((await save("https://callbacks.example.com/")).text, warning);
    assert.doesNotMatch((await save(`${receiver.url}/callbacks`)).text, warning);
  });

  test("empties it, and says what that means", async () => {
    assert.match((await save("")).text, /no URL is set now/);
    assert.equal((await endpointNow()).url, null);
  });

  test("of an app is done on the app's own page, and another's app is nowhere", async () => {
    const page = await act("url", { app: house.clientId, url: `${receiver.url}/app` });
    assert.match(page.text, /App callback URL/);
    assert.match(page.text, /The receiver acknowledged the callback\./);
    assert.match((await visitor.get("/app/settings/apps")).text, /<code>http:\/\/127\.0\.0\.1:\d+\/app<\/code>/);
    for (const app of ["e".repeat(32), "", "../x"])
      assert.equal((await visitor.post("/app/settings/url", { key, app, url: receiver.url })).status, 404, app);
  });
});

describe("a test shows how it ended and what to change:", () => {
  const url = () => `${receiver.url}/callbacks`;
  before(() => save(url()));

  test("a wrong body", async () => {
    receiver.answer = () => ({ status: 200, body: "OK <script>alert(1)</script>", headers: { "x-evil": "<b>&" } });
    const page = await sendTest(url());
    assert.match(page.text, /200 ack_body_missing/);
    assert.match(page.text, /What to change:<\/strong> Answer with the text &quot;Hello API Event Received&quot;/);
    assert.equal(partOf(page, "The answer’s body"), "OK <script>alert(1)</script>");
    assert.match(partOf(page, "The answer’s head"), /x-evil: <b>&/);
    assert.doesNotMatch(page.text, /<script>|<b>/);
  });

  test("a failure of the receiver", async () => {
    receiver.answer = () => ({ status: 500, body: "" });
    const page = await sendTest(url());
    assert.match(page.text, /500 http_5xx/);
    assert.match(page.text, /Look into the receiver&#39;s own log/);
    assert.match(page.text, /HTTP 500 Internal Server Error/);
    assert.match(page.text, /The body was empty\./);
  });

  test("an answer that does not come in time", async () => {
    receiver.answer = async () => {
      await sleep(1500);
      return acknowledge();
    };
    const page = await sendTest(url());
    assert.match(page.text, /timeout_headers/);
    assert.match(page.text, /Acknowledge first and work on the callback afterwards\./);
    assert.match(page.text, /No answer came\./);
  });

  test("a connection that nobody accepts", async () => {
    const page = await save(`http://127.0.0.1:${await freePort()}/callbacks`);
    assert.match(page.text, /connect_refused/);
    assert.match(page.text, /Start the receiver, see that it listens on this port/);
  });

  test("and is not sent to a URL that is not saved yet", async () => {
    const before = receiver.heard.length;
    const page = await visitor.post("/app/settings/test", { key, url: `${receiver.url}/other` });
    assert.equal(page.status, 400);
    assert.match(page.text, /This URL is not saved yet\./);
    assert.match(page.text, /\/other"/);
    assert.equal(receiver.heard.length, before);
  });
});

describe("an endpoint", () => {
  before(async () => {
    await ask(house, `PUT /api_app/${house.clientId}`, { json: { callback_url: "" } });
    await save(`${receiver.url}/held`);
  });

  test("is paused and resumed from the page: what was held is counted, and sent", async () => {
    assert.match((await act("pause")).text, /Paused\. What is owed to this URL is held/);
    const { signature_request_id: id } = await sendAndWait(house);
    const page = await visitor.get("/app/settings");
    assert.match(page.text, /Resume, send held \(1\)/);
    assert.match(page.text, /Resume, skip held \(1\)/);
    assert.match((await visitor.get("/app/events?state=held")).text, /Account: held/);
    const refused = await visitor.post("/app/settings/test", { key, url: `${receiver.url}/held` });
    assert.match(refused.text, /This endpoint is paused: resume it first\./);
    assert.match((await act("resume", { held: "send" })).text, /Resumed\./);
    await receiver.waitFor(isEvent("signature_request_sent", id));
    assert.match((await visitor.get("/app/settings")).text, />Pause</);
  });

  test("is resumed without what was held", async () => {
    await act("pause");
    const { signature_request_id: id } = await sendAndWait(house);
    assert.match((await act("resume", { held: "skip" })).text, /What was held is skipped/);
    await house.quiet();
    assert.deepEqual(receiver.types(id), []);
    assert.match((await visitor.get(`/app/events?request=${id}&state=skipped`)).text, /Account: skipped/);
  });

  test("has its order changed, to what there is", async () => {
    assert.match(
      (await visitor.get("/app/settings")).text,
      /An attempt may take 1 s\. What fails is tried again after 5 min, 15 min, 45 min, 135 min, 6\.75 h, 20\.25 h,/,
    );
    await act("order", { ordering: "strict" });
    assert.equal((await endpointNow()).ordering, "strict");
    assert.equal((await visitor.post("/app/settings/order", { key, ordering: "none" })).status, 400);
  });

  test("shows its signing secret when asked, and rotates it with an overlap in which both sign", async () => {
    assert.doesNotMatch((await visitor.get("/app/settings")).text, /whsec_/);
    const [first] = /whsec_[\w+/=]+/.exec((await act("secret")).text) ?? [];
    const rotated = await act("rotate", { overlap: "24" });
    const [second] = /whsec_[\w+/=]+/.exec(rotated.text) ?? [];
    assert.ok(first && second && first !== second);
    assert.match(rotated.text, /The secret before signs beside it until/);
    const tested = await sendTest(`${receiver.url}/held`);
    assert.match(partOf(tested, "The request’s head"), /webhook-signature: v1,\S+ v1,\S+/);
    assert.doesNotMatch((await act("rotate", { overlap: "0" })).text, /The secret before signs/);
    for (const overlap of ["-1", "169", "x"])
      assert.equal((await visitor.post("/app/settings/rotate", { key, overlap })).status, 400, overlap);
  });
});
