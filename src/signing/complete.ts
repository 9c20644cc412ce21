import { limits } from "../base/limits.ts";
import type { TrailPage } from "../documents/document.ts";
import type { Workshop } from "../documents/workshop.ts";
import { append } from "../events/append.ts";
import { type Transact, theHouse, type Work } from "../events/work.ts";
import { sealDocument } from "../evidence/seal.ts";
import { findTrail, record, trailLine } from "../evidence/trail.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import { findRequest, lockRequest, type RequestRecord } from "../requests/find.ts";
import type { EndJob } from "../requests/prepare.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { drawnValues } from "./values.ts";

/** A certificate with its key, in PEM. */
export type SealingIdentity = { readonly certificatePem: string; readonly privateKeyPem: string };

/** What completion works with. `identityFor` gives the sealing identity, in test mode the one that says TEST. */
export type Completer = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  readonly transact: Transact;
  readonly clock: () => number;
  readonly identityFor: (testMode: boolean) => Promise<SealingIdentity>;
};

/** Words across every page of a test. */
export const testWatermark = "TEST MODE · NOT LEGALLY BINDING";

/**
 * Completes a request whose last signer has signed: draws the values, appends the audit trail, seals, stores. Only the
 * commit that knows the stored file tells `all_signed` and `downloadable`. Throws for what a later try may mend.
 */
export async function completeRequest(
  completer: Completer,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: EndJob },
): Promise<void> {
  const found = await findRequest(completer.store.read, job.requestId ?? "");
  if (found?.request.state !== "sealing") {
    await completer.transact(endJob);
    return;
  }

  const at = completer.clock();
  const sealed = await sealRequest(completer, { found, at });
  const blob = await completer.blobs.put(sealed);
  await completer.transact(async (work) => {
    await endJob(work);
    await storeSealed({ ...work, at }, { requestId: found.request.request_id, blob });
  });
}

async function sealRequest(
  { store, blobs, workshop, identityFor }: Completer,
  { found, at }: { readonly found: RequestRecord; readonly at: number },
): Promise<Uint8Array> {
  const { request } = found;
  const completed = await workshop.complete({
    document: await blobs.read(request.document_blob ?? ""),
    values: drawnValues(found),
    watermark: request.test_mode === 1 ? testWatermark : null,
    trail: await tellTrail(store, { found, at }),
    reason: `Completed: ${request.title}`,
    placeholderBytes: limits.sealBytes,
  });
  if (!completed.ok) throw new Error(`The document could not be completed: ${completed.fault.reason}`);
  return sealDocument(completed, await identityFor(request.test_mode === 1));
}

async function tellTrail(
  store: Store,
  { found, at }: { readonly found: RequestRecord; readonly at: number },
): Promise<TrailPage> {
  const { request, files, signatures } = found;
  const rows = await findTrail(store.read, request.request_id);
  const last = trailLine({
    request_id: request.request_id,
    seq: 0,
    at,
    kind: "completed",
    signature_id: null,
    who: theHouse.who,
    ip: null,
    user_agent: null,
    facts_json: "{}",
    hash: null,
  });
  return {
    title: request.title,
    requestId: request.request_id,
    status: "Completed",
    fileNames: files.map(({ name }) => name),
    originals: files.map(({ name, blob }) => ({ name, sha256: blob ?? "" })),
    signers: signatures.map(({ name, email }) => ({ name, email })),
    lines: [...rows.map(trailLine), last],
    testMode: request.test_mode === 1,
  };
}

async function storeSealed(
  work: Work,
  { requestId, blob }: { readonly requestId: string; readonly blob: string },
): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found?.request.state !== "sealing") return;
  await work.tx
    .updateTable("signature_requests")
    .set({ state: "complete", completed_at: work.at, sealed_blob: blob })
    .where("request_id", "=", requestId)
    .execute();
  await record(work, { requestId, kind: "completed", facts: { sealed: blob } });
  await append(work, { type: "signature_request_all_signed", requestId });
  await append(work, { type: "signature_request_downloadable", requestId });
}
