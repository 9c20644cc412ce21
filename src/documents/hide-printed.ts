import { PdfArray, PdfName, PdfNumber, PdfStream } from "@libpdf/core";
import { present } from "../base/assert.ts";
import { removeGlyphs } from "./content/remove-glyphs.ts";
import type { Box, Printed } from "./document.ts";
import { paintOver } from "./draw/paint.ts";
import { openUpdate, saveUpdate } from "./draw/update.ts";
import { type Frame, paperBox } from "./frame.ts";

/** How far a cover reaches beyond its box on each side, as a share of the height: descenders hang below a font's size. */
const overhang = 0.12;

/**
 * Removes what is printed: the glyphs themselves, so that nobody finds them any more. Where the fonts or the content cannot
 * be read well enough for that, white is painted over. An incremental update: the document's own bytes stay. `frames` are
 * the document's pages, in order.
 */
export async function hidePrinted(
  document: Uint8Array,
  { printed, frames }: { readonly printed: readonly Printed[]; readonly frames: readonly Frame[] },
): Promise<Uint8Array> {
  if (printed.length === 0) return document;
  const removed = await removeGlyphs(
    document,
    printed.map(({ box, origins }) => ({ page: box.page, origins })),
  );
  const left = new Set(removed.left);
  const boxes = printed.filter((_, index) => left.has(index)).map(({ box }) => box);
  return boxes.length === 0 ? removed.document : coverBoxes(removed.document, { boxes, frames });
}

/** Paints white over the boxes: what was there can no longer be seen, but is still found by a text search. */
async function coverBoxes(
  document: Uint8Array,
  { boxes, frames }: { readonly boxes: readonly Box[]; readonly frames: readonly Frame[] },
): Promise<Uint8Array> {
  const update = await openUpdate(document);
  const form = update.pdf.register(whiteSquare());
  for (const [number, onPage] of Map.groupBy(boxes, (box) => box.page)) {
    const page = present(update.pdf.getPage(number - 1), `page ${number}`);
    const frame = present(frames[number - 1], `frame of page ${number}`);
    const paintings = onPage.map((box) => {
      const { left, bottom, right, top } = paperBox(frame, widened(box));
      return { form, matrix: [right - left, 0, 0, top - bottom, left, bottom] as const };
    });
    paintOver(update, { page: page.dict, paintings });
  }
  return saveUpdate(update);
}

function widened(box: Box): Box {
  const by = Math.min(box.width, box.height) * overhang;
  return { ...box, x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by };
}

/** A form XObject (ISO 32000-1, 8.10) that fills the unit square with white. */
function whiteSquare(): PdfStream {
  const form = new PdfStream([], Buffer.from("1 g 0 0 1 1 re f", "latin1"));
  form.set("Type", PdfName.of("XObject"));
  form.set("Subtype", PdfName.of("Form"));
  form.set("BBox", new PdfArray([0, 0, 1, 1].map((each) => PdfNumber.of(each))));
  return form;
}
