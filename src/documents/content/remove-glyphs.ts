import { deflateSync } from "node:zlib";
import { PdfDict, PdfName, PdfNumber, type PdfObject, type PdfRef, PdfStream } from "@libpdf/core";
import { present } from "../../base/assert.ts";
import type { Point } from "../document.ts";
import { openUpdate, saveUpdate, type Update } from "../draw/update.ts";
import { openChooser, type Removals, type Wanted } from "./choose.ts";
import { eachGlyph, type Marked } from "./interpret.ts";
import { entryOf, type FontShelf, type Layer, pageLayer } from "./layer.ts";
import { edited, withoutGlyphs, withoutReplacement } from "./rewrite.ts";

/** What is to go: the origins of its glyphs in the user space of its page (from 1), in any order. */
export type GlyphSpan = { readonly page: number; readonly origins: readonly Point[] };

/**
 * Removes glyphs from the content of pages and of the forms painted there, as an incremental update; all else stays where it
 * is, and a form that is painted elsewhere too stays as it was there. `left` are the indexes of the spans that could not be
 * removed whole, of which nothing is touched: their font's widths or codes are not to be had, or the content is too large or
 * damaged.
 */
export async function removeGlyphs(
  document: Uint8Array,
  spans: readonly GlyphSpan[],
): Promise<{ readonly document: Uint8Array; readonly left: readonly number[] }> {
  const update = await openUpdate(document);
  const shelf: FontShelf = new Map();
  const wanted = spans.map(({ page, origins }, index) => ({ page, index, origins }));
  const left: number[] = [];
  for (const [number, onPage] of Map.groupBy(wanted, ({ page }) => page)) {
    const { dict } = present(update.pdf.getPage(number - 1), `page ${number}`);
    left.push(...removeFromPage(update, { page: dict, wanted: onPage, shelf }));
  }
  if (left.length === spans.length) return { document, left };
  return { document: await saveUpdate(update), left };
}

function removeFromPage(
  update: Update,
  { page, wanted, shelf }: { readonly page: PdfDict; readonly wanted: readonly Wanted[]; readonly shelf: FontShelf },
): readonly number[] {
  const { resolve } = update;
  const all = wanted.map(({ index }) => index);
  const layer = pageLayer(page, resolve);
  if (layer === null) return all;
  const { see, choose } = openChooser(wanted);
  if (!eachGlyph(layer, { resolve, shelf, see })) return all;
  const { removals, left } = choose();
  if (left.length < wanted.length) writePage(update, { page, touched: edit(update, removals) });
  return left;
}

/** Notes the edits in their layers; answers all layers with edits. */
function edit({ resolve }: Update, removals: Removals): ReadonlySet<Layer> {
  const touched = new Set<Layer>();
  const cleared = new Set<Marked>();
  const clear = (marked: Marked) => {
    cleared.add(marked);
    const change = withoutReplacement(marked, (name) => plainProperties(marked.layer, { name, resolve }));
    if (change === null) return;
    marked.layer.edits.push(change);
    touched.add(marked.layer);
  };
  for (const [shown, removed] of removals) {
    shown.layer.edits.push(withoutGlyphs(shown, removed));
    touched.add(shown.layer);
    for (let marked = shown.marked; marked !== null && !cleared.has(marked); marked = marked.outer) clear(marked);
  }
  return touched;
}

/** What stays of a property list that has replacement text; null when it has none. */
function plainProperties(
  layer: Layer,
  { name, resolve }: { readonly name: string; readonly resolve: Update["resolve"] },
): string | null {
  const properties = entryOf(layer.resources, { kind: "Properties", name, resolve });
  if (!(properties instanceof PdfDict) || !replacementKeys.some((key) => properties.has(key))) return null;
  const mark = properties.get("MCID", resolve);
  return mark instanceof PdfNumber ? `<< /MCID ${mark.value} >>` : "<< >>";
}

const replacementKeys = ["ActualText", "Alt", "E"];

/** Writes what is changed, forms before what paints them: a changed form is a new object under a new name. */
function writePage(
  update: Update,
  { page, touched }: { readonly page: PdfDict; readonly touched: ReadonlySet<Layer> },
): void {
  const added = new Map<Layer, Map<string, PdfRef>>();
  const waiting = new Set(touched);
  for (let next = deepest(waiting); next !== null; next = deepest(waiting)) {
    waiting.delete(next);
    const resources = withForms(update, { layer: next, forms: added.get(next) });
    const content = edited(next.content, next.edits);
    if (next.parent === null || next.form === null) {
      page.set("Contents", update.pdf.register(streamOf([], content)));
      if (resources !== undefined) page.set("Resources", resources);
      continue;
    }
    const kept = [...next.form].filter(([key]) => !encodings.includes(key.value));
    const form = streamOf(kept, content);
    if (resources !== undefined) form.set("Resources", resources);
    const ref = update.pdf.register(form);
    const name = `Cs${ref.objectNumber}`;
    const { parent } = next;
    parent.layer.edits.push({ ...parent.name, text: `/${name}` });
    added.set(parent.layer, (added.get(parent.layer) ?? new Map<string, PdfRef>()).set(name, ref));
    waiting.add(parent.layer);
  }
}

/** What says how a stream's bytes are coded. */
const encodings: readonly string[] = ["Length", "Filter", "DecodeParms", "F", "FFilter", "FDecodeParms", "DL"];

function deepest(layers: ReadonlySet<Layer>): Layer | null {
  let found: Layer | null = null;
  for (const layer of layers) if (found === null || depthOf(layer) > depthOf(found)) found = layer;
  return found;
}

function depthOf({ parent }: Layer): number {
  return parent === null ? 0 : depthOf(parent.layer) + 1;
}

/** The layer's resources with further forms, as dictionaries of its own; undefined when there are none. */
function withForms(
  { resolve }: Update,
  { layer, forms }: { readonly layer: Layer; readonly forms: ReadonlyMap<string, PdfRef> | undefined },
): PdfDict | undefined {
  if (forms === undefined) return undefined;
  const resources = layer.resources?.clone() ?? new PdfDict();
  const objects = resources.getDict("XObject", resolve)?.clone() ?? new PdfDict();
  for (const [name, ref] of forms) objects.set(name, ref);
  resources.set("XObject", objects);
  return resources;
}

function streamOf(entries: Iterable<[PdfName, PdfObject]>, content: Uint8Array): PdfStream {
  const stream = new PdfStream(entries, deflateSync(content));
  stream.set("Filter", PdfName.of("FlateDecode"));
  return stream;
}
