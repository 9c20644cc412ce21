import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { line, paper } from "../documents/papers.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, type NewRequest, sendAndWait } from "../support/requests.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { openStage, type Stage, until } from "../support/stage.ts";

const phone = { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const place = { document_index: 0, signer: 0, page: 1, required: true, width: 200, height: 20 };
const radio = { ...place, type: "radio", group: "term", is_checked: false, width: 14, height: 14 };

const asked: NewRequest = {
  title: "Lease of a flat",
  mailed: true,
  signers: [ann],
  files: [
    paper({
      content: ["Lease of a flat", "City", "E-mail", "Term", "Pets", "Tenant"]
        .map((words, index) => line(72, 720 - 70 * index, words))
        .join(""),
    }),
  ],
  form_field_groups: [{ group_id: "term", group_label: "Term of the lease", requirement: "require_1" }],
  form_fields_per_document: [
    { ...place, api_id: "city", type: "text", name: "City", x: 160, y: 120 },
    { ...place, api_id: "mail", type: "text", name: "E-mail", validation_type: "email_address", x: 160, y: 190 },
    { ...radio, api_id: "year", name: "One year", x: 160, y: 260 },
    { ...radio, api_id: "open", name: "Open-ended", x: 260, y: 260 },
    {
      ...place,
      api_id: "pets",
      type: "checkbox",
      is_checked: false,
      required: false,
      name: "Pets",
      x: 160,
      y: 330,
      width: 14,
      height: 14,
    },
    { ...place, api_id: "tenant", type: "signature", name: "Tenant", x: 160, y: 400, height: 40 },
  ],
};

describe("on a phone", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const openMailed = async (more: NewRequest = {}, options = {}) => {
    const { signature_request_id: id } = await sendAndWait(stage.house, { ...asked, ...more });
    const page = await windows.open({ ...phone, ...options });
    await page.goto(await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }));
    await page.getByRole("button", { name: "Start" }).waitFor();
    return { id, page, surface: surfaceOf(page) };
  };
  const shoot = async (page: Page, name: string) => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/phone-${name}.png` });
  };

  for (const colorScheme of ["light", "dark"] as const) {
    test(`one field after the other is filled in a sheet while the page follows, ${colorScheme}`, async () => {
      const { id, page, surface } = await openMailed({}, { colorScheme });
      const sheet = page.getByRole("region", { name: "Field at hand" });
      const next = page.getByRole("button", { name: "Next field" });
      await shoot(page, `open-${colorScheme}`);
      await page.getByRole("button", { name: "Start" }).tap();
      const city = sheet.getByRole("textbox", { name: "City" });
      await city.and(page.locator(":focus")).waitFor();
      assert.equal(await page.getByRole("textbox", { name: "City" }).count(), 1, "a field has one control only");
      await city.fill("Zagreb");
      const spot = page.locator(".spot");
      await until("its place is in sight, and the paper large enough to read", async () => {
        const [place, sheetOf] = await Promise.all([spot.boundingBox(), page.locator(".page").boundingBox()]);
        return place !== null && sheetOf !== null && place.y > 0 && place.y < 400 && sheetOf.width > 500;
      });
      await shoot(page, `sheet-${colorScheme}`);
      assert.deepEqual(await violationsOf(page), []);

      await page.keyboard.press("Enter");
      await sheet.getByRole("textbox", { name: "E-mail" }).fill("ann@");
      await next.tap();
      await sheet.getByRole("radio", { name: "One year" }).waitFor();
      await sheet.getByRole("button", { name: "Previous field" }).tap();
      await sheet.getByText("Use an e-mail address").waitFor();
      assert.equal(await sheet.getByRole("textbox", { name: "E-mail" }).getAttribute("aria-invalid"), "true");
      await shoot(page, `flaw-${colorScheme}`);
      await sheet.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");

      await next.tap();
      await sheet.getByText("Term of the lease").waitFor();
      await shoot(page, `group-${colorScheme}`);
      assert.deepEqual(await violationsOf(page), []);
      await sheet.getByText("Open-ended").tap();
      await until("the other is chosen", () => sheet.getByRole("radio", { name: "Open-ended" }).isChecked());

      await next.tap();
      await sheet.getByRole("checkbox", { name: "Pets" }).waitFor();
      await next.tap();
      await sheet.getByRole("button", { name: /^Sign here/ }).waitFor();
      await shoot(page, `pen-${colorScheme}`);
      await typeSignature(surface, { name: "Ann Lee" });
      await sheet.getByRole("button", { name: /signed as Ann Lee/ }).waitFor();
      await next.tap();
      await sheet.waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "Finish" }).and(page.locator(":focus")).waitFor();
      await finishSigning(surface);
      assert.equal((await eventsOf(stage.house, id)).at(-1), "signature_request_downloadable");
    });
  }

  test("a tap on a text brings it into the sheet, a tap on a box ticks it where it stands", async () => {
    const { page } = await openMailed();
    const sheet = page.getByRole("region", { name: "Field at hand" });
    await page.getByRole("textbox", { name: "City" }).tap();
    await sheet.getByRole("textbox", { name: "City" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("Split");
    await sheet.getByRole("button", { name: "Show the document" }).tap();
    await sheet.waitFor({ state: "hidden" });
    assert.equal(await page.getByRole("textbox", { name: "City" }).inputValue(), "Split");
    await page.getByRole("checkbox", { name: "Pets" }).tap();
    assert.ok(await page.getByRole("checkbox", { name: "Pets" }).isChecked());
    assert.equal(await sheet.count(), 0);
  });

  test("two fingers enlarge the paper, two taps enlarge it and make it small again, and fields stay in their places", async () => {
    const { page } = await openMailed();
    const width = async () => (await page.locator(".page").first().boundingBox())?.width ?? 0;
    const before = await width();
    const client = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number | null) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints:
          apart === null
            ? []
            : [
                { x: 180 - apart, y: 300, id: 1 },
                { x: 180 + apart, y: 300, id: 2 },
              ],
      });
    await touch("touchStart", 30);
    await touch("touchMove", 50);
    await touch("touchMove", 60);
    await touch("touchEnd", null);
    await until("the paper is twice as wide", async () => Math.abs((await width()) - 2 * before) < 4);
    await shoot(page, "pinched");
    const [city, sheet] = await Promise.all([
      page.getByRole("textbox", { name: "City" }).boundingBox(),
      page.locator(".page").first().boundingBox(),
    ]);
    assert.ok(city && sheet);
    assert.ok(Math.abs((city.x - sheet.x) / sheet.width - 160 / 612) < 0.01);

    const doubleTap = async () => {
      const points = [{ x: 300, y: 560, id: 1 }];
      const taps = [0, 1].flatMap(() => [
        client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points }),
        client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] }),
      ]);
      await Promise.all(taps);
    };
    await doubleTap();
    await until("it is as before", async () => Math.abs((await width()) - before) < 4);
    await doubleTap();
    await until("it is large again", async () => Math.abs((await width()) - 2 * before) < 4);
  });
});

describe("the form view", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const sizes = { phone, desktop: { viewport: { width: 1280, height: 800 } } };
  const openWith = async (form_view: string, options = {}) => {
    const { signature_request_id: id } = await sendAndWait(stage.house, { ...asked, signer_experience: { form_view } });
    const page = await windows.open(options);
    await page.goto(await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }));
    await page.getByRole("button", { name: "Start" }).waitFor();
    return { id, page, surface: surfaceOf(page) };
  };

  for (const [size, options] of Object.entries(sizes)) {
    test(`forced on a ${size}, all is filled in beneath each other, and the document can be read`, async () => {
      const { id, page, surface } = await openWith("forced", options);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/form-${size}.png` });
      assert.equal(await page.getByRole("button", { name: /Document view|Form view/ }).count(), 0);
      assert.deepEqual(await violationsOf(page), []);
      await page.getByRole("button", { name: "Finish" }).click();
      await page.getByRole("textbox", { name: "City" }).and(page.locator(":focus")).waitFor();
      await page.getByRole("textbox", { name: "City" }).fill("Zagreb");
      await page.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
      await page.getByRole("radio", { name: "One year" }).check();
      await page.getByText("Read the document").click();
      await page.getByRole("img", { name: "Page 1 of 1" }).waitFor();
      await typeSignature(surface, { name: "Ann Lee" });
      const pen = page.getByRole("button", { name: /signed as Ann Lee/ });
      assert.equal(await pen.getAttribute("aria-invalid"), "false");
      const [button, ink] = await Promise.all([pen.boundingBox(), pen.locator(".ink").boundingBox()]);
      assert.ok(button && ink && ink.y >= button.y && ink.y + ink.height <= button.y + button.height);
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/form-filled-${size}.png`, fullPage: true });
      assert.deepEqual(await violationsOf(page), []);
      await finishSigning(surface);
      assert.equal((await eventsOf(stage.house, id)).at(-1), "signature_request_downloadable");
    });
  }

  test("where it is enabled one may go there and back, and what was typed is in both", async () => {
    const { page } = await openWith("enabled");
    await page.getByRole("textbox", { name: "City" }).fill("Zagreb");
    await page.getByRole("button", { name: "Form view" }).click();
    await page.getByRole("main", { name: "Form" }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "City" }).inputValue(), "Zagreb");
    await page.getByRole("textbox", { name: "City" }).fill("Split");
    await page.getByRole("button", { name: "Document view" }).click();
    await page.getByRole("main", { name: "Document" }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "City" }).inputValue(), "Split");
  });

  test("enabled by default it comes first; disabled nobody is offered it", async () => {
    const { page } = await openWith("enabled_by_default");
    await page.getByRole("main", { name: "Form" }).waitFor();
    const { page: other } = await openWith("disabled");
    assert.equal(await other.getByRole("button", { name: "Form view" }).count(), 0);
  });
});
