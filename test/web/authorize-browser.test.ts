import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { askTokens, bearer, clientOf, letIn, type OauthApp, setUpOauth, tokensOf } from "../support/oauth.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { credentials, knownPassword, signIn, signInWindow } from "./visitor.ts";

describe("letting an app in, in a browser", needingChromium, () => {
  const windows = windowsOf();
  /** The app's own site: it sends people on from its callback URL, as many do. */
  const site = createServer((request, response) => {
    const isBack = request.url?.startsWith("/back") ?? false;
    if (isBack) response.writeHead(302, { location: (request.url ?? "").replace("/back", "/done") }).end();
    else response.writeHead(200, { "content-type": "text/html" }).end("<h1>Back at the app</h1>");
  });
  let house: House;
  let app: OauthApp;

  before(async () => {
    const [ground] = grounds();
    assert.ok(ground);
    house = await ground.open(knownPassword);
    const other = await makeSecondAccount(house);
    await new Promise<void>((listening) => site.listen(0, "127.0.0.1", listening));
    const { port } = site.address() as AddressInfo;
    const scopes = ["basic_account_info", "request_signature", "template_access", "api_app_access"];
    app = await setUpOauth(
      { ...house, apiKey: other.apiKey },
      { clientId: other.clientId, scopes, callbackUrl: `http://127.0.0.1:${port}/back` },
    );
  });

  after(async () => {
    await house?.close();
    site.closeAllConnections();
    site.close();
  });

  const address = () =>
    `${house.url}/oauth/authorize?response_type=code&client_id=${app.clientId}&state=from-a-browser`;

  test("without script: sign-in, Allow, back at the app through its own redirect, and its tokens call", async () => {
    const page = await windows.open({ javaScriptEnabled: false });
    await page.goto(address());
    await page.locator("input[type=email]").fill(credentials.email);
    await page.getByLabel("Password").fill(credentials.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Second app asks for access" }).waitFor();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByRole("heading", { name: "Back at the app" }).waitFor();
    const { searchParams } = new URL(page.url());
    assert.equal(searchParams.get("state"), "from-a-browser");
    const fields = { grant_type: "authorization_code", code: searchParams.get("code"), ...clientOf(app) };
    const { access_token } = tokensOf(await askTokens(house, fields));
    assert.equal((await ask(house, "GET /account", { key: null, headers: bearer(access_token) })).status, 200);

    await page.goto(address());
    await page.getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByRole("heading", { name: "Back at the app" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
    await page.context().close();
  });

  test("revoking on the settings page ends the tokens", async () => {
    const { access_token } = await letIn(house, { visitor: await signIn(house), app });
    const page = await windows.open();
    await signInWindow(page, house);
    await page.goto(`${house.url}/app/settings`);
    await page.getByRole("link", { name: "Connected apps" }).click();
    await page.getByRole("button", { name: "Revoke Second app" }).click();
    await page.getByRole("status").filter({ hasText: "Revoked" }).waitFor();
    assert.equal((await ask(house, "GET /account", { key: null, headers: bearer(access_token) })).status, 401);
    await page.context().close();
  });

  for (const colorScheme of ["light", "dark"] as const)
    test(`every page of OAuth passes axe and fits 360 pixels, ${colorScheme}`, async () => {
      await letIn(house, { visitor: await signIn(house), app });
      const page = await windows.open({ colorScheme });
      await signInWindow(page, house);
      const paths = {
        consent: address(),
        trouble: `${house.url}/oauth/authorize?client_id=none`,
        connected: `${house.url}/app/settings/connected?done=revoked`,
        app: `${house.url}/app/settings/apps/${house.clientId}`,
      };
      for (const [name, path] of Object.entries(paths))
        for (const width of [1200, 360]) {
          await page.setViewportSize({ width, height: 800 });
          await page.goto(path);
          assert.deepEqual(await violationsOf(page), [], `${name} at ${width}`);
          const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(wide <= width, `${name} is ${wide} wide at ${width}`);
        }
      await page.context().close();
    });
});
