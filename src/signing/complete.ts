import { hashOf } from "../base/secrets.ts";
import type { TrailPage } from "../documents/document.ts";
import type { Attachment } from "../documents/draw/attach.ts";
import type { Completed, Outcome } from "../documents/jobs.ts";
import { append } from "../events/append.ts";
import { theHouse, type Work } from "../events/work.ts";
import type { Sealer } from "../evidence/seal.ts";
import { findChain, nextEntry, record, recordEntry } from "../evidence/trail.ts";
import { type FileFacts, trailFileName, writeTrailFile } from "../evidence/trail-file.ts";
import { trailLine } from "../evidence/trail-line.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import { findRequest, lockRequest, type RequestRecord } from "../requests/find.ts";
import { isSpared } from "../requests/groups.ts";
import { optionsOf } from "../requests/options.ts";
import type { EndJob } from "../requests/prepare.ts";
import type { TrailRow } from "../storage/tables.ts";
import { readBrought } from "./attachments.ts";
import { consentOf } from "./consent.ts";
import { findHands } from "./hands.ts";
import { type Completer, roomFor, type Sealed, seal } from "./sealing.ts";
import { promiseTimestamp } from "./timestamp.ts";
import { drawnValues } from "./values.ts";

/** Words across every page of a test. */
export const testWatermark = "TEST MODE · NOT LEGALLY BINDING";

/** A request that is being completed: what is known of it, who seals it, and its trail with the entry that says so. */
type Completing = {
  readonly found: RequestRecord;
  readonly sealer: Sealer;
  /** What was signed. */
  readonly document: Uint8Array;
  readonly facts: FileFacts;
  readonly rows: readonly TrailRow[];
  readonly completed: TrailRow;
};

/**
 * Completes a request whose last signer has signed: draws the values, appends the audit trail, seals, stores. Only the
 * commit that knows the stored file tells `all_signed` and `downloadable`. Throws for what a later try may mend.
 */
export async function completeRequest(
  completer: Completer,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: EndJob },
): Promise<void> {
  const completing = await beginCompleting(completer, job.requestId ?? "");
  if (completing === null) {
    await completer.transact(endJob);
    return;
  }

  const { request } = completing.found;
  const isSeparate = (optionsOf(request).trail ?? completer.trail) === "separate";
  const sealed = await sealRequest(completer, { completing, isSeparate });
  const blob = await completer.blobs.put(sealed.bytes);
  const trail = isSeparate ? await sealTrail(completer, { completing, sealed: sealed.bytes }) : null;
  const trailBlob = trail === null ? null : await completer.blobs.put(trail.bytes);
  await completer.transact(async (work) => {
    await endJob(work);
    // The trail may be ahead of a clock that has gone back; what the API says is not.
    const at = Math.min(work.at, completing.completed.at);
    await storeSealed({ ...work, at }, { completing, sealed, blob, trailBlob });
    if (completer.stamp !== null) await promiseTimestamp(work, { requestId: request.request_id, token: sealed.token });
  });
}

async function beginCompleting(
  { store, blobs, transact, clock, sealerFor }: Completer,
  requestId: string,
): Promise<Completing | null> {
  const found = await findRequest(store.read, requestId);
  if (found?.request.state !== "sealing") return null;
  const rows = await transact(async (work) => {
    await lockRequest(work, requestId);
    return findChain(work.tx, requestId);
  });
  const sha256 = found.request.document_blob ?? "";
  const document = await blobs.read(sha256);
  const facts = { sha256, bytes: document.length };
  const entry = { requestId, kind: "completed", facts: { document: facts } } as const;
  const completed = nextEntry({ at: clock(), actor: theHouse }, { entry, last: rows.at(-1) ?? null });
  const sealer = await sealerFor(found.request.test_mode === 1);
  return { found, sealer, document, facts, rows: [...rows, completed], completed };
}

async function sealRequest(
  completer: Completer,
  { completing, isSeparate }: { readonly completing: Completing; readonly isSeparate: boolean },
): Promise<Sealed> {
  const { found, sealer, document } = completing;
  const completed = await completer.workshop.complete({
    document,
    values: drawnValues(found, await findHands(completer.store.read, found.request.request_id)),
    watermark: watermarkOf(found),
    trail: isSeparate ? null : trailPage(completer, { completing }),
    attachments: [
      ...(await readBrought(completer.blobs, found)),
      ...(isSeparate ? [] : [trailFile(completer, { completing, sealed: null })]),
    ],
    seal: sealFacts(completer, completing),
  });
  return seal(unsealedOf(completed), { sealer, stamp: completer.stamp });
}

/** The audit trail as a document of its own: it names the sealed one by its hash, and is sealed itself. */
async function sealTrail(
  completer: Completer,
  { completing, sealed }: { readonly completing: Completing; readonly sealed: Uint8Array },
): Promise<Sealed> {
  const sealedFacts = { sha256: hashOf(sealed), bytes: sealed.length };
  const drawn = await completer.workshop.trail({
    trail: { ...trailPage(completer, { completing }), sealed: sealedFacts.sha256 },
    watermark: watermarkOf(completing.found),
    attachments: [trailFile(completer, { completing, sealed: sealedFacts })],
    seal: sealFacts(completer, completing),
  });
  return seal(unsealedOf(drawn), { sealer: completing.sealer, stamp: completer.stamp });
}

function unsealedOf(outcome: Outcome<Completed>): Completed {
  if (!outcome.ok) throw new Error(`The document could not be completed: ${outcome.fault.reason}`);
  return outcome;
}

function sealFacts({ stamp }: Completer, { found: { request }, sealer, completed }: Completing) {
  return {
    reason: `Completed: ${request.title}`,
    at: new Date(completed.at).toISOString(),
    name: `Countersign ${request.request_id}`,
    bytes: roomFor(sealer, stamp),
  };
}

function watermarkOf({ request }: RequestRecord): string | null {
  return request.test_mode === 1 ? testWatermark : null;
}

function trailPage({ publicUrl }: Completer, { completing }: { readonly completing: Completing }): TrailPage {
  const { found, rows, completed } = completing;
  const { request, files, signatures } = found;
  return {
    title: request.title,
    requestId: request.request_id,
    status: "Completed",
    fileNames: files.map(({ name }) => name),
    originals: files.map(({ name, blob }) => ({ name, sha256: blob ?? "" })),
    signers: signatures
      .filter((one) => !isSpared(one))
      .map(({ name, email, group_name: group }) => ({ name: group === null ? name : `${name}, for ${group}`, email })),
    lines: rows.map(trailLine),
    head: completed.hash ?? "",
    verifyUrl: `${publicUrl}/verify`,
    testMode: request.test_mode === 1,
  };
}

function trailFile(
  { publicUrl }: Completer,
  { completing, sealed }: { readonly completing: Completing; readonly sealed: FileFacts | null },
): Attachment {
  const { found, rows, completed } = completing;
  const { request, files, signatures } = found;
  const text = writeTrailFile({
    server: publicUrl,
    request: {
      id: request.request_id,
      title: request.title,
      test_mode: request.test_mode === 1,
      created_at: new Date(request.created_at).toISOString(),
    },
    originals: files.map(({ name, blob, bytes }) => ({ name, sha256: blob ?? "", bytes })),
    document: completing.facts,
    sealed,
    // Those of a group for whom somebody else has signed are in the entries.
    signers: signatures
      .filter((one) => !isSpared(one))
      .map(({ signature_id, name, email }) => ({ signature_id, name, email })),
    consents: consentsIn(rows),
    rows,
  });
  return {
    name: trailFileName(request.request_id),
    description: "The audit trail of this document, for programs",
    mediaType: "application/json",
    bytes: Buffer.from(text, "utf8"),
    at: new Date(completed.at).toISOString(),
  };
}

/** Every text that somebody agreed to. */
function consentsIn(rows: readonly TrailRow[]): readonly { readonly version: string; readonly text: string }[] {
  const versions = rows.flatMap(({ kind, facts_json: facts }) => {
    const { consent: version }: { readonly consent?: unknown } = kind === "consented" ? JSON.parse(facts) : {};
    return typeof version === "string" ? [version] : [];
  });
  return [...new Set(versions)].map((version) => ({ version, text: consentOf(version) ?? "" }));
}

type Storing = {
  readonly completing: Completing;
  readonly sealed: Sealed;
  readonly blob: string;
  readonly trailBlob: string | null;
};

async function storeSealed(work: Work, { completing, sealed, blob, trailBlob }: Storing): Promise<void> {
  const requestId = completing.found.request.request_id;
  const found = await lockRequest(work, requestId);
  if (found?.request.state !== "sealing") return;
  await work.tx
    .updateTable("signature_requests")
    .set({
      state: "complete",
      completed_at: work.at,
      sealed_blob: blob,
      seal_level: sealed.level,
      trail_blob: trailBlob,
    })
    .where("request_id", "=", requestId)
    .execute();
  // What the pages and the attached file tell is what the trail tells, or the document is made anew.
  await recordEntry(work.tx, completing.completed);
  const separate = trailBlob === null ? {} : { trail: trailBlob };
  const failed = sealed.failure === null ? {} : { timestamp: sealed.failure };
  await record(work, {
    requestId,
    kind: "sealed",
    facts: { sealed: blob, level: sealed.level, ...separate, ...failed },
  });
  await append(work, { type: "signature_request_all_signed", requestId });
  await append(work, { type: "signature_request_downloadable", requestId });
}
