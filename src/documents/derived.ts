// What was made from a document and is kept beside it (`putDerived` of storage/blobs.ts): it can be made again.
import { present } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { PreparedPage } from "./jobs.ts";

/** A page (from 1) of a document, by the document's hash. */
export type DerivedPage = { readonly hash: string; readonly page: number };

/** The picture of a page, `width` pixels wide: PNG or JPEG, as its first bytes say. */
export function pictureName({ hash, page, width }: DerivedPage & { readonly width: number }): string {
  return `${hash}/${page}-${width}.picture`;
}

/** The text of a page: a `PageText` of document.ts as JSON. */
export function pageTextName({ hash, page }: DerivedPage): string {
  return `${hash}/${page}-text.json`;
}

/** Keeps what is shown of a page. The text comes last: where it is, the pictures are too. */
export async function keepPage(
  blobs: Blobs,
  { hash, page, pictures, text }: DerivedPage & PreparedPage,
): Promise<void> {
  for (const [index, width] of limits.pictureWidths.entries()) {
    const picture = present(pictures[index], `picture of page ${page}, ${width} pixels wide`);
    await blobs.putDerived(pictureName({ hash, page, width }), picture);
  }
  await blobs.putDerived(pageTextName({ hash, page }), Buffer.from(JSON.stringify(text)));
}
