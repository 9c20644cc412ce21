import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { makeCode } from "../../src/accounts/oauth-codes.ts";
import { ask, type Callee, faultOf } from "../support/ask.ts";
import { accountOf } from "../support/calls.ts";
import { grounds, type House } from "../support/house.ts";
import { askTokens, codeGrantOf, codeIn, letIn, type OauthApp, setUpOauth, tokensOf } from "../support/oauth.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { transactOf } from "../support/transact.ts";
import { knownPassword, type PageAnswer, signIn, type Visitor } from "./visitor.ts";

for (const ground of grounds()) {
  describe(`consent on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let app: OauthApp;
    let visitor: Visitor;
    let owner: Callee;
    let change: (changes: Omit<Parameters<typeof setUpOauth>[1], "clientId">) => Promise<OauthApp>;

    before(async () => {
      house = await ground.open(knownPassword);
      const other = await makeSecondAccount(house);
      owner = { ...house, apiKey: other.apiKey };
      change = (changes) => setUpOauth(owner, { clientId: other.clientId, ...changes });
      visitor = await signIn(house);
    });

    beforeEach(async () => {
      app = await change({ scopes: ["basic_account_info", "template_access"] });
    });

    after(() => house?.close());

    /** The page for a link that says nothing of scopes or of where to go on. */
    const open = () => visitor.get(`/oauth/authorize?response_type=code&client_id=${app.clientId}&state=s1`);
    const press = async (page: PageAnswer) => {
      const [form = ""] = page.text.split("</form>");
      const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
      return visitor.post("/oauth/authorize", {
        ...Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value])),
        decision: "allow",
      });
    };
    const grants = () => house.store.read.selectFrom("oauth_grants").select("scopes").execute();

    test("what is allowed is what the page showed, also when the app may ask for more by then", async () => {
      const page = await open();
      assert.equal(page.text.match(/<li>/g)?.length, 2);
      await change({ scopes: ["basic_account_info", "template_access", "account_access", "team_access"] });
      const { status, location } = await press(page);
      assert.equal(status, 303);
      tokensOf(await askTokens(house, codeGrantOf(app, codeIn(new URL(location ?? "")))));
      assert.deepEqual(await grants(), [{ scopes: "basic_account_info template_access" }]);
    });

    test("nothing is allowed when the app may not ask any more for what the page showed", async () => {
      const page = await open();
      await change({ scopes: ["basic_account_info"] });
      const { location } = await press(page);
      assert.equal(new URL(location ?? "").searchParams.get("error"), "invalid_scope");
      assert.deepEqual(await grants(), []);
    });

    test("nobody is sent to another host than the page named", async () => {
      const page = await open();
      await change({ scopes: ["basic_account_info", "template_access"], callbackUrl: "https://elsewhere.example/x" });
      const { status, location } = await press(page);
      assert.deepEqual([status, location], [400, null]);
    });

    test("an app is connected once it has fetched its tokens, with all scopes of its grants, and what ends with other scopes counts only those", async () => {
      const { text: none } = await press(await open()).then(() => visitor.get("/app/settings/connected"));
      assert.match(none, /No app acts for this account/);
      for (const scope of ["basic_account_info", "template_access"]) await letIn(house, { visitor, app, scope });
      const { text } = await visitor.get("/app/settings/connected");
      assert.match(text, /1 app, the newest first/);
      for (const words of [/See who you are/, /See, make, change and delete templates/]) assert.match(text, words);
      const changed = await ask(owner, `PUT /api_app/${app.clientId}`, {
        json: { oauth: { callback_url: app.callbackUrl, scopes: ["account_access"] } },
      });
      assert.match(changed.bytes.toString(), /2 grants of accounts were revoked/);
      assert.deepEqual(await grants(), []);
    });

    test("a code that was made while the owner took scopes away hands out nothing", async () => {
      const accountId = await accountOf(house);
      const asked = { accountId, clientId: app.clientId, redirectUri: app.callbackUrl, state: null, challenge: null };
      const code = await transactOf(house)((work) =>
        makeCode(work, { ...asked, scopes: ["basic_account_info", "account_access"] }),
      );
      const grant = { ...codeGrantOf(app, code), state: undefined };
      assert.deepEqual(faultOf(await askTokens(house, grant)), [400, "invalid_grant"]);
    });
  });
}
