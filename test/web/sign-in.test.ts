import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { limits } from "../../src/base/limits.ts";
import { ask, basic, faultOf, wordsOf } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { credentials, knownPassword, signIn, visitorOf } from "./visitor.ts";

const [sqlite] = grounds();
const foreign = { origin: "https://evil.test" };

describe("signing in", () => {
  let house: House;
  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open(knownPassword);
  });
  after(() => house.close());

  test("leads who has no session from any page to the sign-in and back", async () => {
    const stranger = visitorOf(house);
    assert.equal((await stranger.get("/")).location, "/app/");
    assert.equal((await stranger.get("/app/")).location, "/app/sign-in");
    const { status, location } = await stranger.get("/app/events?state=exhausted");
    assert.deepEqual([status, location], [303, "/app/sign-in?next=%2Fapp%2Fevents%3Fstate%3Dexhausted"]);
    const form = await stranger.get(location ?? "");
    assert.match(form.text, /name="next" value="\/app\/events\?state=exhausted"/);
    const signed = await stranger.post("/app/sign-in", { ...credentials, next: "/app/events?state=exhausted" });
    assert.deepEqual([signed.status, signed.location], [303, "/app/events?state=exhausted"]);
  });

  for (const next of [
    "https://evil.test/app",
    "//evil.test/app/events",
    "/\\evil.test/app",
    "\\/evil.test",
    "/app/../../..//evil.test",
    "/\t/evil.test",
    "javascript:alert(1)",
    "/v3/account",
    "app/events",
  ]) {
    test(`never leads to ${JSON.stringify(next)} afterwards`, async () => {
      const { location } = await visitorOf(house).post("/app/sign-in", { ...credentials, next });
      assert.equal(location, "/app/");
      const form = await visitorOf(house).get(`/app/sign-in?next=${encodeURIComponent(next)}`);
      assert.match(form.text, /name="next" value="\/app\/"/);
    });
  }

  test("gives a cookie that scripts and other sites' forms do not get, and the page own scripts by address only", async () => {
    const { cookie } = await visitorOf(house).post("/app/sign-in", credentials);
    assert.match(cookie ?? "", /^countersign_session=[0-9a-f]{64}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
    const page = await (await signIn(house)).get("/app/settings");
    assert.equal(page.headers.get("cache-control"), "no-store");
    assert.match(
      page.headers.get("content-security-policy") ?? "",
      /^default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';/,
    );
    assert.equal(page.text.match(/<script/g)?.length, 1);
    assert.match(page.text, /<script type="module" src="\/assets\/app-[\w-]+\.js"><\/script>/);
    assert.doesNotMatch(page.text, /<style| style=| on\w+=/i);
  });

  test("needs less than 100 KB before it is seen: the page, its style, its script and what that imports", async () => {
    const visitor = await signIn(house);
    for (const path of ["/app/start", "/app/events", "/app/requests/new", "/app/settings"]) {
      const { text } = await visitor.get(path);
      const parts = [...text.matchAll(/(?:href|src)="(\/(?:app\/style|assets)[^"]+)"/g)].map(([, part]) => part ?? "");
      assert.ok(parts.length >= 2, path);
      const sizes = await Promise.all(
        parts.map(async (part) => {
          const { headers, text: whole } = await visitor.get(part, { "accept-encoding": "gzip" });
          assert.equal(headers.get("content-encoding"), "gzip", part);
          return gzipSync(whole, { level: 9 }).length;
        }),
      );
      const bytes = sizes.reduce((sum, size) => sum + size, gzipSync(text).length);
      assert.ok(bytes < 100_000, `${path}: ${bytes} bytes`);
    }
  });

  test("says one sentence for a wrong password and for an unknown address, in one page", async () => {
    const [wrong, unknown] = await Promise.all([
      visitorOf(house).post("/app/sign-in", { ...credentials, password: "guess" }),
      visitorOf(house).post("/app/sign-in", { email: "nobody@localhost", password: "guess" }),
    ]);
    assert.deepEqual([wrong.status, unknown.status], [401, 401]);
    assert.match(wrong.text, /The e-mail address or the password is not right\./);
    assert.equal(wrong.text.replaceAll(credentials.email, "…"), unknown.text.replaceAll("nobody@localhost", "…"));
    assert.equal(wrong.cookie, null);
  });

  test("ends with signing out: the cookie is taken away, and the token opens nothing any more", async () => {
    const visitor = await signIn(house);
    const out = await visitor.post("/app/sign-out", { key: await visitor.key() });
    assert.equal(out.status, 303);
    assert.match(out.cookie ?? "", /^countersign_session=; .*Max-Age=0/);
    assert.equal((await visitor.get("/app/events")).location, "/app/sign-in?next=%2Fapp%2Fevents");
  });

  test("ends when its time has run out", async () => {
    const visitor = await signIn(house);
    const late = Date.now() - limits.sessionIdleMs;
    await house.store.transact((tx) => tx.updateTable("sessions").set({ seen_at: late }).execute());
    assert.equal((await visitor.get("/app/events")).location, "/app/sign-in?next=%2Fapp%2Fevents");
    const next = await signIn(house);
    await house.store.transact((tx) => tx.updateTable("sessions").set({ expires_at: Date.now() }).execute());
    assert.equal((await next.get("/app/events")).location, "/app/sign-in?next=%2Fapp%2Fevents");
  });

  test("refuses forms that another site sent, or that bring no key of the session, and does nothing for them", async () => {
    const visitor = await signIn(house);
    const key = await visitor.key();
    const form = { key, url: "https://evil.test/callbacks" };
    const refused = [
      await visitor.post("/app/settings/url", form, foreign),
      await visitor.post("/app/settings/url", form, { origin: "null" }),
      await visitor.post("/app/settings/url", form, { "sec-fetch-site": "cross-site" }),
      await visitor.post("/app/settings/url", form, { "sec-fetch-site": "same-site" }),
      await visitor.post("/app/settings/url", { url: form.url }),
      await visitor.post("/app/settings/url", { ...form, key: await (await signIn(house)).key() }),
      await visitorOf(house).post("/app/sign-in", credentials, foreign),
    ];
    assert.deepEqual(
      refused.map(({ status, cookie }) => [status, cookie]),
      refused.map(() => [403, null]),
    );
    assert.equal((await visitorOf(house).post("/app/settings/url", form)).location, "/app/sign-in");
    assert.deepEqual(await house.store.read.selectFrom("endpoints").selectAll().execute(), []);
    const own = await visitor.post(
      "/app/settings/pause",
      { key },
      { origin: house.url, "sec-fetch-site": "same-origin" },
    );
    assert.equal(own.status, 409, "its own form is taken, and there is nothing to pause yet");
  });
});

describe("guessing", () => {
  let house: House;
  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open({ ...knownPassword, COUNTERSIGN_TRUST_PROXY: "127.0.0.1" });
  });
  after(() => house.close());

  const guess = async (
    email: string,
    { from, password = "guess" }: { readonly from: string; readonly password?: string },
  ) => (await visitorOf(house).post("/app/sign-in", { email, password }, { "x-forwarded-for": from })).status;
  const tenTimes = Array.from({ length: limits.signInFailures }, (_, index) => index);

  test("ten times at one address locks it, whoever asks, even with the right password; others are not touched", async () => {
    for (const index of tenTimes) assert.equal(await guess("a@example.com", { from: `192.0.2.${index}` }), 401);
    assert.equal(await guess("A@example.com", { from: "192.0.2.99" }), 429);
    assert.equal(await guess("b@example.com", { from: "192.0.2.99" }), 401);
    for (const index of tenTimes) await guess(credentials.email, { from: `192.0.2.${100 + index}` });
    const page = await visitorOf(house).post("/app/sign-in", credentials, { "x-forwarded-for": "192.0.2.200" });
    assert.equal(page.status, 429);
    assert.match(page.text, /Too many sign-ins have failed\. Wait 15 minutes, then try again\./);
    assert.equal(page.headers.get("retry-after"), "900");
  });

  test("from one place at ten addresses locks the place", async () => {
    for (const index of tenTimes) assert.equal(await guess(`c${index}@example.com`, { from: "198.51.100.7" }), 401);
    assert.equal(await guess("d@example.com", { from: "198.51.100.7" }), 429);
    assert.equal(await guess("d@example.com", { from: "198.51.100.8" }), 401);
  });
});

describe("a house that is reached over https", () => {
  let house: House;
  before(async () => {
    assert.ok(sqlite);
    const rates = { COUNTERSIGN_RATE_LIMIT: "3", COUNTERSIGN_RATE_LIMIT_HIGH: "40", COUNTERSIGN_RATE_LIMIT_TEST: "3" };
    house = await sqlite.open({ ...knownPassword, ...rates, COUNTERSIGN_URL: "https://sign.test" });
  });
  after(() => house.close());

  test("lets an account call so often a minute as its operator says, and then answers 429 until the minute is over", async () => {
    // Twice as many and one more: in whatever minutes they fall, one of them has one too many.
    const seven = Array.from({ length: 7 });
    const calls = await Array.fromAsync(seven, () => ask(house, "GET /account"));
    const tests = await Array.fromAsync(seven, () =>
      ask(house, "POST /signature_request/send", {
        json: { test_mode: true, signers: [{ name: "Ann", email_address: "ann@example.com" }] },
      }),
    );
    for (const answers of [calls, tests]) {
      assert.notEqual(answers[0]?.status, 429);
      for (const { headers } of answers) assert.equal(headers.get("x-ratelimit-limit"), "3");
      const over = answers.find(({ status }) => status === 429);
      assert.ok(over);
      assert.deepEqual([...faultOf(over), wordsOf(over)], [429, "exceeded_rate", "Too many requests."]);
      assert.equal(over.headers.get("x-ratelimit-remaining"), "0");
      assert.ok(Number(over.headers.get("x-ratelimit-reset")) * 1000 > Date.now() - 1000);
    }
    assert.equal((await fetch(`${house.url}/healthz`)).status, 200);
  });

  test("gives a cookie that goes nowhere else: the __Host- prefix and Secure", async () => {
    const { cookie } = await visitorOf(house).post("/app/sign-in", credentials, { origin: "https://sign.test" });
    assert.match(cookie ?? "", /^__Host-countersign_session=[0-9a-f]{64}; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/);
  });

  test("shows its metrics to who has an API key, and tells others what it wants", async () => {
    const look = (authorization?: string) =>
      fetch(`${house.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } });
    for (const answer of [await look(), await look(basic("not a key")), await look(`Bearer ${house.apiKey}`)]) {
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get("www-authenticate") ?? "", /^Basic /);
      assert.doesNotMatch(await answer.text(), /countersign_/);
    }
    const { status, headers } = await look(basic(house.apiKey));
    assert.deepEqual([status, headers.get("content-type")], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  });

  test("shows its inbox to who is signed in, and leads others there and back", async () => {
    const stranger = await visitorOf(house).get("/inbox", { accept: "text/html" });
    assert.deepEqual([stranger.status, stranger.location], [303, "/app/sign-in?next=%2Finbox"]);
    const { status, text } = await (await signIn(house)).get("/inbox");
    assert.equal(status, 200);
    assert.match(text, /<h1>Inbox<\/h1>/);
  });
});
