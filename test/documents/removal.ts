import assert from "node:assert/strict";
import { removeGlyphs } from "../../src/documents/content/remove-glyphs.ts";
import type { Tag } from "../../src/documents/document.ts";
import { findTags } from "../../src/documents/find-tags.ts";
import { loadPdfium, openDocument, scratchDoubles, usePage } from "../../src/documents/pdfium.ts";
import { openSheets } from "../../src/documents/sheets.ts";
import { pictureOf } from "../evidence/tools.ts";

const pdfium = await loadPdfium();

/** A glyph as PDFium sees it: its letter, and its origin in user space. */
export type SeenGlyph = { readonly letter: string; readonly x: number; readonly y: number };

/** The tags of a document; it must have no malformed one. */
async function tagsOf(bytes: Uint8Array): Promise<readonly Tag[]> {
  const sheets = await openSheets(pdfium, bytes);
  assert.ok(sheets.ok, sheets.ok ? "" : sheets.reason);
  const found = findTags(pdfium, sheets);
  sheets.document.close();
  assert.ok(found.ok, found.ok ? "" : found.reason);
  return found.tags;
}

/** A document without the glyphs of its tags. */
export async function withoutTags(
  bytes: Uint8Array,
): Promise<{ readonly tags: readonly Tag[]; readonly after: Uint8Array; readonly left: readonly number[] }> {
  const tags = await tagsOf(bytes);
  const spans = tags.map(({ box, origins }) => ({ page: box.page, origins }));
  const { document, left } = await removeGlyphs(bytes, spans);
  return { tags, after: document, left };
}

/** Every printed glyph of a page (from 1), blanks and those that PDFium makes up left out, sorted by place. */
export function glyphsOf(bytes: Uint8Array, page = 1): readonly SeenGlyph[] {
  const document = openDocument(pdfium, bytes);
  assert.ok(!("refusal" in document));
  const use = (handle: number) => {
    const text = pdfium.calls.FPDFText_LoadPage(handle);
    const seen: SeenGlyph[] = [];
    for (let index = 0; index < pdfium.calls.FPDFText_CountChars(text); index += 1) {
      const letter = String.fromCharCode(pdfium.calls.FPDFText_GetUnicode(text, index));
      if (pdfium.calls.FPDFText_IsGenerated(text, index) === 1 || letter.trim() === "") continue;
      pdfium.calls.FPDFText_GetCharOrigin(text, index, pdfium.scratch, pdfium.scratch + 8);
      const [x = 0, y = 0] = scratchDoubles(pdfium, 2);
      seen.push({ letter, x, y });
    }
    pdfium.calls.FPDFText_ClosePage(text);
    return seen;
  };
  const glyphs = usePage(pdfium, { document, index: page - 1, use });
  document.close();
  return (glyphs ?? []).toSorted((a, b) => a.y - b.y || a.x - b.x || a.letter.localeCompare(b.letter));
}

/**
 * Holds the law of removal for page 1: the tags' glyphs are gone, every other stands where it stood to a hundredth of a unit,
 * and no pixel outside the tags' boxes has changed. PDFium drops the fractions of widths, other readers do not: where a font
 * has such, `tolerance` is what they add up to in the tags.
 */
export async function assertRemoved(bytes: Uint8Array, tolerance = 0.01): Promise<Uint8Array> {
  const { tags, after, left } = await withoutTags(bytes);
  assert.ok(tags.length > 0, "there is a tag");
  assert.deepEqual(left, [], "all tags are removed");
  assert.deepEqual(await tagsOf(after), []);
  const gone = tags.flatMap(({ origins }) => origins);
  const stays = glyphsOf(bytes).filter(({ x, y }) => !gone.some((at) => Math.hypot(at.x - x, at.y - y) < 0.01));
  assertSameGlyphs({ after: glyphsOf(after), before: stays, tolerance });
  assertSamePixels({ before: bytes, after, tags });
  return after;
}

function assertSameGlyphs({
  after,
  before,
  tolerance,
}: {
  readonly after: readonly SeenGlyph[];
  readonly before: readonly SeenGlyph[];
  readonly tolerance: number;
}): void {
  assert.equal(after.map(({ letter }) => letter).join(""), before.map(({ letter }) => letter).join(""));
  for (const [index, { letter, x, y }] of before.entries()) {
    const now = after[index];
    const moved = Math.hypot((now?.x ?? Number.NaN) - x, (now?.y ?? Number.NaN) - y);
    assert.ok(moved <= tolerance, `"${letter}" at ${x} ${y} has moved by ${moved}`);
  }
}

type Pair = {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly tags: readonly Tag[];
};

/** Two pixels a unit; a letter's ink may reach beyond its box by a share of its size. */
function assertSamePixels({ before, after, tags }: Pair): void {
  const [was, now] = [pictureOf(before), pictureOf(after)];
  assert.deepEqual([now.width, now.height], [was.width, was.height]);
  const boxes = tags.map(({ box }) => box);
  const isInside = (x: number, y: number) =>
    boxes.some((box) => {
      const reach = Math.min(box.width, box.height) * 0.35 + 1;
      return (
        x >= box.x - reach && x <= box.x + box.width + reach && y >= box.y - reach && y <= box.y + box.height + reach
      );
    });
  for (let at = 0; at < was.grey.length; at += 1) {
    if (was.grey[at] === now.grey[at]) continue;
    const [x, y] = [(at % was.width) / 2, Math.floor(at / was.width) / 2];
    assert.ok(isInside(x, y), `the pixel at ${x} ${y} has changed from ${was.grey[at]} to ${now.grey[at]}`);
  }
}

/** The grey values in the boxes of the tags of page 1, each once. */
export function greysIn(bytes: Uint8Array, tags: readonly Tag[]): ReadonlySet<number> {
  const { width, grey } = pictureOf(bytes);
  const greys = new Set<number>();
  for (const { box } of tags)
    for (let y = Math.ceil(box.y * 2); y < (box.y + box.height) * 2; y += 1)
      for (let x = Math.ceil(box.x * 2); x < (box.x + box.width) * 2; x += 1) greys.add(grey[y * width + x] ?? -1);
  return greys;
}
