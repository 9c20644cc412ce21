import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { limits } from "../../src/base/limits.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { giveAuthenticator } from "./authenticator.ts";
import { byName } from "./passkey-visitor.ts";
import { credentials, knownPassword, signInWindow } from "./visitor.ts";

const [sqlite] = grounds();
const settings = "/app/settings/sign-in";

describe("passkeys in a browser", needingChromium, () => {
  const windows = windowsOf();
  let house: House;
  let url: string;
  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open(knownPassword);
    url = byName(house).url;
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  /** A virtual authenticator answers at once what a person would choose from the list of names: here only the button asks. */
  const withoutAutofill = (page: Page) =>
    page.addInitScript("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
  const signOut = async (page: Page) => {
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  };
  const add = async (page: Page, name: string) => {
    await page.goto(url + settings);
    await page.getByLabel("Name of a new passkey").fill(name);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("The passkey is added").waitFor();
  };
  const signInByButton = async (page: Page, next: string) => {
    await page.goto(`${url}/app/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  };

  test("one is added, signs in, is shown as used, and signs in no more once it is removed", async () => {
    const page = await windows.open();
    await withoutAutofill(page);
    await giveAuthenticator(page);
    await signInWindow(page, { url });
    await add(page, "Chromium’s own");
    const row = page.getByRole("row", { name: "Chromium’s own" });
    await row.getByText("never").waitFor();
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("This device has a passkey of this account already.").waitFor();

    await signOut(page);
    await signInByButton(page, settings);
    await page.waitForURL(url + settings);
    await row.getByText("On one device").waitFor();
    assert.equal(await row.getByText("never").count(), 0);

    await row.getByRole("link", { name: "Remove Chromium’s own" }).click();
    await page.getByRole("heading", { name: "Remove the passkey “Chromium’s own”?" }).waitFor();
    await page.getByRole("button", { name: "Remove the passkey" }).click();
    await page.getByText("The passkey is removed").waitFor();
    await page.getByText("There is none yet.").waitFor();
    await signOut(page);
    await signInByButton(page, settings);
    await page.getByText("The passkey did not sign you in. Try again, or use the password.").waitFor();
    await page.context().close();
  });

  test("the browser offers it at the e-mail field, for who chooses it there to be signed in without a button", async () => {
    const page = await windows.open();
    await giveAuthenticator(page);
    await signInWindow(page, { url });
    await add(page, "Beside the name");
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.getByRole("heading", { name: "Your first callback" }).waitFor();
    await page.context().close();
  });

  test("a sign-in page that stays open asks for the next challenge before the last one expires", async () => {
    const page = await windows.open();
    await page.clock.install();
    await page.addInitScript("PublicKeyCredential.isConditionalMediationAvailable = async () => true");
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/passkey/options")) asked += 1;
    });
    await page.goto(`${url}/app/sign-in`);
    while (asked < 2) await page.clock.runFor(limits.challengeMs / 5);
    await page.context().close();
  });

  test("who cancels is told so, and may try again or use the password", async () => {
    const page = await windows.open();
    await withoutAutofill(page);
    const session = await giveAuthenticator(page);
    await page.goto(`${url}/app/sign-in`);
    const email = page.getByLabel("E-mail");
    assert.equal(await email.getAttribute("autocomplete"), "username webauthn");
    const button = page.getByRole("button", { name: "Sign in with a passkey" });
    await button.click();
    await page.getByText("No passkey was given: it was cancelled, or there is none for this server.").waitFor();
    assert.ok(await button.isEnabled());
    assert.deepEqual(await violationsOf(page), []);
    await session.detach();
    await signInWindow(page, { url });
    await page.context().close();
  });

  test("a page whose sign-in is too long ago by now asks for the password, and leads back to the adding", async () => {
    const page = await windows.open();
    await giveAuthenticator(page);
    await signInWindow(page, { url });
    await page.goto(url + settings);
    await house.store.transact((tx) => tx.updateTable("sessions").set({ created_at: 0 }).execute());
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("textbox", { name: "Password", exact: true }).fill(credentials.password);
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("You can add a passkey now, for 10 minutes.").waitFor();
    await page.getByLabel("Name of a new passkey").waitFor();
    await page.context().close();
  });

  test("without script the sign-in is the plain form, and the settings say what is missing", async () => {
    const page = await windows.open({ javaScriptEnabled: false });
    await signInWindow(page, { url });
    await page.goto(url + settings);
    await page.getByText("To add a passkey, this page needs JavaScript, which is off in this browser.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Add a passkey" }).isVisible(), false);
    await page.getByLabel("Current password").fill(credentials.password);
    await page.getByLabel("New password", { exact: true }).fill("short");
    await page.getByLabel("New password again").fill("short");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByRole("alert").getByText("it needs at least 12").waitFor();
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible(), false);
    await page.context().close();
  });

  test("a browser that knows no passkeys is told so, and has the plain form", async () => {
    const page = await windows.open();
    await page.addInitScript("delete globalThis.PublicKeyCredential");
    await signInWindow(page, { url });
    await page.goto(url + settings);
    await page.getByText("To add a passkey, use a browser that knows them: this one does not.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Add a passkey" }).isVisible(), false);
    await page.context().close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe-core finds nothing wrong, and a phone of 360 pixels is wide enough, ${colorScheme}`, async () => {
      const page = await windows.open({ colorScheme, viewport: { width: 360, height: 740 }, isMobile: true });
      await withoutAutofill(page);
      await giveAuthenticator(page);
      await signInWindow(page, { url });
      const other = await windows.open();
      await signInWindow(other, { url });
      await other.context().close();
      await add(page, "x".repeat(60));
      const [{ passkey_id: id } = assert.fail("no passkey")] = await house.store.read
        .selectFrom("passkeys")
        .select("passkey_id")
        .where("name", "like", "xx%")
        .execute();
      const check = async (at: string) => {
        await page.goto(at);
        assert.deepEqual(await violationsOf(page), [], at);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360, at);
      };
      await check(`${url + settings}?done=added`);
      await check(`${url + settings}/passkeys/${id}/remove`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(url + settings);
      assert.deepEqual(await violationsOf(page), [], "on a desk");
      await page.setViewportSize({ width: 360, height: 740 });
      await signOut(page);
      await check(`${url}/app/sign-in`);
      await check(`${house.url}/app/sign-in`);
      await signInWindow(page, house);
      await check(house.url + settings);
      await house.store.transact((tx) => tx.deleteFrom("passkeys").execute());
      await page.context().close();
    });
  }
});
