import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { record, type TrailEntry } from "../evidence/trail.ts";
import { goneFault, lockOwnRequest, lockRequest, type RequestRecord } from "./find.ts";

/** Which request, and which file of it (SHA-256). */
export type Download = { readonly requestId: string; readonly document: string };

/**
 * Tells in the audit trail that a document was fetched, before it is given out to somebody who may have it: what is not written down is not
 * handed over. Throws `deleted`: what was withdrawn or destroyed since it was looked at is not handed over either.
 */
export async function noteDownload(work: Work, { requestId, document }: Download): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found === null || found.request.state === "canceled" || found.request.state === "destroyed") throw goneFault();
  await noteOnce(work, { requestId, kind: "downloaded", facts: { document } });
}

/** Tells in the same way that everything about a request was exported, in whatever state it is, and answers the request. */
export async function noteExport(
  work: Work,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<RequestRecord> {
  const found = await lockOwnRequest(work, { accountId, requestId, even: "canceled" });
  await noteOnce(work, { requestId, kind: "exported" });
  return found;
}

/** The same by the same person within a minute is told once, and a request has at most `limits.trailDownloads` entries of a kind. */
async function noteOnce(work: Work, entry: TrailEntry): Promise<void> {
  const { who, ip } = work.actor;
  const facts = JSON.stringify(entry.facts ?? {});
  const rows = await work.tx
    .selectFrom("trail")
    .select(["at", "who", "ip", "facts_json"])
    .where("request_id", "=", entry.requestId)
    .where("kind", "=", entry.kind)
    .execute();
  const isTold = rows.some(
    (row) => row.at > work.at - limits.trailRepeatMs && row.who === who && row.ip === ip && row.facts_json === facts,
  );
  if (!isTold && rows.length < limits.trailDownloads) await record(work, entry);
}
