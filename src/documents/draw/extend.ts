// What keeps a seal checkable for decades: the certificates and revocation data that it is checked with, kept in the document
// (ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4), and room for a time-stamp over all of it (12.8.5). One incremental update.

import { deflateSync } from "node:zlib";
import { PdfArray, PdfDict, PdfName, PdfStream } from "@libpdf/core";
import { addPlaceholder, type SealRoom, settlePlaceholder } from "./placeholder.ts";
import { lastPage, openUpdate, saveUpdate, type Update } from "./update.ts";

/** Certificates and certificate revocation lists, DER. */
export type Material = {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
};

/** What to extend and with what; the token of the document time-stamp may take `bytes`. */
export type Extension = {
  readonly document: Uint8Array;
  readonly material: Material;
  readonly name: string;
  readonly bytes: number;
};

/** The document with the material and room for its time-stamp behind it, as `completeDocument` leaves one for its seal. */
export async function extendDocument({
  document,
  material,
  name,
  bytes: room,
}: Extension): Promise<{ readonly bytes: Uint8Array } & SealRoom> {
  const update = await openUpdate(document);
  addMaterial(update, material);
  const facts = { kind: "timestamp", name, bytes: room } as const;
  const mark = addPlaceholder(update, { page: lastPage(update), facts });
  const bytes = await saveUpdate(update);
  return { bytes, ...settlePlaceholder(bytes, mark) };
}

/** Adds to what earlier signatures in the document may have brought along. */
function addMaterial(update: Update, { certificates, crls }: Material): void {
  const { pdf, resolve } = update;
  const catalog = pdf.getCatalog();
  const store = catalog.getDict("DSS", resolve) ?? PdfDict.of({ Type: PdfName.of("DSS") });
  for (const [key, values] of [
    ["Certs", certificates],
    ["CRLs", crls],
  ] as const) {
    if (values.length === 0) continue;
    const known = store.getArray(key, resolve)?.toArray() ?? [];
    store.set(key, new PdfArray([...known, ...values.map((value) => pdf.register(streamOf(value)))]));
  }
  if (catalog.getDict("DSS", resolve) === undefined) catalog.set("DSS", pdf.register(store));
}

function streamOf(value: Uint8Array): PdfStream {
  const stream = new PdfStream([], deflateSync(value));
  stream.set("Filter", PdfName.of("FlateDecode"));
  return stream;
}
