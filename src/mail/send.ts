import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { decrypt, type Secret } from "../base/secrets.ts";
import type { Transact } from "../events/work.ts";
import { bounceFax } from "../fax/bounce.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import { bounceSigner } from "../requests/bounce.ts";
import type { EndJob } from "../requests/prepare.ts";
import { isStillAsked } from "../signing/links.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { mailKind, type Packed } from "./post.ts";
import { type About, nameOf } from "./returned.ts";
import type { Outgoing, Smtp } from "./smtp.ts";

/** What letters are sent with. */
export type Mailing = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly transact: Transact;
  readonly smtp: Smtp | null;
  readonly publicUrl: string;
};

/**
 * Sends the letter that a job promises. What the mail server refuses for good is a bounce: told by its event where it was for a signer or
 * was a fax. A letter that asks somebody who is not asked any more is not sent. Throws for what a later try may mend.
 */
export async function sendLetter(
  mailing: Mailing,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: EndJob },
): Promise<void> {
  const { transact, smtp, publicUrl } = mailing;
  if (smtp === null) throw new Error("COUNTERSIGN_SMTP_URL is not set any more, but a letter waits for it.");
  const host = new URL(publicUrl).hostname;
  const { packed, messageId, isOwed } = await transact(async ({ tx, secret }) => {
    const packed = unpack(job.payload, secret);
    const isOwed = packed.link === undefined || (await isStillAsked(tx, packed.link));
    return { packed, messageId: messageIdOf(secret, { packed, job, host }), isOwed };
  });
  if (!isOwed) return transact(endJob);
  const { to, letter, kind } = packed;
  const thread = job.requestId === null ? null : `<countersign.request.${job.requestId}@${host}>`;
  const files = kind === "signature_request_all_signed" ? await sealedFiles(mailing, job.requestId ?? "") : [];
  const handed = await smtp.send({ to, letter, messageId, thread, files });
  await transact(async (work) => {
    await endJob(work);
    if (handed.kind !== "refused" || job.requestId === null) return;
    const bounce = { email: to.email, words: handed.words };
    const about = aboutOf(packed, job.requestId);
    if (about?.kind === "signature") await bounceSigner(work, { ...bounce, requestId: job.requestId, ...about });
    else if (about?.kind === "fax") await bounceFax(work, { ...bounce, faxId: about.faxId });
  });
}

/** The sealed document, where it is not too large for a mail: then the letter's link leads to it. */
async function sealedFiles({ store, blobs }: Mailing, requestId: string): Promise<Outgoing["files"]> {
  const request = await store.read
    .selectFrom("signature_requests")
    .select(["title", "sealed_blob"])
    .where("request_id", "=", requestId)
    .executeTakeFirst();
  if (!request?.sealed_blob) return [];
  const bytes = await readUpTo(limits.mailFileBytes, blobs.stream(request.sealed_blob));
  if (bytes === null) return [];
  const name = `${
    request.title
      .replace(/\.pdf$/i, "")
      .replace(/[\p{Cc}/\\:*?"<>|]+/gu, " ")
      .trim() || "document"
  }.pdf`;
  return [{ name, bytes }];
}

/** All of a stream, or null as soon as it turns out to be longer. */
async function readUpTo(most: number, stream: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length > most) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Every letter has a name of its own: programs drop what they have had. */
function messageIdOf(
  secret: Secret,
  { packed, job, host }: { readonly packed: Packed; readonly job: ClaimedJob; readonly host: string },
): string {
  const about = aboutOf(packed, job.requestId);
  return `<countersign.${about === null ? "" : `${nameOf(secret, about)}.`}${job.jobId}@${host}>`;
}

/** What of a letter is told when it comes back; null: nothing. */
function aboutOf({ signatureId, kind, to }: Packed, requestId: string | null): About | null {
  if (signatureId !== null) return { kind: "signature", signatureId };
  return kind === "fax_sent" && requestId !== null ? { kind: "fax", faxId: requestId, email: to.email } : null;
}

function unpack(payload: unknown, secret: Secret): Packed {
  const { cipher }: { readonly cipher?: unknown } = Object(payload);
  assert(typeof cipher === "string", "a letter on its way is encrypted");
  return JSON.parse(decrypt(secret, { purpose: mailKind, sealed: cipher })) as Packed;
}
