import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, sendAndWait } from "../support/requests.ts";

const pin = "4711";

describe("the gate before a protected document", needingChromium, () => {
  const windows = windowsOf();
  let house: HeardHouse;

  before(async () => {
    const [sqlite] = grounds();
    assert.ok(sqlite);
    house = await openHeardHouse(sqlite);
  });

  after(async () => {
    await windows.close();
    await house.close();
  });

  async function guarded(guard: object): Promise<{ readonly id: string; readonly link: string }> {
    const shown = await sendAndWait(house, { signers: [{ ...ann, ...guard }], mailed: true, title: "Lease of a flat" });
    const id = shown.signature_request_id;
    return { id, link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) };
  }

  test("takes a code by keyboard alone: says what is wrong with one, and opens the document with the right one", async () => {
    const { link } = await guarded({ pin });
    const page = await windows.open();
    await page.goto(link);
    const field = page.getByRole("textbox", { name: "Access code" });
    await field.and(page.locator(":focus")).waitFor();
    assert.equal(await page.title(), "Sign a document");
    assert.deepEqual(await violationsOf(page), []);

    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "Enter the code first." }).waitFor();
    await page.keyboard.type("0000");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "That is not the code. 4 more tries" }).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.deepEqual(await violationsOf(page), []);
    await page.keyboard.type(pin);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Start" }).waitFor();
    await page.getByRole("heading", { name: "Lease of a flat" }).waitFor();
  });

  test("is locked after five wrong codes, in words", async () => {
    const { link } = await guarded({ pin });
    const page = await windows.open();
    await page.goto(link);
    const field = page.getByRole("textbox", { name: "Access code" });
    for (const left of ["4 more tries", "3 more tries", "2 more tries", "One more try", "locked"]) {
      await field.fill("0000");
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("status").filter({ hasText: left }).waitFor();
    }
    assert.equal(await field.isDisabled(), true);
    await page.reload();
    await page.getByRole("status").filter({ hasText: "locked" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Continue" }).isDisabled(), true);
    assert.deepEqual(await violationsOf(page), []);
  });

  for (const [name, options] of [
    ["desktop", { viewport: { width: 1280, height: 800 } }],
    ["phone, dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
    ["200 % zoom", { viewport: { width: 640, height: 400 } }],
  ] as const)
    test(`asks for the code of a text message, and sends another: ${name}`, async () => {
      const { id, link } = await guarded({ sms_phone_number: "+380441234567" });
      const page = await windows.open({ ...options });
      await page.goto(link);
      const field = page.getByRole("textbox", { name: "Code from the text message" });
      await field.waitFor();
      await page.getByText("ends with …67").waitFor();
      assert.equal(await field.getAttribute("autocomplete"), "one-time-code");
      await page.getByRole("button", { name: "Send another code" }).click();
      await page.getByRole("status").filter({ hasText: "A code was sent a moment ago" }).waitFor();
      assert.deepEqual(await violationsOf(page), []);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth > innerWidth"), false);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/gate-${name}.png` });
      await house.quiet();
      const { text_body: text } = await house.store.read
        .selectFrom("letters")
        .select("text_body")
        .where("request_id", "=", id)
        .where("kind", "=", "sms")
        .executeTakeFirstOrThrow();
      await field.fill(text.slice(0, 6));
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("button", { name: "Start" }).waitFor();
    });
});
