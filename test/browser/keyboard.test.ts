import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needingChromium, type Surface, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { openLease, openStage, type Stage } from "../support/stage.ts";

describe("a signer without a pointer", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("signs with Tab, Enter and letters alone, and always sees where the focus is", async () => {
    const page = await windows.open();
    const { request, document } = await openLease(stage, { page });
    const { surface } = document;
    const press = (key: string) => page.keyboard.press(key);
    const isAt = (role: Parameters<Surface["getByRole"]>[0], name: string | RegExp) =>
      surface.getByRole(role, { name }).and(surface.locator(":focus-visible")).waitFor();
    const tabTo = async (role: Parameters<Surface["getByRole"]>[0], name: string) => {
      const wanted = surface.getByRole(role, { name }).and(surface.locator(":focus-visible"));
      for (let presses = 0; (await wanted.count()) === 0; presses += 1) {
        assert.ok(presses < 30, `Tab leads to "${name}"`);
        await press("Tab");
      }
    };

    await surface.getByRole("button", { name: "Start" }).waitFor();
    await tabTo("textbox", "City");
    await page.keyboard.type("Zagreb");
    await press("Enter");
    await isAt("textbox", "E-mail");
    await page.keyboard.type("ann@example.com");
    await press("Enter");
    await isAt("button", /^Sign here: Tenant/);

    await press("Enter");
    await isAt("textbox", "Full name");
    await press("Control+A");
    await page.keyboard.type("Ann B. Lee");
    await press("Enter");
    await isAt("button", "Sign here: Tenant, signed as Ann B. Lee");
    await press("Enter");
    await isAt("textbox", "Full name");
    await press("Escape");
    await isAt("button", /signed as Ann B. Lee/);

    await tabTo("button", "Finish");
    await press("Enter");
    await isAt("button", "I agree");
    await press("Enter");
    await surface.getByRole("heading", { name: "You're done signing" }).and(surface.locator(":focus")).waitFor();
    await tabTo("button", "Close");
    await press("Enter");
    await document.heard("close");
    assert.deepEqual(await document.eventNames(), ["open", "ready", "sign", "finish", "close"]);
    assert.equal((await eventsOf(stage.house, request.signature_request_id)).at(-1), "signature_request_downloadable");
  });
});
