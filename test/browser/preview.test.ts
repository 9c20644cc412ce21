import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fitText } from "../../src/documents/draw/fit.ts";
import { faceOf } from "../../src/documents/fit/families.ts";
import { needingChromium, type Surface, windowsOf } from "../support/chromium.ts";
import { onePage } from "../support/requests.ts";
import { openLease, openStage, type Stage } from "../support/stage.ts";

/** Texts and the boxes that they are typed into, in points, with the family and size that the sender asked for. */
const table = [
  { id: "short", text: "Zagreb", width: 180, height: 18, font: "arial", size: 12 },
  {
    id: "long",
    text: "Somewhere in the middle of a rather long street, 42",
    width: 180,
    height: 18,
    font: "arial",
    size: 12,
  },
  {
    id: "serif",
    text: "The quick brown fox jumps over the lazy dog.",
    width: 180,
    height: 36,
    font: "times",
    size: 14,
  },
  { id: "mono", text: "0123456789 ABCDEF", width: 120, height: 18, font: "courier", size: 10 },
  {
    id: "tall",
    text: "All that was agreed upon in this room, in the order in which it was said, and nothing more.\nSigned: both",
    width: 180,
    height: 72,
    font: "notoSans",
    size: 11,
  },
  { id: "accents", text: "Žluťoučký kůň úpěl ďábelské ódy", width: 180, height: 18, font: "calibri", size: 12 },
  { id: "cyrillic", text: "Съешь же ещё этих мягких булок", width: 180, height: 18, font: "roboto", size: 12 },
] as const;

const fields = [
  ...table.map(({ id, width, height, font, size }, index) => ({
    document_index: 0,
    api_id: id,
    name: id,
    type: "text",
    required: false,
    signer: 0,
    page: 1,
    x: 60,
    y: 60 + index * 90,
    width: width / 0.9,
    height: height / 0.9,
    font_family: font,
    font_size: size,
  })),
  {
    document_index: 0,
    api_id: "sign",
    type: "signature",
    required: true,
    signer: 0,
    page: 1,
    x: 300,
    y: 700,
    width: 200,
    height: 40,
  },
];

describe("what is typed", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("is shown in the size and the lines in which it will stand in the document", async () => {
    const parameters = { files: [onePage], form_fields_per_document: fields };
    const page = await windows.open();
    const { document } = await openLease(stage, { page, parameters });
    const { surface } = document;
    for (const { id, text } of table) await surface.getByRole("textbox", { name: id, exact: true }).fill(text);
    await surface.getByRole("button", { name: "Finish" }).focus();
    await fontsSettled(surface);

    for (const { id, text, width, height, font, size } of table) {
      const box = { page: 1, x: 0, y: 0, width, height };
      const drawn = fitText(box, { text, fontSize: size, face: faceOf(font) });
      const shown = await linesOf(surface, id);
      assert.deepEqual(
        shown.map((line) => line.text),
        drawn.map((line) => line.text),
        id,
      );
      for (const [index, line] of drawn.entries()) {
        const seen = shown[index];
        assert.ok(Math.abs((seen?.size ?? 0) - line.size) < 0.05, `${id}: ${seen?.size} is ${line.size}`);
        assert.ok(Math.abs((seen?.y ?? 0) - line.y) < 0.3, `${id}: the baseline ${seen?.y} is ${line.y}`);
      }
    }
    await page.context().close();
  });
});

type Line = { readonly text: string; readonly size: number; readonly y: number };

async function linesOf(surface: Surface, id: string): Promise<readonly Line[]> {
  const lines = surface.locator(`#field-${id} ~ svg.fitted text`);
  return lines.evaluateAll((all) =>
    all.map((one) => ({
      text: one.textContent ?? "",
      size: Number(one.getAttribute("font-size")),
      y: Number(one.getAttribute("y")),
    })),
  );
}

async function fontsSettled(surface: Surface): Promise<void> {
  const frame = await surface.frame();
  await frame.evaluate(
    "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))",
  );
}
