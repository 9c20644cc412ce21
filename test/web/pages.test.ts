import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { violationsOf } from "../support/axe.ts";
import { callHouse, writtenCalls } from "../support/calls.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { ann, bob, type Shown, sendAndWait } from "../support/requests.ts";
import { credentials, knownPassword, signInWindow } from "./visitor.ts";

const [sqlite] = grounds();
const unbroken = "https://callbacks.example.com/".padEnd(300, "x");
const longTitle = "Lease".padEnd(200, "e");

describe("the dashboard in a browser without script", needingChromium, () => {
  const windows = windowsOf();
  let house: House;
  let receiver: Receiver;
  let failed: Shown;
  let awaiting: Shown;
  before(async () => {
    assert.ok(sqlite);
    [house, receiver] = await Promise.all([sqlite.open(knownPassword), startReceiver()]);
    failed = await sendAndWait(house, { title: longTitle, files: [Buffer.from("%PDF-1.7")] });
    awaiting = await sendAndWait(house, {
      mailed: true,
      title: longTitle,
      signers: [
        { ...ann, name: longTitle, order: 0 },
        { ...bob, order: 1 },
      ],
      cc_email_addresses: [`${"c".repeat(60)}@example.com`],
      metadata: { deal: "x".repeat(900) },
    });
  });
  after(async () => {
    await windows.close();
    await house.close();
    await receiver.close();
  });

  const paths = async () => {
    const { event_id } = await house.store.read
      .selectFrom("events")
      .select("event_id")
      .where("type", "=", "file_error")
      .executeTakeFirstOrThrow();
    const test = await house.store.read
      .selectFrom("events")
      .select("event_id")
      .where("type", "=", "callback_test")
      .executeTakeFirstOrThrow();
    await callHouse(house, `GET /v3/${unbroken.replaceAll(/[^x]/g, "")}`);
    const calls = await writtenCalls(house);
    const [made, lost] = [calls.find(({ status }) => status === 200), calls.find(({ status }) => status === 404)];
    const keyId = made?.key_id ?? "";
    return [
      "/app/calls",
      "/app/calls?status=500",
      `/app/calls/${made?.call_id}`,
      `/app/calls/${lost?.call_id}`,
      "/app/settings/keys?done=primary",
      ...["rotate", "primary", "revoke"].map((action) => `/app/settings/keys/${keyId}/${action}`),
      "/app/settings/certificate",
      "/app/events",
      "/app/start",
      "/app/start?lang=curl",
      "/app/callbacks",
      "/app/callbacks/replay?endpoint=none",
      "/app/events?state=skipped",
      `/app/events/${event_id}`,
      "/app/requests",
      `/app/requests/${failed.signature_request_id}`,
      `/app/requests/${awaiting.signature_request_id}?done=sent`,
      `/app/requests/${awaiting.signature_request_id}/withdraw`,
      "/app/requests/new",
      `/app/settings?test=${test.event_id}&reveal=1&done=saved`,
      "/app/settings/apps",
      `/app/settings/apps/${house.clientId}`,
      `/app/settings/apps/${house.clientId}/brand`,
      `/app/settings/apps/${house.clientId}/delete`,
      "/app/nowhere",
    ];
  };

  test("leads by keyboard alone from the sign-in to a sent test, with a focus that is seen", async () => {
    const page = await windows.open({ javaScriptEnabled: false });
    await page.goto(`${house.url}/app/events`);
    await page.getByLabel("E-mail").and(page.locator(":focus")).waitFor();
    await page.keyboard.type(credentials.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(credentials.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Events", exact: true }).waitFor();

    await tabTo(page, "link", "Settings");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
    await tabTo(page, "textbox", "Account callback URL");
    await page.keyboard.type(`${receiver.url}/callbacks`);
    await tabTo(page, "button", "Save");
    await page.keyboard.press("Enter");
    await page.getByText("Saved.").waitFor();
    await tabTo(page, "button", "Send test");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/app\/settings\?test=/);
    await page.getByText("The receiver acknowledged the callback.").waitFor();
    assert.deepEqual(
      receiver.heard.map(({ payload }) => payload.event.event_type),
      ["callback_test", "callback_test"],
    );
    await page.context().close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe-core finds nothing wrong with any page, ${colorScheme}`, async () => {
      const page = await windows.open({ colorScheme });
      await page.goto(`${house.url}/app/sign-in`);
      assert.deepEqual(await violationsOf(page), [], "sign-in");
      await page.getByLabel("E-mail").fill(credentials.email);
      await page.getByLabel("Password").fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
      assert.deepEqual(await violationsOf(page), [], "a refused sign-in");
      await signInWindow(page, house);
      for (const path of await paths()) {
        await page.goto(house.url + path);
        for (const summary of await page.locator("summary").all()) await summary.click();
        assert.deepEqual(await violationsOf(page), [], path);
      }
      await page.goto(`${house.url}/app/settings`);
      await page.getByLabel("Account callback URL").fill("nonsense");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("alert").waitFor();
      assert.deepEqual(await violationsOf(page), [], "a refused URL");
      await page.context().close();
    });
  }

  test("fits a phone of 360 pixels: no page is wider than the screen, however long its words are, and the current place is seen", async () => {
    const page = await windows.open({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    await signInWindow(page, house);
    await page.goto(`${house.url}/app/settings`);
    await page.getByLabel("Account callback URL").fill(unbroken);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    for (const path of ["/app/sign-in", ...(await paths())]) {
      await page.goto(house.url + path);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360, path);
      const hidden = await page.evaluate(`[...document.querySelectorAll("nav [aria-current]")]
        .filter((link) => link.getBoundingClientRect().right > innerWidth)
        .map((link) => link.textContent)`);
      assert.deepEqual(hidden, [], `${path}: where one is, is in view`);
    }
    await page.context().close();
  });
});

/** Presses Tab until the control has the focus, whose outline must be seen then. */
async function tabTo(page: Page, role: "link" | "button" | "textbox", name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).and(page.locator(":focus"));
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await wanted.count()) > 0) {
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      assert.notEqual(outline, "none", `the focus of ${name} is seen`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to ${name}`);
}
