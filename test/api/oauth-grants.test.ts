import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { grantTo } from "../../src/accounts/oauth-tokens.ts";
import { systemClock } from "../../src/base/clock.ts";
import { limits } from "../../src/base/limits.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { ask, basic, faultOf } from "../support/ask.ts";
import { accountOf } from "../support/calls.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import {
  allow,
  askTokens,
  codeGrantOf,
  codeIn,
  letIn,
  type OauthApp,
  refreshGrantOf,
  setUpOauth,
  statusWith,
  tokensOf,
} from "../support/oauth.ts";
import { openOauthDesk } from "../support/oauth-desk.ts";
import type { Visitor } from "../web/visitor.ts";

for (const ground of grounds()) {
  describe(`grants on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let app: OauthApp;
    let otherApp: OauthApp;
    let visitor: Visitor;

    before(async () => {
      ({ house, app, otherApp, visitor } = await openOauthDesk(ground));
    });

    after(() => house.close());

    const codeGrant = (code: string, of = app) => codeGrantOf(of, code);
    const refreshGrant = (token: string, of = app) => refreshGrantOf(of, token);
    const newCode = async (asked: Readonly<Record<string, string>> = {}, of = app) =>
      codeIn(await allow(visitor, of, asked));
    const statusOf = (token: string) => statusWith(house, token);
    const grants = () => house.store.read.selectFrom("oauth_grants").selectAll().execute();

    test("refreshing uses the refresh token up; the old access token lives on", async () => {
      const first = await letIn(house, { visitor, app });
      const second = tokensOf(await askTokens(house, refreshGrant(first.refresh_token)));
      assert.notEqual(second.refresh_token, first.refresh_token);
      assert.equal(second.state, undefined);
      for (const token of [first.access_token, second.access_token]) assert.equal(await statusOf(token), 200);
    });

    test("a refresh token that comes a second time ends its grant", async () => {
      const first = await letIn(house, { visitor, app });
      const second = tokensOf(await askTokens(house, refreshGrant(first.refresh_token)));
      assert.deepEqual(faultOf(await askTokens(house, refreshGrant(first.refresh_token))), [400, "invalid_grant"]);
      assert.equal(await statusOf(second.access_token), 401);
      assert.deepEqual(faultOf(await askTokens(house, refreshGrant(second.refresh_token))), [400, "invalid_grant"]);
    });

    test("a refresh token is another app's in vain, ends after ninety days, and needs no secret unless the owner demands it", async () => {
      const { refresh_token } = await letIn(house, { visitor, app });
      const bare = { grant_type: "refresh_token", refresh_token };
      assert.deepEqual(faultOf(await askTokens(house, refreshGrant(refresh_token, otherApp))), [400, "invalid_grant"]);
      const foreign = { ...bare, client_id: otherApp.clientId };
      assert.deepEqual(faultOf(await askTokens(house, foreign)), [400, "invalid_grant"]);
      const open = tokensOf(await askTokens(house, bare, "/oauth/token?refresh"));
      const named = { ...bare, refresh_token: open.refresh_token, client_id: app.clientId };
      const next = tokensOf(await askTokens(house, named)).refresh_token;
      const wrong = { ...refreshGrant(next), client_secret: "wrong" };
      assert.deepEqual(faultOf(await askTokens(house, wrong)), [400, "invalid_client"]);
      await setOpen(house, app, 0);
      for (const without of [
        { ...bare, refresh_token: next },
        { ...named, refresh_token: next },
      ]) {
        const refused = await askTokens(house, without);
        assert.deepEqual(faultOf(refused), [400, "invalid_client"]);
        assert.match(refused.bytes.toString(), /client_id and client_secret are required for this app\./);
      }
      // It says nothing of a token that is used up, and nobody without the secret ends the grant with one.
      assert.deepEqual(faultOf(await askTokens(house, bare)), [400, "invalid_grant"]);
      const last = tokensOf(await askTokens(house, refreshGrant(next))).refresh_token;
      const past = Date.now() - 1;
      await house.store.transact((tx) => tx.updateTable("oauth_grants").set({ ends_at: past }).execute());
      assert.deepEqual(faultOf(await askTokens(house, refreshGrant(last))), [400, "invalid_grant"]);
      await setOpen(house, app, 1);
    });

    test("refreshing may ask for fewer scopes, and never for more", async () => {
      const { refresh_token } = await letIn(house, { visitor, app, scope: "basic_account_info" });
      const more = await askTokens(house, {
        ...refreshGrant(refresh_token),
        scope: "basic_account_info request_signature",
      });
      assert.deepEqual(faultOf(more), [400, "invalid_scope"]);
      const all = await letIn(house, { visitor, app });
      const fewer = tokensOf(
        await askTokens(house, { ...refreshGrant(all.refresh_token), scope: "request_signature" }),
      );
      assert.equal(await statusOf(fewer.access_token), 403);
      const back = tokensOf(await askTokens(house, refreshGrant(fewer.refresh_token)));
      assert.equal(await statusOf(back.access_token), 200);
    });

    test("an account and an app have a bounded number of grants and of tokens", async () => {
      let { refresh_token, access_token: oldest } = await letIn(house, { visitor, app });
      for (let n = 0; n < limits.tokensPerGrant; n += 1)
        ({ refresh_token } = tokensOf(await askTokens(house, refreshGrant(refresh_token))));
      assert.equal(await statusOf(oldest), 401);
      for (let n = 0; n < limits.grantsPerApp; n += 1) await newCode();
      const ours = (await grants()).filter((grant) => grant.client_id === app.clientId);
      assert.equal(ours.length, limits.grantsPerApp);
      assert.deepEqual(faultOf(await askTokens(house, refreshGrant(refresh_token))), [400, "invalid_grant"]);
    });

    test("other scopes end every grant of the app, with a warning; the same scopes and another name do not", async () => {
      const { access_token } = await letIn(house, { visitor, app });
      const path = `PUT /api_app/${app.clientId}`;
      const oauth = { callback_url: app.callbackUrl, scopes: ["request_signature", "basic_account_info"] };
      const same = await ask(house, path, { json: { name: "Another name", oauth } });
      assert.deepEqual(warningsIn(same.json), []);
      assert.equal(await statusOf(access_token), 200);
      const fewer = await ask(house, path, { json: { oauth: { ...oauth, scopes: ["basic_account_info"] } } });
      assert.deepEqual(warningsIn(fewer.json), ["oauth_grants_revoked"]);
      assert.equal(await statusOf(access_token), 401);
      await ask(house, path, { json: { oauth } });
    });

    test("an app without an oauth member, or deleted, gets no tokens and its tokens open nothing", async () => {
      const made = await ask(house, "POST /api_app", { json: { name: "Short-lived", domains: ["localhost"] } });
      const { client_id: clientId } = (made.json as { readonly api_app: { readonly client_id: string } }).api_app;
      const brief = await setUpOauth(house, { clientId });
      const tokens = await letIn(house, { visitor, app: brief });
      const code = await newCode({}, brief);
      await ask(house, `DELETE /api_app/${clientId}`);
      assert.equal(await statusOf(tokens.access_token), 401);
      for (const fields of [codeGrant(code, brief), refreshGrant(tokens.refresh_token, brief)])
        assert.deepEqual(faultOf(await askTokens(house, fields)), [400, "invalid_client"]);
      assert.equal(
        (await ask(house, "GET /account", { headers: { authorization: basic(tokens.access_token) } })).status,
        401,
      );
    });

    test("grantTo lets an app act for an account that it has made itself", async () => {
      const secret = readSecret({ given: null, dataFolder: house.dataFolder });
      const transact = makeTransact({ store: house.store, clock: systemClock, secret, reactions: [], wake: () => {} });
      const accountId = await accountOf(house);
      const { accessToken, refreshToken, livesMs } = await transact((work) =>
        grantTo(work, { app: { client_id: app.clientId }, accountId, scopes: ["basic_account_info"], tokenMs: 60_000 }),
      );
      assert.equal(livesMs, 60_000);
      assert.equal(await statusOf(accessToken), 200);
      assert.equal(await statusOf(tokensOf(await askTokens(house, refreshGrant(refreshToken))).access_token), 200);
    });
  });
}

function warningsIn(json: unknown): readonly string[] {
  const { warnings = [] } = json as { readonly warnings?: readonly { readonly warning_name: string }[] };
  return warnings.map(({ warning_name }) => warning_name);
}

async function setOpen({ store }: HeardHouse, { clientId }: OauthApp, refresh_open: number): Promise<void> {
  await store.transact((tx) =>
    tx.updateTable("api_apps").set({ refresh_open }).where("client_id", "=", clientId).execute(),
  );
}
