import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { draftRequest, fieldNamed, middleOf, openEditor } from "../support/editor-desk.ts";
import { openStage, type Stage, until } from "../support/stage.ts";

describe("the editor in a language from right to left", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("has its tools on the right, and a field stands where it is dropped, pulled and pushed: the paper keeps its left and right", async () => {
    const draft = await draftRequest(stage);
    const page = await windows.open({ viewport: { width: 1280, height: 860 } });
    const { surface } = await openEditor(stage, { page, url: draft.url, options: { locale: "he" } });
    const picture = surface.getByRole("region", { name: "עמוד 1 מתוך 2" }).locator("img");
    await picture.waitFor();
    const paper = await middleOf(picture);
    const tool = await middleOf(surface.getByRole("button", { name: "חתימה", exact: true }));
    assert.ok(tool.x > paper.x + paper.width / 2, "the palette is on the right");

    const points = paper.width / 612;
    const spot = { x: paper.x - paper.width / 2 + 200 * points, y: paper.y - paper.height / 2 + 300 * points };
    await page.mouse.move(tool.x, tool.y);
    await page.mouse.down();
    await page.mouse.move((tool.x + spot.x) / 2, (tool.y + spot.y) / 2, { steps: 3 });
    await page.mouse.move(spot.x, spot.y, { steps: 3 });
    await page.mouse.up();
    const field = fieldNamed(surface, /חתימה.*עבור .*Ann Lee.*עמוד 1.*חובה/);
    await field.waitFor();
    assert.ok(Math.abs((await middleOf(field)).x - spot.x) < 4, "its middle is where the pointer was");
    const left = async () => Number(await surface.getByRole("textbox", { name: "משמאל", exact: true }).inputValue());
    assert.ok(Math.abs((await left()) + 80 - 200) < 4, "and it is kept as from the left");

    const dropped = await left();
    await field.press("ArrowRight");
    await until("the right arrow has moved it to the right", async () => (await left()) > dropped);

    const wide = (await middleOf(field)).width;
    const corner = await middleOf(surface.locator("[data-handle=se]"));
    await page.mouse.move(corner.x, corner.y);
    await page.mouse.down();
    await page.mouse.move(corner.x + 40, corner.y + 10, { steps: 4 });
    await page.mouse.up();
    await until("its right corner has been pulled", async () => (await middleOf(field)).width > wide + 30);
    await surface.locator(".keeping", { hasText: "נשמר" }).waitFor();
  });
});
