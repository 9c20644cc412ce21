// Room for a seal: a signature field whose value awaits its bytes (ISO 32000-1, 12.8.1; ETSI EN 319 142-1, 5.2).

import { randomInt } from "node:crypto";
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfRef, PdfString } from "@libpdf/core";
import { assert, present } from "../../base/assert.ts";
import { type Update, utf16 } from "./update.ts";

/** What the seal says of itself: why, when (ISO 8601 UTC), the field's name, and how many bytes the CMS may take. */
export type SealFacts = { readonly reason: string; readonly at: string; readonly name: string; readonly bytes: number };

/** What room is made for: a seal, or a document time-stamp (ISO 32000-2, 12.8.5), which says nothing of itself. */
export type RoomFacts =
  | ({ readonly kind: "seal" } & SealFacts)
  | { readonly kind: "timestamp"; readonly name: string; readonly bytes: number };

/** Where the seal goes: ByteRange as ISO 32000-1 has it; `contents` spans the hex digits between < and >, in bytes. */
export type SealRoom = {
  readonly byteRange: readonly [number, number, number, number];
  readonly contents: { readonly start: number; readonly length: number };
};

/** Three numbers of ten digits that nobody can guess: they find the placeholder in the saved file, and keep its width. */
export type SealMark = readonly [number, number, number];

/** Adds an invisible signature field to the page, its value with a ByteRange that is to be told and Contents of zeros. */
export function addPlaceholder(
  update: Update,
  { page, facts }: { readonly page: PdfRef; readonly facts: RoomFacts },
): SealMark {
  const { pdf, resolve } = update;
  const mark: SealMark = [tenDigits(), tenDigits(), tenDigits()];
  const value = signatureOf(facts);
  value.set("ByteRange", new PdfArray([0, ...mark].map((number) => PdfNumber.of(number))));
  value.set("Contents", new PdfString(new Uint8Array(facts.bytes), "hex"));
  const field = pdf.register(
    PdfDict.of({
      Type: PdfName.of("Annot"),
      Subtype: PdfName.of("Widget"),
      FT: PdfName.of("Sig"),
      T: PdfString.fromHex(utf16(facts.name)),
      V: pdf.register(value),
      P: page,
      F: PdfNumber.of(132),
      Rect: new PdfArray([0, 0, 0, 0].map((number) => PdfNumber.of(number))),
    }),
  );
  const dict = resolve(page);
  assert(dict instanceof PdfDict, "the page of the seal is a dictionary");
  const annotations = dict.getArray("Annots", resolve)?.toArray() ?? [];
  dict.set("Annots", new PdfArray([...annotations, field]));
  addToForm(update, field);
  return mark;
}

function signatureOf(facts: RoomFacts): PdfDict {
  const filter = PdfName.of("Adobe.PPKLite");
  if (facts.kind === "timestamp")
    return PdfDict.of({ Type: PdfName.of("DocTimeStamp"), Filter: filter, SubFilter: PdfName.of("ETSI.RFC3161") });
  return PdfDict.of({
    Type: PdfName.of("Sig"),
    Filter: filter,
    SubFilter: PdfName.of("ETSI.CAdES.detached"),
    M: PdfString.fromString(pdfTime(facts.at)),
    Reason: PdfString.fromHex(utf16(facts.reason)),
  });
}

/** SigFlags 3: there are signatures, and the file may only be appended to (ISO 32000-1, table 219). */
function addToForm({ pdf, resolve }: Update, field: PdfRef): void {
  const catalog = pdf.getCatalog();
  const form = catalog.getDict("AcroForm", resolve);
  const fields = form?.getArray("Fields", resolve);
  if (form === undefined) {
    const made = PdfDict.of({ Fields: new PdfArray([field]), SigFlags: PdfNumber.of(3) });
    catalog.set("AcroForm", pdf.register(made));
    return;
  }
  if (fields === undefined) form.set("Fields", new PdfArray([field]));
  else fields.push(field);
  form.set("SigFlags", PdfNumber.of(3));
}

/** Finds the placeholder in the saved bytes and writes its ByteRange there, in place. */
export function settlePlaceholder(bytes: Uint8Array, mark: SealMark): SealRoom {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const written = `[0 ${mark.join(" ")}]`;
  const range = file.lastIndexOf(written, undefined, "latin1");
  const open = file.indexOf("/Contents <", range, "latin1") + "/Contents ".length;
  const close = file.indexOf(">", open, "latin1");
  assert(range !== -1 && open > range && close > open, "the placeholder of the seal is in the file");
  const byteRange = [0, open, close + 1, file.length - close - 1] as const;
  const told = `[${byteRange.join(" ")}]`;
  assert(told.length <= written.length, "a ByteRange takes no more than its room");
  file.write(told.padEnd(written.length), range, "latin1");
  return { byteRange, contents: { start: open + 1, length: close - open - 1 } };
}

function tenDigits(): number {
  return 1_000_000_000 + randomInt(8_999_999_999);
}

/** `2026-01-02T03:04:05Z` as a PDF date (ISO 32000-1, 7.9.4). */
export function pdfTime(at: string): string {
  const digits = present(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(at), `an ISO time in ${at}`)[0].replace(/\D/g, "");
  return `D:${digits}Z`;
}
