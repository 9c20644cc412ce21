// A seal's way to B-LTA (ETSI EN 319 142-1, 6.3): what it is checked with is kept in the document, and a time-stamp is put over all.
// Behind completion, in the background: an authority that is away keeps nobody waiting.

import { createHash, X509Certificate } from "node:crypto";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { readSignedData } from "../evidence/cms-read.ts";
import { digestOf, fill } from "../evidence/seal.ts";
import { record } from "../evidence/trail.ts";
import { type ClaimedJob, enqueue } from "../outbox/jobs.ts";
import { findRequest, lockRequest } from "../requests/find.ts";
import type { EndJob } from "../requests/prepare.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";
import { type Completer, type Stamp, wordsOf } from "./sealing.ts";

/** The kind of the job. */
export const timestampKind = "timestamp";

/** Promises the time-stamp of a sealed document in the commit that stores it; `token`: that of its signature, if it has one. */
export async function promiseTimestamp(
  work: Work,
  { requestId, token }: { readonly requestId: string; readonly token: Uint8Array | null },
): Promise<void> {
  const payload = { token: token === null ? null : Buffer.from(token).toString("base64") };
  await enqueue(work, { kind: timestampKind, requestId, payload, delayMs: limits.timestampAfterMs });
}

/** Extends a sealed document. Throws for what a later try may mend: an authority that is away, revocation data that is not to be had. */
export async function timestampRequest(
  completer: Completer,
  { job, token, endJob }: { readonly job: ClaimedJob; readonly token: Uint8Array | null; readonly endJob: EndJob },
): Promise<void> {
  const { store, blobs, transact, stamp, clock } = completer;
  const found = await findRequest(store.read, job.requestId ?? "");
  const { request } = found ?? {};
  if (
    request?.state !== "complete" ||
    request.sealed_blob === null ||
    request.seal_level === "B-LTA" ||
    stamp === null
  ) {
    await transact(endJob);
    return;
  }

  const document = await blobs.read(request.sealed_blob);
  const extended = await extend(completer, { request, document, token, stamp, tries: job.tries });
  const blob = await blobs.put(extended.bytes);
  const at = clock();
  await transact(async (work) => {
    await endJob(work);
    await storeExtended({ ...work, at }, { request, blob, missing: extended.missing });
  });
}

type Extending = {
  readonly request: SignatureRequestRow;
  readonly document: Uint8Array;
  readonly token: Uint8Array | null;
  readonly stamp: Stamp;
  readonly tries: number;
};

async function extend(
  { workshop, sealerFor, collect }: Completer,
  { request, document, token, stamp, tries }: Extending,
): Promise<{ readonly bytes: Uint8Array; readonly missing: readonly string[] }> {
  const sealer = await sealerFor(request.test_mode === 1);
  const own = [sealer.certificatePem, ...(sealer.chainPem ?? [])].map((pem) => new X509Certificate(pem).raw);
  // Without a time-stamp of its own, the authority's certificates are learned from one that is asked for them.
  const stamped = token ?? (await stampOrThrow(stamp, createHash("sha256").update(document).digest()));
  const { missing, ...material } = await collect([...own, ...readSignedData(stamped).certificates]);
  if (missing.length > 0 && tries < limits.timestampMissingTries)
    throw new Error(`What the seal is checked with could not be had: ${missing.join("; ")}`);
  const name = `Countersign time-stamp ${request.request_id}`;
  const extended = await workshop.extend({ document, material, name, bytes: limits.timestampBytes });
  if (!extended.ok) throw new Error(`The document could not be extended: ${extended.fault.reason}`);
  return { bytes: fill(extended, await stampOrThrow(stamp, digestOf(extended))), missing };
}

async function stampOrThrow(stamp: Stamp, digest: Uint8Array): Promise<Uint8Array> {
  const stamped = await stamp(digest);
  if (!stamped.ok) throw new Error(wordsOf(stamped));
  return stamped.token;
}

async function storeExtended(
  work: Work,
  {
    request: { request_id: requestId, sealed_blob: before },
    blob,
    missing,
  }: { readonly request: SignatureRequestRow; readonly blob: string; readonly missing: readonly string[] },
): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found?.request.state !== "complete" || found.request.sealed_blob !== before) return;
  await work.tx
    .updateTable("signature_requests")
    .set({ sealed_blob: blob, first_sealed_blob: before, seal_level: "B-LTA" })
    .where("request_id", "=", requestId)
    .execute();
  const facts = { before, sealed: blob, level: "B-LTA", ...(missing.length > 0 ? { missing } : {}) };
  await record(work, { requestId, kind: "timestamped", facts });
}
