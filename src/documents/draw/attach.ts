// Files inside a document (ISO 32000-2, 7.11.4 and 14.13): kept in the catalog's tree of embedded files, and as files that belong
// to the document as a whole.

import { deflateSync } from "node:zlib";
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfStream, PdfString } from "@libpdf/core";
import { limits } from "../../base/limits.ts";
import { pdfTime } from "./placeholder.ts";
import { type Update, utf16 } from "./update.ts";

/** A file to put into a document; `at` is ISO 8601 UTC. */
export type Attachment = {
  readonly name: string;
  readonly description: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly at: string;
};

/** Puts the file into the document; those that are there already stay. */
export function attach(update: Update, attachment: Attachment): void {
  const { pdf, resolve } = update;
  const { name, description, mediaType, bytes, at } = attachment;
  const time = PdfString.fromString(pdfTime(at));
  const stream = new PdfStream([], deflateSync(bytes));
  stream.set("Type", PdfName.of("EmbeddedFile"));
  stream.set("Subtype", PdfName.of(mediaType));
  stream.set("Filter", PdfName.of("FlateDecode"));
  stream.set("Params", PdfDict.of({ Size: PdfNumber.of(bytes.length), CreationDate: time, ModDate: time }));
  const file = pdf.register(stream);
  const spec = pdf.register(
    PdfDict.of({
      Type: PdfName.of("Filespec"),
      F: PdfString.fromString(name),
      UF: PdfString.fromHex(utf16(name)),
      Desc: PdfString.fromHex(utf16(description)),
      AFRelationship: PdfName.of("Data"),
      EF: PdfDict.of({ F: file, UF: file }),
    }),
  );
  const catalog = pdf.getCatalog();
  const belonging = catalog.getArray("AF", resolve)?.toArray() ?? [];
  catalog.set("AF", new PdfArray([...belonging, spec]));
  addToTree(update, { key: name, value: spec });
}

type Entry = { readonly key: string; readonly value: PdfObject };

/** A tree too deep or too large to be read keeps what it has: the file then belongs to the document only through /AF. */
function addToTree({ pdf, resolve }: Update, entry: Entry): void {
  const catalog = pdf.getCatalog();
  const names = catalog.getDict("Names", resolve);
  const root = names?.getDict("EmbeddedFiles", resolve);
  const known = root === undefined ? [] : entriesOf(root, resolve);
  if (known === null) return;
  const all = [...known, entry].sort((a, b) => Buffer.compare(bytesOf(a.key), bytesOf(b.key)));
  const pairs = all.flatMap(({ key, value }) => [PdfString.fromHex(bytesOf(key).toString("hex")), value]);
  const tree = pdf.register(PdfDict.of({ Names: new PdfArray(pairs) }));
  if (names === undefined) catalog.set("Names", pdf.register(PdfDict.of({ EmbeddedFiles: tree })));
  else names.set("EmbeddedFiles", tree);
}

/** What the tree holds, keys as Latin-1 text of their bytes; null when it has no end. */
function entriesOf(root: PdfDict, resolve: Update["resolve"]): readonly Entry[] | null {
  const entries: Entry[] = [];
  const nodes = [root];
  for (let visited = 0; visited < nodes.length; visited += 1) {
    if (Math.max(nodes.length, entries.length) > limits.nameTreeEntries) return null;
    const names = nodes[visited]?.getArray("Names", resolve)?.toArray() ?? [];
    for (let index = 0; index + 1 < names.length; index += 2) {
      const [key, value] = [names[index], names[index + 1]];
      if (key instanceof PdfString && value !== undefined)
        entries.push({ key: Buffer.from(key.bytes).toString("latin1"), value });
    }
    const kids = nodes[visited]?.getArray("Kids", resolve);
    for (let index = 0; index < (kids?.length ?? 0); index += 1) {
      const kid = kids?.at(index, resolve);
      if (kid instanceof PdfDict) nodes.push(kid);
    }
  }
  return entries;
}

function bytesOf(key: string): Buffer {
  return Buffer.from(key, "latin1");
}
