import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { makeChallenge } from "../../src/accounts/challenges.ts";
import { limits } from "../../src/base/limits.ts";
import { readSecret } from "../../src/server/secret.ts";
import { grounds, type House } from "../support/house.ts";
import { type Lies, makeAuthenticator } from "./authenticator.ts";
import { addBy, askToAdd, askToSignIn, byName, signInBy, withPasskey } from "./passkey-visitor.ts";
import { knownPassword, signIn, visitorOf } from "./visitor.ts";

const refusal = /The passkey did not sign you in\. Try again, or use the password\./;
const spoiled: readonly (readonly [what: string, lies: Lies])[] = [
  ["another origin", { origin: "https://evil.test" }],
  ["the same host on another port", { origin: "http://localhost:1" }],
  ["another RP", { rpId: "evil.test" }],
  ["a challenge of nobody’s", { challenge: Buffer.alloc(54, 7).toString("base64url") }],
  ["a page inside a foreign one", { crossOrigin: true }],
  ["a ceremony of another kind", { type: "webauthn.create" }],
  ["a holder who was not verified", { flags: 1 }],
  ["a holder who was not there", { flags: 4 }],
  ["another account’s handle", { userHandle: Buffer.alloc(32).toString("base64url") }],
  ["no account’s handle", { userHandle: "" }],
  ["another key’s signature", { forged: true }],
];

for (const { name, skip, open } of grounds()) {
  describe(`passkeys on ${name}`, { skip }, () => {
    let house: House;
    before(async () => {
      house = await open({ ...knownPassword, COUNTERSIGN_TRUST_PROXY: "127.0.0.1, ::1" });
    });
    after(() => house.close());
    // An account has twenty at most.
    afterEach(() => house.store.transact((tx) => tx.deleteFrom("passkeys").execute()));
    const rows = () => house.store.read.selectFrom("passkeys").selectAll().orderBy("created_at").execute();
    const from = (ip: string) => ({ "x-forwarded-for": ip });

    test("a passkey that was added signs in without e-mail address or password, and leads where one was going", async () => {
      const { visitor, authenticator } = await withPasskey(byName(house));
      const page = await visitor.get("/app/settings/sign-in");
      assert.match(page.text, /Laptop <span class="badge idle">On one device<\/span>[\s\S]*never/);
      const signed = await signInBy(byName(house), { authenticator, next: "/app/requests?page=2" });
      assert.deepEqual([signed.status, signed.location], [303, "/app/requests?page=2"]);
      assert.match(signed.cookie ?? "", /^countersign_session=[0-9a-f]{64}; Path=\/; Max-Age=604800; HttpOnly/);
      const own = visitorOf(byName(house), signed.cookie?.split(";")[0] ?? null);
      assert.equal((await own.get("/app/events")).status, 200);
      assert.doesNotMatch((await own.get("/app/settings/sign-in")).text, /never/);
      const elsewhere = await signInBy(byName(house), { authenticator, next: "https://evil.test/app" });
      assert.equal(elsewhere.location, "/app/");
    });

    test("what the server keeps of it opens nothing: the public key, and a handle that is random and no e-mail address", async () => {
      const { visitor } = await withPasskey(byName(house));
      const { user } = await askToAdd(visitor);
      assert.match(user?.id ?? "", /^[\w-]{43}$/);
      assert.deepEqual((await askToAdd(visitor)).user, user, "the handle stays the same");
      const [row] = await rows();
      assert.deepEqual([row?.rp_id, row?.backed_up, row?.counter, row?.last_used_at], ["localhost", 0, 1, null]);
    });

    test("one that is kept on several devices is shown as synced, and what was said at the last use counts", async () => {
      const visitor = await signIn(byName(house));
      const authenticator = makeAuthenticator(byName(house).url);
      await addBy(visitor, { authenticator, name: "Phone", lies: { flags: 5 | 8 | 16 | 64, counter: 0 } });
      assert.match((await visitor.get("/app/settings/sign-in")).text, /Phone <span class="badge ok">Synced/);
      assert.equal((await signInBy(byName(house), { authenticator, lies: { flags: 5 | 8, counter: 0 } })).status, 303);
      assert.match((await visitor.get("/app/settings/sign-in")).text, /Phone <span class="badge idle">On one device/);
      assert.equal((await signInBy(byName(house), { authenticator, lies: { flags: 5 | 8, counter: 0 } })).status, 303);
    });

    for (const [what, lies] of spoiled) {
      test(`${what} is refused with the one sentence, and no session begins`, async () => {
        const { authenticator } = await withPasskey(byName(house));
        const answer = await signInBy(byName(house), {
          authenticator,
          lies,
          headers: from(`192.0.2.${spoiled.findIndex(([one]) => one === what)}`),
        });
        assert.deepEqual([answer.status, answer.cookie], [401, null]);
        assert.match(answer.text, refusal);
        assert.equal((await signInBy(byName(house), { authenticator })).status, 303, "and unspoiled it is taken");
      });
    }

    test("a passkey that nobody has added, and an answer that cannot be read, are refused with the same page", async () => {
      const stranger = makeAuthenticator(byName(house).url);
      const unknown = await signInBy(byName(house), { authenticator: stranger, headers: from("192.0.2.50") });
      const { cookie } = await askToSignIn(byName(house));
      const pages = [unknown];
      for (const credential of [
        "",
        "{",
        "null",
        "[]",
        '{"id":1}',
        JSON.stringify({ id: "x", response: { clientDataJSON: "e30" } }),
      ])
        pages.push(
          await visitorOf(byName(house), cookie).post("/app/sign-in/passkey", { credential }, from("192.0.2.51")),
        );
      assert.deepEqual(
        pages.map(({ status }) => status),
        pages.map(() => 401),
      );
      assert.equal(new Set(pages.map(({ text }) => text)).size, 1);
    });

    test("a challenge is answered once, by the browser that asked, in its time", async () => {
      const { authenticator } = await withPasskey(byName(house));
      const { asked, cookie } = await askToSignIn(byName(house));
      const credential = authenticator.get(asked);
      const send = (given: string, cookies: string | null) =>
        visitorOf(byName(house), cookies).post("/app/sign-in/passkey", { credential: given }, from("192.0.2.60"));
      const another = await askToSignIn(byName(house));
      assert.equal((await send(credential, another.cookie)).status, 401, "another browser");
      assert.equal((await send(credential, null)).status, 401, "a browser that brings no cookie");
      assert.equal((await send(credential, cookie)).status, 303);
      assert.equal((await send(credential, cookie)).status, 401, "once more");
      const again = authenticator.get(asked);
      assert.equal((await send(again, cookie)).status, 401, "the same challenge, signed anew");

      const secret = readSecret({ given: null, dataFolder: house.dataFolder });
      const holder = cookie.split("=")[1] ?? "";
      const use = { purpose: "sign-in", holder, rpId: "localhost" } as const;
      const late = makeChallenge(secret, { ...use, at: Date.now() - limits.challengeMs });
      assert.equal((await send(authenticator.get({ challenge: late }), cookie)).status, 401, "an expired one");
      const foreign = makeChallenge(secret, { ...use, rpId: "evil.test", at: Date.now() });
      assert.equal((await send(authenticator.get({ challenge: foreign }), cookie)).status, 401, "another host’s");
      const adding = makeChallenge(secret, { ...use, purpose: "add", at: Date.now() });
      assert.equal((await send(authenticator.get({ challenge: adding }), cookie)).status, 401, "one for adding");
      const good = makeChallenge(secret, { ...use, at: Date.now() });
      assert.equal((await send(authenticator.get({ challenge: good }), cookie)).status, 303, "a good one is taken");
    });

    test("two answers to one challenge at once begin one session", async () => {
      const { authenticator } = await withPasskey(byName(house));
      const { asked, cookie } = await askToSignIn(byName(house));
      const credentials = [authenticator.get(asked), authenticator.get(asked), authenticator.get(asked)];
      const answers = await Promise.all(
        credentials.map((credential) => visitorOf(byName(house), cookie).post("/app/sign-in/passkey", { credential })),
      );
      assert.equal(answers.filter(({ status }) => status === 303).length, 1);
    });

    test("a counter that goes back or stands still is refused, and the passkey still signs in when it goes on", async () => {
      const { authenticator } = await withPasskey(byName(house));
      const by = async (counter: number) =>
        (await signInBy(byName(house), { authenticator, lies: { counter }, headers: from("192.0.2.70") })).status;
      assert.deepEqual([await by(9), await by(9), await by(8), await by(0), await by(10)], [303, 401, 401, 401, 303]);
    });

    test("asking for challenges writes nothing, however often: only answers that are right are kept, until they have expired", async () => {
      const count = async () => (await house.store.read.selectFrom("spent_challenges").selectAll().execute()).length;
      const had = await count();
      for (let times = 0; times < 50; times += 1) await askToSignIn(byName(house));
      assert.equal(await count(), had);
      const { authenticator } = await withPasskey(byName(house));
      const old = Date.now() - 2 * limits.challengeMs;
      await house.store.transact((tx) => tx.updateTable("spent_challenges").set({ expires_at: old }).execute());
      await signInBy(byName(house), { authenticator });
      assert.equal(await count(), 1);
    });

    test("ten failures from one place lock the place for a while, and right answers lock nobody", async () => {
      const authenticator = makeAuthenticator(byName(house).url);
      const fail = () => signInBy(byName(house), { authenticator, headers: from("198.51.100.7") });
      for (let times = 0; times < limits.signInFailures; times += 1) assert.equal((await fail()).status, 401);
      const locked = await fail();
      assert.equal(locked.status, 429);
      assert.equal(locked.headers.get("retry-after"), "900");
      assert.match(locked.text, /Too many sign-ins have failed\. Wait 15 minutes, then try again\./);
      const form = { ...knownPassword, email: "admin@localhost", password: knownPassword.COUNTERSIGN_PASSWORD };
      assert.equal((await visitorOf(house).post("/app/sign-in", form, from("198.51.100.7"))).status, 429);
    });

    test("what comes from another site’s page is refused before anything is done", async () => {
      const foreign = { origin: "https://evil.test" };
      for (const path of ["/app/sign-in/passkey/options", "/app/sign-in/passkey"])
        assert.deepEqual([(await visitorOf(house).post(path, {}, foreign)).status], [403]);
      const visitor = await signIn(byName(house));
      const key = await visitor.key();
      for (const path of ["passkeys/options", "passkeys", "confirm", "password", "sessions/end", "sessions/end-others"])
        assert.equal((await visitor.post(`/app/settings/sign-in/${path}`, { key }, foreign)).status, 403, path);
      const { headers } = await visitor.post("/app/settings/sign-in/passkeys/options", { key });
      assert.equal(headers.get("cache-control"), "no-store");
      assert.match(headers.get("content-type") ?? "", /^application\/json/);
    });

    test("who guesses at the e-mail address locks the password, and not the passkey", async () => {
      const { authenticator } = await withPasskey(byName(house));
      const guess = { email: "admin@localhost", password: "guess" };
      for (let times = 0; times <= limits.signInFailures; times += 1)
        await visitorOf(house).post("/app/sign-in", guess, from(`203.0.113.${times}`));
      const form = { email: "admin@localhost", password: knownPassword.COUNTERSIGN_PASSWORD };
      assert.equal((await visitorOf(house).post("/app/sign-in", form, from("203.0.113.99"))).status, 429);
      assert.equal((await signInBy(byName(house), { authenticator })).status, 303);
      assert.equal((await visitorOf(house).post("/app/sign-in", form, from("203.0.113.99"))).status, 429);
    });
  });
}
