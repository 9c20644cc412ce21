import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { limits } from "../../src/base/limits.ts";
import { OwnAccount } from "../../src/wire/account.ts";
import { ask, faultOf, read, readAs, wordsOf } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { clientOf, setUpOauth, type TokenAnswer } from "../support/oauth.ts";
import { lettersTo, makeSomebody, newestLink } from "../support/people.ts";
import { knownPassword, visitorOf } from "../web/visitor.ts";

const OneAccount = Type.Object({ account: OwnAccount });
const chosen = "a password that was chosen";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: House;

    before(async () => {
      house = await ground.open(knownPassword);
    });

    after(() => house.close());

    const create = (json: object) => ask(house, "POST /account/create", { json });
    const signIn = (email: string, password: string) => visitorOf(house).post("/app/sign-in", { email, password });
    const set = (path: string, password: string, again = password) =>
      visitorOf(house).post(path, { new: password, again });

    test("a new account has an id, unlimited quotas, its locale, and one letter with a link", async () => {
      const { account } = readAs(OneAccount, await create({ email_address: "Ann@Example.com", locale: "de_DE" }));
      assert.match(account.account_id, /^[0-9a-f]{40}$/);
      assert.deepEqual([account.email_address, account.locale], ["Ann@Example.com", "de-DE"]);
      assert.deepEqual([account.callback_url, account.role_code, account.team_id], [null, null, null]);
      const [letter, ...more] = await lettersTo(house, "Ann@Example.com");
      assert.deepEqual(more, []);
      assert.match(letter?.path ?? "", /^\/app\/welcome\/[0-9a-f]{64}$/);
      const rows = await house.store.read.selectFrom("account_links").selectAll().execute();
      const token = letter?.path.split("/").at(-1) ?? "";
      assert.equal(JSON.stringify(rows).includes(token), false, "the database holds no token of a link");
    });

    test("an address has one account, however it is written, also when two ask at once", async () => {
      const again = await create({ email_address: "ANN@example.com" });
      assert.deepEqual(faultOf(again), [400, "bad_request", "email_address"]);
      const both = await Promise.all([1, 2, 3].map(() => create({ email_address: "once@example.com" })));
      assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 400, 400]);
      assert.equal((await lettersTo(house, "once@example.com")).length, 1);
    });

    test("what is no address or locale is refused with its name", async () => {
      for (const [json, path] of [
        [{}, "email_address"],
        [{ email_address: "" }, "email_address"],
        [{ email_address: "INVALID_EMAIL_ADDRESS@.com" }, "email_address"],
        [{ email_address: "a@example.com\nBcc: b@example.com" }, "email_address"],
        [{ email_address: ["a@example.com", "b@example.com"] }, "email_address"],
        [{ email_address: "a\0@example.com" }, "email_address"],
        [{ email_address: "l@example.com", locale: "English" }, "locale"],
        [{ email_address: "o@example.com", client_id: house.clientId, client_secret: "x" }, "client_id"],
        [{ email_address: "o@example.com", client_id: house.clientId }, "client_secret"],
        [{ email_address: "o@example.com", client_secret: "x" }, "client_id"],
      ] as const)
        assert.deepEqual(faultOf(await create(json)), [400, "bad_request", path], JSON.stringify(json));
      const wrong = await create({ email_address: "INVALID_EMAIL_ADDRESS@.com" });
      assert.match(wordsOf(wrong), /email_address not valid/);
    });

    test("an app that makes an account gets tokens for it at once; the app must be the caller's own, with its secret", async () => {
      const app = await setUpOauth(house, { clientId: house.clientId, scopes: ["account_access"] });
      const stranger = await makeSomebody(house, "stranger-to-the-app@example.com");
      for (const [key, secret] of [
        [stranger.apiKey, app.secret],
        [house.apiKey, "0".repeat(64)],
      ] as const) {
        const json = { email_address: "for-app@example.com", client_id: app.clientId, client_secret: secret };
        const refused = await ask(house, "POST /account/create", { json, key });
        assert.deepEqual(faultOf(refused), [400, "bad_request", "client_id"]);
      }
      const made = await create({ email_address: "for-app@example.com", ...clientOf(app) });
      const { account, oauth_data: tokens } = made.json as {
        readonly account: { readonly account_id: string };
        readonly oauth_data: TokenAnswer;
      };
      assert.equal(tokens.token_type, "Bearer");
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      const shown = readAs(OneAccount, await read(await fetch(`${house.url}/v3/account`, { headers })));
      assert.equal(shown.account.account_id, account.account_id);
      const list = await fetch(`${house.url}/v3/signature_request/list`, { headers });
      assert.equal(list.status, 403, "the app's scopes are the tokens'");
      assert.equal((await lettersTo(house, "for-app@example.com")).length, 1);
    });

    test("nobody signs in to an account without a password", async () => {
      await create({ email_address: "none@example.com" });
      for (const password of ["", " ", "none", "argon2id$$"])
        assert.equal((await signIn("none@example.com", password)).status, 401, password);
    });

    test("the link sets a password once, signs in, and the address in any case opens the account from then on", async () => {
      await create({ email_address: "set@example.com" });
      const path = await newestLink(house, "set@example.com");
      for (const _ of [1, 2]) assert.match((await visitorOf(house).get(path)).text, /Set a password/);
      for (const [password, again, words] of [
        ["short", "short", /at least 12/],
        ["set@example.com", "set@example.com", /is the e-mail address/],
        [chosen, `${chosen}x`, /not the same/],
      ] as const) {
        const refused = await set(path, password, again);
        assert.equal(refused.status, 400);
        assert.match(refused.text, words);
      }
      const done = await set(path, chosen);
      assert.deepEqual([done.status, done.location], [303, "/app/"]);
      const cookie = done.cookie?.split(";")[0] ?? "";
      assert.match((await visitorOf(house, cookie).get("/app/settings")).text, /set@example\.com/);
      assert.equal((await visitorOf(house).get(path)).status, 404);
      assert.equal((await set(path, "another long password")).status, 404);
      assert.equal((await signIn("SET@example.com", chosen)).status, 303);
      assert.equal((await signIn("set@example.com", "another long password")).status, 401);
    });

    test("of two who send one link's form at once one sets the password", async () => {
      await create({ email_address: "race@example.com" });
      const path = await newestLink(house, "race@example.com");
      const passwords = ["the first long password", "the second long password"];
      const answers = await Promise.all(passwords.map((password) => set(path, password)));
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 404]);
      const winner = passwords[answers.findIndex(({ status }) => status === 303)] ?? "";
      assert.equal((await signIn("race@example.com", winner)).status, 303);
    });

    test("a forgotten password: the same words for every address, a link for a known one, at most three an hour", async () => {
      const { email } = await makeSomebody(house, "forgetful@example.com");
      const ownLink = await newestLink(house, email);
      const earlier = (await set(ownLink, chosen)).cookie?.split(";")[0] ?? "";
      const texts = new Set<string>();
      for (const asked of [email, "FORGETFUL@example.com", email, email, "stranger@example.com"]) {
        const answer = await visitorOf(house).post("/app/forgot", { email: asked });
        assert.equal(answer.status, 200);
        texts.add(answer.text);
        await house.quiet();
      }
      assert.equal(texts.size, 1);
      assert.match([...texts][0] ?? "", /If there is an account with this address/);
      const letters = await lettersTo(house, email);
      // The letter that welcomed counts among the three.
      assert.deepEqual(
        letters.map(({ kind }) => kind),
        ["account_welcome", "account_password", "account_password"],
      );
      assert.deepEqual(await lettersTo(house, "stranger@example.com"), []);

      assert.equal((await visitorOf(house, earlier).get("/app/settings")).status, 200);
      const [, first, second] = letters.map(({ path }) => path);
      assert.equal((await set(second ?? "", "another long password")).status, 303);
      assert.equal((await visitorOf(house, earlier).get("/app/settings")).status, 303, "earlier sessions have ended");
      assert.equal((await set(first ?? "", "a third long password")).status, 404, "one link ends the others");
      assert.equal((await signIn(email, chosen)).status, 401);
    });

    test("forms of links that come from another site, or to no link, change nothing", async () => {
      const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      const { email } = await makeSomebody(house, "foreign@example.com");
      const path = await newestLink(house, email);
      const form = { new: chosen, again: chosen };
      assert.equal((await visitorOf(house).post(path, form, foreign)).status, 403);
      assert.equal((await visitorOf(house).post("/app/forgot", { email }, foreign)).status, 403);
      for (const token of ["0".repeat(64), "x", "%00", "..%2f..", "a".repeat(5000)])
        assert.ok([400, 404, 414].includes((await set(`/app/welcome/${token}`, chosen)).status), token);
      assert.equal((await set(path, chosen)).status, 303);
    });

    test("many passwords that one address sends at once by a link are mostly not even hashed, and one is set", async () => {
      const { email } = await makeSomebody(house, "crowd@example.com");
      const path = await newestLink(house, email);
      const answers = await Promise.all(Array.from({ length: 40 }, () => set(path, chosen)));
      const counted = (status: number) => answers.filter((one) => one.status === status).length;
      assert.equal(counted(303), 1);
      assert.ok(counted(429) >= 40 - limits.signInFailures, `${counted(429)} of 40 were refused`);
      assert.equal(counted(303) + counted(404) + counted(429), 40);
      assert.match(answers.find((one) => one.status === 429)?.text ?? "", /Too many passwords came from here/);
    });
  });
}
