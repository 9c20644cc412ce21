// An incremental update of a PDF (ISO 32000-1, 7.5.6): every byte that came in stays, so earlier signatures stay valid.

import { deflateSync } from "node:zlib";
import { PDF, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfStream } from "@libpdf/core";
import { assert, present } from "../../base/assert.ts";
import type { Resolve } from "./geometry.ts";

/** A document that is being added to; `streams` are the texts that are streams of it already, so that pages share them. */
export type Update = { readonly pdf: PDF; readonly resolve: Resolve; readonly streams: Map<string, PdfRef> };

/**
 * Opens a document for additions. The document must not be encrypted: intake decrypts or refuses. Throws libpdf's
 * error when it is no PDF.
 */
export async function openUpdate(document: Uint8Array): Promise<Update> {
  const pdf = await PDF.load(document);
  assert(!pdf.isEncrypted, "a document is decrypted before it is drawn on");
  assert(pdf.getPageCount() > 0, "a document has pages");
  // libpdf rewrites a linearized file as a whole, which would break its signatures. An update after its end is well
  // formed; readers then ignore the linearization (ISO 32000-1, annex F.4.6).
  Object.defineProperty(pdf, "isLinearized", { value: false });
  return { pdf, resolve: (ref) => pdf.getObject(ref), streams: new Map() };
}

/** The document with what was added, appended to its bytes. */
export async function saveUpdate({ pdf }: Update): Promise<Uint8Array> {
  return await pdf.save({ incremental: true });
}

/** A page of a drawing of ours as it comes into the document: the stream that paints, what it paints with, its size. */
export type Leaf = { readonly stream: PdfStream; readonly resources: PdfObject; readonly mediaBox: PdfArray };

/** Copies what the pages of a drawing paint with into the document, each shared object (a font) once. */
export async function takeLeaves({ pdf }: Update, drawing: Uint8Array): Promise<readonly Leaf[]> {
  const source = await PDF.load(drawing);
  const find: Resolve = (ref) => source.getObject(ref);
  const copy = copierInto(pdf, find);
  return source.getPages().map(({ dict }) => {
    const stream = copy(present(dict.get("Contents", find), "content of a page that we drew"));
    assert(stream instanceof PdfStream, "a page that we drew has one content stream");
    const resources = copy(present(dict.get("Resources", find), "resources of a page that we drew"));
    return { stream, resources, mediaBox: present(dict.getArray("MediaBox", find), "size of a page that we drew") };
  });
}

/**
 * The leaf as a form XObject that pages can paint (ISO 32000-1, 8.10): a unit is a point, the origin its bottom left. `says` is
 * the text that it stands for where its letters do not tell (ActualText, 14.9.4); within the form, where PDFium looks for it.
 */
export function formOf(
  { pdf }: Update,
  { leaf, says }: { readonly leaf: Leaf; readonly says?: string | undefined },
): PdfRef {
  const { stream, resources, mediaBox } = leaf;
  const form = says === undefined ? new PdfStream([...stream], stream.data) : spoken(stream, says);
  form.set("Type", PdfName.of("XObject"));
  form.set("Subtype", PdfName.of("Form"));
  form.set("BBox", mediaBox);
  form.set("Resources", resources);
  return pdf.register(form);
}

function spoken(stream: PdfStream, says: string): PdfStream {
  const open = Buffer.from(`/Span <</ActualText <${utf16(says)}>>> BDC\n`, "latin1");
  const content = Buffer.concat([open, stream.getDecodedData(), Buffer.from("\nEMC", "latin1")]);
  const form = new PdfStream([], deflateSync(content));
  form.set("Filter", PdfName.of("FlateDecode"));
  return form;
}

/** Appends the leaves as pages behind the last page, and answers their references. */
export function appendLeaves({ pdf, resolve }: Update, leaves: readonly Leaf[]): readonly PdfRef[] {
  const catalog = pdf.getCatalog();
  const tree = present(catalog.getRef("Pages"), "the catalog's page tree");
  const root = present(catalog.getDict("Pages", resolve), "the root of the page tree");
  const kids = present(root.getArray("Kids", resolve), "the kids of the page tree");
  const count = pdf.getPageCount();
  const pages = leaves.map(({ stream, resources, mediaBox }) =>
    pdf.register(
      PdfDict.of({
        Type: PdfName.of("Page"),
        Parent: tree,
        MediaBox: mediaBox,
        CropBox: mediaBox,
        Rotate: PdfNumber.of(0),
        Resources: resources,
        Contents: pdf.register(stream),
      }),
    ),
  );
  kids.push(...pages);
  root.set("Count", PdfNumber.of(count + pages.length));
  return pages;
}

/** The page that holds the field of a seal where nothing is appended. */
export function lastPage({ pdf }: Update): PdfRef {
  return present(pdf.getPages().at(-1), "the last page of the document").ref;
}

/** A text string in UTF-16BE with its mark, as hex digits (ISO 32000-1, 7.9.2.2). */
export function utf16(text: string): string {
  return Buffer.from(`\ufeff${text}`, "utf16le").swap16().toString("hex");
}

/** Copies objects of a drawing, following references; each object that is referred to comes in once. */
function copierInto(pdf: PDF, find: Resolve): (value: PdfObject) => PdfObject {
  const known = new Map<string, PdfRef>();
  const copyRef = (ref: PdfRef): PdfObject => {
    const taken = known.get(ref.toString());
    if (taken !== undefined) return taken;
    const value = copy(present(find(ref), `object ${ref.toString()} of our drawing`));
    if (value.type === "number") return value;
    const placed = pdf.register(value);
    known.set(ref.toString(), placed);
    return placed;
  };
  // A stream's Length is left to the writer: it may be a reference of its own.
  const entries = (dict: PdfDict) =>
    [...dict].filter(([key]) => key.value !== "Length").map(([key, value]): [PdfName, PdfObject] => [key, copy(value)]);
  const copy = (value: PdfObject): PdfObject => {
    if (value instanceof PdfRef) return copyRef(value);
    if (value instanceof PdfArray) return new PdfArray(value.toArray().map(copy));
    if (value instanceof PdfStream) return new PdfStream(entries(value), value.data);
    if (value instanceof PdfDict) return new PdfDict(entries(value));
    return value;
  };
  return copy;
}
