import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Page } from "playwright-core";
import { line, paper } from "../documents/papers.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, sendAndWait } from "../support/requests.ts";
import { openStage, type Stage, until } from "../support/stage.ts";

const lines = ["The tenant pays by the first of the month.", "Hemingway lived here from 1928", "not so any more"];
const written = lines.map((text, index) => line(72, 700 - 60 * index, text)).join("");
const upwards = "BT /F1 14 Tf 0 1 -1 0 500 200 Tm (Read me upwards) Tj ET";
const bottom = line(72, 100, "A field lies over this line");

const field = { document_index: 0, signer: 0, required: true };
const fields = [
  { ...field, page: 1, api_id: "city", type: "text", name: "City", x: 60, y: 680, width: 300, height: 24 },
  { ...field, page: 1, api_id: "tenant", type: "signature", name: "Tenant", x: 60, y: 560, width: 200, height: 40 },
];

const sizes = {
  desktop: { viewport: { width: 1280, height: 1000 } },
  phone: { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
};

describe("the text of a page", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  /** Opens a request for these files, and waits for the text of its first page. */
  async function opened(page: Page, files: readonly Uint8Array[]): Promise<void> {
    const { house } = stage;
    const asked = { title: "Lease", mailed: true, signers: [ann], files, form_fields_per_document: fields };
    const { signature_request_id: requestId } = await sendAndWait(house, asked);
    await page.goto(await mailedLinkOf(house, { requestId, to: ann.email_address }));
    await page.locator(".piece").first().waitFor();
  }

  for (const [size, options] of Object.entries(sizes)) {
    test(`lies over its print on a ${size}, within 2 pixels`, async () => {
      const page = await windows.open(options);
      await opened(page, [paper({ content: `${written}${upwards}` })]);
      await page.locator(".picture").evaluate((picture: { readonly decode: () => Promise<void> }) => picture.decode());
      const sheet = page.locator(".page").first();
      const inks = await inksOf(await sheet.screenshot({ scale: "css" }));
      for (const text of [...lines, "Read me upwards"]) {
        const box = await boxOf(page, text);
        const ink = inks(box);
        const told = `${text}: ${JSON.stringify({ box, ink })}`;
        const isUp = text === "Read me upwards";
        const [from, to] = isUp ? (["top", "bottom"] as const) : (["left", "right"] as const);
        assert.ok(Math.abs(ink[from] - box[from]) <= 2 && Math.abs(ink[to] - box[to]) <= 2, told);
        const [start, end] = isUp ? (["left", "right"] as const) : (["top", "bottom"] as const);
        assert.ok(ink[start] >= box[start] - 2 && ink[end] <= box[end] + 2, told);
      }
    });
  }

  test("is selected line by line, and copied as it reads", async () => {
    const page = await windows.open(sizes.desktop);
    await opened(page, [paper({ content: written })]);
    const selected = () => page.evaluate<string>("window.getSelection().toString()");
    for (const text of lines) {
      await page.getByText(text).click({ clickCount: 3 });
      assert.equal((await selected()).trim(), text);
    }

    const [first, last] = [await boxOf(page, lines[0] ?? ""), await boxOf(page, lines[2] ?? "")];
    const sheet = await page.locator(".page").first().boundingBox();
    assert.ok(sheet);
    await page.mouse.move(sheet.x + first.left + 1, sheet.y + (first.top + first.bottom) / 2);
    await page.mouse.down();
    await page.mouse.move(sheet.x + last.right - 1, sheet.y + (last.top + last.bottom) / 2, { steps: 8 });
    await page.mouse.up();
    assert.deepEqual((await selected()).split(/\s*\n\s*/), lines);
  });

  test("is read out in its order before the fields, takes no focus and no click from them, and axe finds nothing wrong", async () => {
    const page = await windows.open(sizes.desktop);
    await opened(page, [paper({ content: `${written}${bottom}` })]);
    const told = await page.getByRole("region", { name: "Page 1 of 1" }).ariaSnapshot();
    const order = ['img "Page 1 of 1"', ...lines, "A field lies over this line", 'button "Sign here: Tenant"'];
    const places = order.map((words) => told.indexOf(words));
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? -1)),
      told,
    );

    await page.getByText("A field lies over this line").scrollIntoViewIfNeeded();
    const over = await page.getByText("A field lies over this line").boundingBox();
    assert.ok(over);
    await page.mouse.click(over.x + over.width / 2, over.y + over.height / 2);
    const isInCity = () => page.evaluate<boolean>("document.activeElement.ariaLabel === 'City'");
    assert.ok(await isInCity());
    await page.keyboard.type("Zagreb");
    assert.equal(await surfaceOf(page).getByRole("textbox", { name: "City" }).inputValue(), "Zagreb");
    const focusable = "[...document.querySelectorAll('.words, .words *')].filter((each) => each.tabIndex >= 0).length";
    assert.equal(await page.evaluate<number>(focusable), 0);
    assert.deepEqual(await violationsOf(page), []);
  });

  test("comes with its page: one far below is not asked for before it comes near", async () => {
    const page = await windows.open(sizes.desktop);
    const asked: string[] = [];
    page.on("request", (request) => {
      const number = /\/sign-api\/texts\/\w+\/(\d+)-/.exec(request.url())?.[1];
      if (number !== undefined) asked.push(number);
    });
    await opened(
      page,
      Array.from({ length: 9 }, (_, index) => paper({ content: line(72, 700, `Sheet ${index + 1}`) })),
    );
    await page.waitForLoadState("networkidle");
    assert.ok(asked.includes("1") && !asked.includes("9"), asked.join());
    await page.getByRole("region", { name: "Page 9 of 9" }).scrollIntoViewIfNeeded();
    await page.getByText("Sheet 9").waitFor();
    await until("each text was asked for once", async () => new Set(asked).size === asked.length);
  });
});

type Sides = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** Where a piece lies on its page, in CSS pixels. */
async function boxOf(page: Page, text: string): Promise<Sides> {
  const [box, sheet] = [await page.getByText(text).boundingBox(), await page.locator(".page").first().boundingBox()];
  assert.ok(box && sheet, text);
  const [left, top] = [box.x - sheet.x, box.y - sheet.y];
  return { left, top, right: left + box.width, bottom: top + box.height };
}

/** Finds the ink in and around a box of a screenshot: that which is nearer than 12 pixels. */
async function inksOf(screenshot: Buffer): Promise<(box: Sides) => Sides> {
  const image = await loadImage(screenshot);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return (box) => {
    const [x0, y0] = [Math.max(0, Math.floor(box.left) - 12), Math.max(0, Math.floor(box.top) - 6)];
    const [width, height] = [Math.ceil(box.right) + 12 - x0, Math.ceil(box.bottom) + 6 - y0];
    const { data } = context.getImageData(x0, y0, width, height);
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < width * height; at += 1) {
      if ((data[4 * at] ?? 255) > 220) continue;
      const [x, y] = [x0 + (at % width), y0 + Math.floor(at / width)];
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + 1);
      bottom = Math.max(bottom, y + 1);
    }
    return { left, top, right, bottom };
  };
}
