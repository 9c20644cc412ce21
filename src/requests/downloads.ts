import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { lockRequest } from "./find.ts";

/**
 * Tells in the audit trail that a document was fetched, before it is given out: what is not written down is not handed over. The same
 * person fetching the same file again within a minute is told once, and a request has at most `limits.trailDownloads` such entries.
 */
export async function noteDownload(
  work: Work,
  { requestId, document }: { readonly requestId: string; readonly document: string },
): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found === null) return;
  const facts = JSON.stringify({ document });
  const rows = await work.tx
    .selectFrom("trail")
    .select(["at", "who", "ip", "facts_json"])
    .where("request_id", "=", requestId)
    .where("kind", "=", "downloaded")
    .orderBy("seq", "desc")
    .limit(limits.trailDownloads)
    .execute();
  const { who, ip } = work.actor;
  const isToldAlready = rows.some(
    (row) => row.at > work.at - limits.trailRepeatMs && row.who === who && row.ip === ip && row.facts_json === facts,
  );
  if (isToldAlready || rows.length >= limits.trailDownloads) return;
  await record(work, { requestId, kind: "downloaded", facts: { document } });
}
