import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { faultOf } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { allow, askTokens, clientOf, codeIn, letIn, type OauthApp, setUpOauth, tokensOf } from "../support/oauth.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { knownPassword, type PageAnswer, signIn, type Visitor, visitorOf } from "./visitor.ts";

for (const ground of grounds()) {
  describe(`/oauth/authorize on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let other: SecondAccount;
    let app: OauthApp;
    let visitor: Visitor;
    let stranger: Visitor;

    before(async () => {
      house = await ground.open(knownPassword);
      other = await makeSecondAccount(house);
      app = await setUpOauth({ ...house, apiKey: other.apiKey }, { clientId: other.clientId });
      visitor = await signIn(house);
      stranger = visitorOf(house);
    });

    after(() => house?.close());

    const address = (asked: Readonly<Record<string, string>> = {}) =>
      `/oauth/authorize?${new URLSearchParams({ response_type: "code", client_id: app.clientId, state: "a b&c", ...asked }).toString()}`;
    const backFrom = ({ status, location, text }: PageAnswer) => {
      assert.equal(status, 303, text);
      assert.ok(location?.startsWith(`${app.callbackUrl}&`), String(location));
      const { tenant: _, ...answer } = Object.fromEntries(new URL(location ?? "").searchParams);
      return answer;
    };
    const grants = async () => (await house.store.read.selectFrom("oauth_grants").selectAll().execute()).length;

    test("a stranger signs in first and comes back to the same question", async () => {
      const { status, location } = await stranger.get(address());
      assert.equal(status, 303);
      const next = new URL(location ?? "", house.url).searchParams.get("next") ?? "";
      assert.equal(next, address());
      const form = { email: "admin@localhost", password: knownPassword.COUNTERSIGN_PASSWORD, next };
      assert.equal((await stranger.post("/app/sign-in", form)).location, address());
      const elsewhere = await stranger.post("/app/sign-in", { ...form, next: "/oauth/authorize/../../evil" });
      assert.equal(elsewhere.location, "/app/");
    });

    test("the page says who asks, for whom, and each scope in words, and lets nobody frame or script it", async () => {
      const page = await visitor.get(address());
      assert.equal(page.status, 200);
      for (const words of ["Second app asks for access", "admin@localhost", "second@example.com", "client.example"])
        assert.ok(page.text.includes(words), words);
      assert.match(page.text, /<li>See who you are/);
      assert.match(page.text, /<li>Send signature requests/);
      assert.ok(!page.text.includes("See, make, change and delete templates"));
      const policy = page.headers.get("content-security-policy") ?? "";
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /default-src 'none'/);
      assert.ok(!policy.includes("script-src"));
      assert.ok(!page.text.includes("<script"));
      assert.equal(page.headers.get("cache-control"), "no-store");
      const one = await visitor.get(address({ scope: "basic_account_info" }));
      assert.equal(one.text.match(/<li>/g)?.length, 1);
    });

    test("Allow sends a code and the state back, behind the callback URL's own query string; Refuse says access_denied", async () => {
      const url = await allow(visitor, app, { state: "a b&c", scope: "basic_account_info" });
      assert.ok(url.href.startsWith(`${app.callbackUrl}&`));
      assert.equal(url.searchParams.get("state"), "a b&c");
      const fields = { grant_type: "authorization_code", code: codeIn(url), ...clientOf(app) };
      tokensOf(await askTokens(house, fields));
      const before = await grants();
      const refused = await allow(visitor, app, { decision: "refuse" });
      assert.deepEqual([refused.searchParams.get("error"), refused.searchParams.get("state")], ["access_denied", "s1"]);
      const neither = await allow(visitor, app, { decision: "" });
      assert.equal(neither.searchParams.get("error"), "access_denied");
      assert.equal(await grants(), before);
    });

    test("while it is not known whose callback URL it is, trouble is told on a page and nobody is sent anywhere", async () => {
      const before = await grants();
      const wrong = [
        "/oauth/authorize",
        address({ client_id: "f".repeat(32) }),
        address({ client_id: house.clientId }),
        address({ client_id: "x\0" }),
        address({ redirect_uri: "https://evil.example/" }),
        address({ redirect_uri: `${app.callbackUrl}/more` }),
        address({ redirect_uri: app.callbackUrl.toUpperCase() }),
        address({ redirect_uri: "javascript:alert(1)" }),
        `${address()}&client_id=${app.clientId}`,
        `${address({ redirect_uri: app.callbackUrl })}&redirect_uri=https://evil.example/`,
      ];
      for (const path of wrong)
        for (const somebody of [stranger, visitor]) {
          const page = await somebody.get(path);
          assert.deepEqual([page.status, page.location], [400, null], path);
          assert.match(page.text, /This cannot be allowed/);
          assert.match(page.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
        }
      const key = await visitor.key();
      const posted = {
        key,
        response_type: "code",
        client_id: app.clientId,
        decision: "allow",
        redirect_uri: "https://evil.example/",
      };
      const answer = await visitor.post("/oauth/authorize", posted);
      assert.deepEqual([answer.status, answer.location], [400, null]);
      assert.equal(await grants(), before);
    });

    test("once it is known, trouble goes back to the app by its OAuth name with the state", async () => {
      const challenge = "c".repeat(43);
      const cases = [
        [{ response_type: "" }, "invalid_request"],
        [{ response_type: "token" }, "unsupported_response_type"],
        [{ scope: "template_access" }, "invalid_scope"],
        [{ scope: "basic_account_info team_access" }, "invalid_scope"],
        [{ scope: "BASIC_ACCOUNT_INFO" }, "invalid_scope"],
        [{ code_challenge: challenge }, "invalid_request"],
        [{ code_challenge: challenge, code_challenge_method: "plain" }, "invalid_request"],
        [{ code_challenge: "short", code_challenge_method: "S256" }, "invalid_request"],
        [{ code_challenge_method: "S256" }, "invalid_request"],
      ] as const;
      for (const [asked, error] of cases) {
        const { error_description: words, ...back } = backFrom(await stranger.get(address(asked)));
        assert.deepEqual(back, { error, state: "a b&c" });
        assert.ok(words);
      }
      const twice = backFrom(await stranger.get(`${address()}&scope=basic_account_info&scope=team_access`));
      assert.equal(twice.error, "invalid_request");
      const long = backFrom(await stranger.get(address({ state: "s".repeat(3000) })));
      assert.deepEqual([long.error, long.state], ["invalid_request", undefined]);
    });

    test("nobody's consent is forged: not without the form's key, with another session's, or from another site", async () => {
      const before = await grants();
      const fields = { response_type: "code", client_id: app.clientId, state: "s", decision: "allow" };
      const second = await signIn(house);
      const [key, foreign] = [await visitor.key(), await second.key()];
      const forged = [
        await visitor.post("/oauth/authorize", fields),
        await visitor.post("/oauth/authorize", { ...fields, key: foreign }),
        await visitor.post("/oauth/authorize", { ...fields, key }, { origin: "https://evil.example" }),
        await visitor.post("/oauth/authorize", { ...fields, key }, { "sec-fetch-site": "cross-site" }),
      ];
      assert.deepEqual(
        forged.map(({ status }) => status),
        [403, 403, 403, 403],
      );
      assert.equal((await stranger.post("/oauth/authorize", { ...fields, key })).location, "/app/sign-in");
      assert.equal((await visitor.get(`${address()}&decision=allow&key=${key}`)).status, 200);
      assert.equal(await grants(), before);
    });

    test("a form that asks for more than the page showed is no way to more than the app may have", async () => {
      const back = await allow(visitor, app, { scope: "basic_account_info account_access" });
      assert.equal(back.searchParams.get("error"), "invalid_scope");
    });

    test("a code is not good any more once the app's callback URL is another", async () => {
      const owner = { ...house, apiKey: other.apiKey };
      const code = codeIn(await allow(visitor, app));
      await setUpOauth(owner, { clientId: app.clientId, callbackUrl: "https://moved.example/" });
      const fields = { grant_type: "authorization_code", code, ...clientOf(app) };
      assert.deepEqual(faultOf(await askTokens(house, fields)), [400, "invalid_grant"]);
      await setUpOauth(owner, { clientId: app.clientId });
      tokensOf(await askTokens(house, fields));
    });

    test("names of apps are text: nothing of them is markup", async () => {
      const [made] = [await setUpOauth(house, { clientId: house.clientId })];
      await house.store.transact((tx) =>
        tx
          .updateTable("api_apps")
          .set({ name: '<img src=x onerror="1">' })
          .where("client_id", "=", house.clientId)
          .execute(),
      );
      const { text } = await visitor.get(address({ client_id: made.clientId }));
      assert.ok(!text.includes("<img src=x"));
      assert.match(text, /belongs to <strong>you<\/strong>/);
    });

    test("the settings list the apps that were let in, only one's own, and revoke one at a time", async () => {
      await letIn(house, { visitor, app });
      const page = await visitor.get("/app/settings/connected");
      assert.match(page.text, /Second app/);
      assert.match(page.text, /of second@example\.com/);
      assert.match(page.text, /Never/);
      const key = await visitor.key();
      const path = `/app/settings/connected/${app.clientId}/revoke`;
      assert.equal((await visitor.post(path, {})).status, 403);
      assert.equal((await visitor.post(path, { key })).location, "/app/settings/connected?done=revoked");
      const after = await visitor.get("/app/settings/connected?done=revoked");
      assert.ok(!after.text.includes("Second app"));
      assert.match(after.text, /tokens open nothing any more/);
    });

    test("an app's page sets up OAuth, shows the secret, and says what does not fit", async () => {
      const key = await visitor.key();
      const path = `/app/settings/apps/${house.clientId}`;
      const saved = await visitor.post(`${path}/oauth`, {
        key,
        "oauth-url": "https://mine.example/back",
        "scope-template_access": "on",
        "refresh-secret": "on",
      });
      assert.equal(saved.location, `${path}?done=oauth`);
      const row = await house.store.read
        .selectFrom("api_apps")
        .select(["oauth_json", "refresh_open"])
        .where("client_id", "=", house.clientId)
        .executeTakeFirstOrThrow();
      assert.deepEqual(JSON.parse(row.oauth_json ?? ""), {
        callback_url: "https://mine.example/back",
        scopes: ["template_access"],
      });
      assert.equal(row.refresh_open, 0);
      assert.match((await visitor.get(path)).text, /id="app-secret"[^>]*><code>[0-9a-f]{32}<\/code>/);
      const cases = [
        [{ "oauth-url": "https://mine.example/back" }, /Choose what the app may ask for/],
        [{ "scope-team_access": "on" }, /Give the address to which accounts go back/],
        [{ "oauth-url": "ftp://x", "scope-team_access": "on" }, /http or https address/],
        [{ "oauth-url": "https://x.example/#a", "scope-team_access": "on" }, /no fragment/],
      ] as const;
      for (const [form, words] of cases) {
        const refused = await visitor.post(`${path}/oauth`, { key, ...form });
        assert.equal(refused.status, 400);
        assert.match(refused.text, words);
      }
      const cleared = await visitor.post(`${path}/oauth`, { key, "oauth-url": "" });
      assert.equal(cleared.location, `${path}?done=oauth`);
      const foreign = await visitor.post(`/app/settings/apps/${app.clientId}/oauth`, { key, "oauth-url": "" });
      assert.equal(foreign.status, 404);
    });
  });
}
