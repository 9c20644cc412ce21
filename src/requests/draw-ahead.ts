import { limits } from "../base/limits.ts";
import { keepPage, pageTextName } from "../documents/derived.ts";
import type { Workshop } from "../documents/workshop.ts";
import type { Transact, Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { findRequest, pagesOf } from "./find.ts";

/** The kind of job that draws pages before anybody has looked at them. */
export const drawAheadKind = "pictures";

/** What draws pages ahead. */
export type AheadParts = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  readonly transact: Transact;
};

/** Which pages of which request; `endJob` ends the job in the transaction that promises the next one. */
export type AheadAsk = {
  readonly requestId: string;
  readonly from: number;
  readonly endJob: (work: Work) => Promise<void>;
};

/** Promises to draw the pages from `from` on of the `count` that a request has, up to `limits.picturesAhead`. */
export async function promisePages(
  work: Work,
  { requestId, from, count }: { readonly requestId: string; readonly from: number; readonly count: number },
): Promise<void> {
  if (from > Math.min(count, limits.picturesAhead)) return;
  await enqueue(work, { kind: drawAheadKind, requestId, payload: { from } });
}

/**
 * Draws the next `limits.picturesABatch` pages of a request that waits for its signers, and promises those behind them in the commit
 * that ends this job. Pages that cannot be drawn are left to whoever looks at them. Throws when the workshop is too busy.
 */
export async function drawAhead(parts: AheadParts, { requestId, from, endJob }: AheadAsk): Promise<void> {
  const found = await findRequest(parts.store.read, requestId);
  const isOpen = ["awaiting", "held"].includes(found?.request.state ?? "");
  const hash = found && isOpen ? found.request.document_blob : null;
  const count = found && hash !== null ? pagesOf(found.request).length : 0;
  const next = Math.min(from + limits.picturesABatch, Math.min(count, limits.picturesAhead) + 1);
  if (hash !== null) await drawBatch(parts, { hash, from, next });
  await parts.transact(async (work) => {
    await endJob(work);
    await promisePages(work, { requestId, from: next, count });
  });
}

async function drawBatch(
  { blobs, workshop }: AheadParts,
  { hash, from, next }: { readonly hash: string; readonly from: number; readonly next: number },
): Promise<void> {
  const pages: number[] = [];
  for (let page = from; page < next; page += 1)
    if ((await blobs.readDerived(pageTextName({ hash, page }))) === null) pages.push(page);
  if (pages.length === 0) return;

  const drawn = await workshop.picture({ document: await blobs.read(hash), pages, isAhead: true });
  if (!drawn.ok) return;
  for (const [index, page] of pages.entries()) {
    const shown = drawn.pages[index];
    if (shown) await keepPage(blobs, { hash, page, ...shown });
  }
}
