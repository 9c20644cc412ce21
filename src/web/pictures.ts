import { Fault } from "../base/faults.ts";
import type { Gate } from "../base/gate.ts";
import type { Workshop } from "../documents/workshop.ts";
import type { Blobs } from "../storage/blobs.ts";

/** One page of a document, by the document's hash; `page` from 1, `width` in pixels. */
export type PictureAsk = { readonly hash: string; readonly page: number; readonly width: number };

/** What draws pictures; `desk` bounds how many documents are in memory for it. */
export type PictureParts = { readonly blobs: Blobs; readonly workshop: Workshop; readonly desk: Gate };

/**
 * Gives the pictures of pages as WebP: those kept, and others drawn, each once however many ask for it in the same moment.
 * Throws `unavailable` when one cannot be drawn, or not now.
 */
export function openPictures({ blobs, workshop, desk }: PictureParts): (ask: PictureAsk) => Promise<Uint8Array> {
  const underWay = new Map<string, Promise<Uint8Array>>();

  async function draw({ hash, page, width }: PictureAsk, name: string): Promise<Uint8Array> {
    const drawn = await desk(async () => workshop.picture({ document: await blobs.read(hash), page, width }));
    if (!drawn.ok) throw new Fault("unavailable", "The picture of this page could not be drawn.");
    await blobs.putDerived(name, drawn.picture);
    return drawn.picture;
  }

  return async (ask) => {
    const name = `${ask.hash}/${ask.page}-${ask.width}.webp`;
    const kept = await blobs.readDerived(name);
    if (kept) return kept;
    const drawing = underWay.get(name) ?? draw(ask, name).finally(() => underWay.delete(name));
    underWay.set(name, drawing);
    return drawing;
  };
}
