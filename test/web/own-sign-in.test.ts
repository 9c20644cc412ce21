import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { grounds, type House } from "../support/house.ts";
import { makeAuthenticator } from "./authenticator.ts";
import { addBy, askToAdd, byName } from "./passkey-visitor.ts";
import { credentials, knownPassword, signIn, type Visitor, visitorOf } from "./visitor.ts";

const page = "/app/settings/sign-in";
const better = "a much better password";

for (const { name, skip, open } of grounds()) {
  describe(`one’s own sign-in on ${name}`, { skip }, () => {
    let house: House;
    let hash: string;
    before(async () => {
      house = await open({ ...knownPassword, COUNTERSIGN_TRUST_PROXY: "127.0.0.1, ::1" });
      const row = await house.store.read.selectFrom("accounts").select("password_hash").executeTakeFirstOrThrow();
      hash = row.password_hash;
    });
    beforeEach(async () => {
      await house.store.transact(async (tx) => {
        await tx.updateTable("accounts").set({ password_hash: hash }).execute();
        await tx.deleteFrom("sessions").execute();
      });
    });
    after(() => house.close());
    const isIn = async (visitor: Visitor) => (await visitor.get("/app/events")).status === 200;
    const from = (ip: string) => ({ "x-forwarded-for": ip });
    const enter = async (headers: Readonly<Record<string, string>>) => {
      const { cookie } = await visitorOf(house).post("/app/sign-in", credentials, headers);
      return visitorOf(house, cookie?.split(";")[0] ?? null);
    };
    const change = async (visitor: Visitor, fields: Readonly<Record<string, string>>, headers = {}) => {
      const form = { key: await visitor.key(), current: credentials.password, new: better, again: better, ...fields };
      return visitor.post(`${page}/password`, form, headers);
    };

    test("the page shows where one is signed in: browser, address, since when, and which one is this", async () => {
      const agent =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15";
      await enter({ "user-agent": agent, ...from("192.0.2.9") });
      const { text } = await (await signIn(house)).get(page);
      assert.match(text, /Safari 18, macOS<span class="under">192\.0\.2\.9<\/span>/);
      assert.equal(text.match(/This one/g)?.length, 1);
      assert.equal(text.match(/>Sign out<\/button>/g)?.length, 2, "one in the menu, one for the other session");
      assert.doesNotMatch(text, /[0-9a-f]{64}(?!")/, "no hash but the form key");
    });

    test("another session is signed out at once, by itself or with all others, and one’s own stays", async () => {
      const [own, second, third] = [await signIn(house), await signIn(house), await signIn(house)];
      const { text } = await own.get(page);
      const key = await own.key();
      const session = /name="session" value="([0-9a-f]{32})"/.exec(text)?.[1] ?? assert.fail("no session to end");
      const ended = await own.post(`${page}/sessions/end`, { key, session });
      assert.equal(ended.location, `${page}?done=ended`);
      assert.deepEqual([await isIn(second), await isIn(third)].filter(Boolean).length, 1);
      assert.ok(await isIn(own));
      assert.equal((await own.post(`${page}/sessions/end-others`, { key })).location, `${page}?done=others`);
      assert.deepEqual([await isIn(own), await isIn(second), await isIn(third)], [true, false, false]);
      assert.doesNotMatch((await own.get(page)).text, /Sign out everywhere else/);
    });

    test("a session of another account is not shown, and its name ends nothing", async () => {
      const own = await signIn(house);
      const theirs = {
        token_hash: "e".repeat(64),
        account_id: "e".repeat(40),
        form_key: "e".repeat(64),
        ip: "203.0.113.7",
        user_agent: "Theirs",
      };
      const times = { created_at: Date.now(), seen_at: Date.now(), expires_at: Date.now() + 60_000 };
      const account = {
        account_id: theirs.account_id,
        email: `${name}@example.com`,
        password_hash: "none",
        locale: "en-US",
        created_at: 1,
      };
      await house.store.transact(async (tx) => {
        await tx.insertInto("accounts").values(account).execute();
        await tx
          .insertInto("sessions")
          .values({ ...theirs, ...times })
          .execute();
      });
      assert.doesNotMatch((await own.get(page)).text, /Theirs|203\.0\.113\.7/);
      const key = await own.key();
      await own.post(`${page}/sessions/end`, { key, session: "e".repeat(32) });
      await own.post(`${page}/sessions/end-others`, { key });
      await change(own, {});
      const left = await house.store.read
        .selectFrom("sessions")
        .select("token_hash")
        .where("token_hash", "=", theirs.token_hash)
        .execute();
      assert.equal(left.length, 1);
    });

    test("a changed password signs in, the old one does not, and every other session has ended", async () => {
      const [own, other] = [await signIn(house), await signIn(house)];
      const changed = await change(own, {});
      assert.equal(changed.location, `${page}?done=changed`);
      assert.match(
        (await own.get(changed.location ?? "")).text,
        /The password is changed, and all other sessions have ended\./,
      );
      assert.deepEqual([await isIn(own), await isIn(other)], [true, false]);
      const enters = async (password: string) =>
        (await visitorOf(house).post("/app/sign-in", { ...credentials, password }, from("192.0.2.20"))).status;
      assert.deepEqual([await enters(better), await enters(credentials.password)], [303, 401]);
    });

    test("passwords that are too short, too long, the e-mail address, or typed in two ways are refused in words, and nothing changes", async () => {
      const [own, other] = [await signIn(house), await signIn(house)];
      for (const [fields, words] of [
        [{ new: "elevenchars", again: "elevenchars" }, /has 11 characters: it needs at least 12/],
        [{ new: "x".repeat(limits.passwordLengthMost + 1) }, /has 1001 characters: at most 1000/],
        [{ new: "Admin@LocalHost", again: "Admin@LocalHost" }, /is the e-mail address/],
        [{ again: `${better} ` }, /are not the same/],
      ] as const) {
        const refused = await change(own, fields);
        assert.equal(refused.status, 400);
        assert.match(refused.text, words);
        assert.match(refused.text, /role="alert"/);
      }
      assert.ok(await isIn(other));
      const row = await house.store.read
        .selectFrom("accounts")
        .select("password_hash")
        .where("email", "=", credentials.email)
        .executeTakeFirstOrThrow();
      assert.equal(row.password_hash, hash);
    });

    test("of two changes at once from two sessions one wins, and the other one’s session has ended", async () => {
      const [one, other] = [await signIn(house), await signIn(house)];
      const answers = await Promise.all([change(one, {}), change(other, { new: `${better}!`, again: `${better}!` })]);
      const won = answers.map(({ location }) => location === `${page}?done=changed`);
      assert.deepEqual(won.toSorted(), [false, true], JSON.stringify(answers.map(({ status }) => status)));
      assert.deepEqual([await isIn(one), await isIn(other)], won);
    });

    test("a passkey is added soon after the sign-in, or after the password was given again", async () => {
      const place = byName(house);
      const own = await signIn(place);
      assert.match((await own.get(page)).text, /data-passkey="add"/);
      const asked = await askToAdd(own);
      const old = Date.now() - limits.freshSignInMs;
      await house.store.transact((tx) => tx.updateTable("sessions").set({ created_at: old }).execute());
      const key = await own.key();
      assert.equal((await own.post(`${page}/passkeys/options`, { key })).status, 403);
      const { text } = await own.get(page);
      assert.doesNotMatch(text, /data-passkey/);
      assert.match(text, /You signed in more than 10 minutes ago\. To add a passkey, give your password once more/);
      const asking = makeAuthenticator(place.url).create(asked);
      assert.equal((await own.post(`${page}/passkeys`, { key, name: "In time", credential: asking })).status, 303);

      const wrong = await own.post(`${page}/confirm`, { key, password: "guess" }, from("192.0.2.30"));
      assert.equal(wrong.status, 401);
      assert.match(wrong.text, /The password is not right\./);
      assert.equal((await own.post(`${page}/passkeys/options`, { key })).status, 403);
      const right = await own.post(`${page}/confirm`, { key, password: credentials.password });
      assert.equal(right.location, `${page}?done=confirmed`);
      assert.equal((await addBy(own, { authenticator: makeAuthenticator(place.url) })).status, 303);
      assert.match((await own.get(page)).text, /data-passkey="add"/);
    });

    test("wrong passwords count here as they do at the sign-in, and lock both", async () => {
      const own = await signIn(house);
      const key = await own.key();
      const half = limits.signInFailures / 2;
      for (let times = 0; times < half; times += 1) {
        assert.equal((await change(own, { current: "guess" }, from(`198.51.100.${times}`))).status, 401);
        const confirm = await own.post(
          `${page}/confirm`,
          { key, password: "guess" },
          from(`198.51.100.${100 + times}`),
        );
        // A right one forgets those before it: none was right here.
        assert.equal(confirm.status, 401);
      }
      const locked = await change(own, {}, from("198.51.100.200"));
      assert.equal(locked.status, 429);
      assert.match(locked.text, /Too many sign-ins have failed\. Wait 15 minutes/);
      assert.equal((await visitorOf(house).post("/app/sign-in", credentials, from("198.51.100.201"))).status, 429);
    });
  });
}
