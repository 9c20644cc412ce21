import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { decrypt, macOf, type Secret, sameText } from "../base/secrets.ts";
import type { Transact } from "../events/work.ts";
import { bounceFax } from "../fax/bounce.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import { bounceSigner } from "../requests/bounce.ts";
import type { EndJob } from "../requests/prepare.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { mailKind, type Packed } from "./post.ts";
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
 * Sends the letter that a job promises. What the mail server refuses for good is a bounce: told by its event where it was for a signer or was
 * a fax. Throws
 * for what a later try may mend.
 */
export async function sendLetter(
  mailing: Mailing,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: EndJob },
): Promise<void> {
  const { transact, smtp, publicUrl } = mailing;
  if (smtp === null) throw new Error("COUNTERSIGN_SMTP_URL is not set any more, but a letter waits for it.");
  const host = new URL(publicUrl).hostname;
  const { signatureId, to, letter, kind, messageId } = await transact(async ({ secret }) => {
    const packed = unpack(job.payload, secret);
    return {
      ...packed,
      messageId: messageIdOf(secret, { jobId: job.jobId, host, ...packed }),
    };
  });
  const thread = job.requestId === null ? null : `<countersign.request.${job.requestId}@${host}>`;
  const files = kind === "signature_request_all_signed" ? await sealedFiles(mailing, job.requestId ?? "") : [];
  const handed = await smtp.send({ to, letter, messageId, thread, files });
  await transact(async (work) => {
    await endJob(work);
    if (handed.kind !== "refused" || job.requestId === null) return;
    const bounce = { email: to.email, words: handed.words };
    if (signatureId !== null) await bounceSigner(work, { ...bounce, requestId: job.requestId, signatureId });
    else if (kind === "fax_sent") await bounceFax(work, { ...bounce, faxId: job.requestId });
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

/** Names the signer in a way that only the house can: a bounce that comes back by mail is believed by it. */
function messageIdOf(
  secret: Secret,
  { signatureId, jobId, host }: { readonly signatureId: string | null; readonly jobId: string; readonly host: string },
): string {
  const about = signatureId ?? jobId;
  // Every letter has a name of its own: programs drop what they have had.
  return `<countersign.${about}.${markOf(secret, about)}.${jobId}@${host}>`;
}

function markOf(secret: Secret, about: string): string {
  return macOf(secret, `mail ${about}`).slice(0, 32);
}

/** The signature that a bounce is about, by the Message-ID of our letter that it returns; null when it returns none of ours. */
export function signatureIn(secret: Secret, dsn: string): string | null {
  for (const [, about = "", mark = ""] of dsn.matchAll(/<countersign\.([0-9a-f]{32})\.([0-9a-f]{32})[.@]/g))
    if (sameText(mark, markOf(secret, about))) return about;
  return null;
}

function unpack(payload: unknown, secret: Secret): Packed {
  const { cipher }: { readonly cipher?: unknown } = Object(payload);
  assert(typeof cipher === "string", "a letter on its way is encrypted");
  return JSON.parse(decrypt(secret, { purpose: mailKind, sealed: cipher })) as Packed;
}
