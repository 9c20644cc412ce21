import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";
import { refuseClosed } from "./closed.ts";
import { lockOwnRequest, lockRequest } from "./find.ts";
import { leaveUntold } from "./hearers.ts";
import { promiseReminders, remindKind } from "./remind.ts";

/** When a request ends, in UTC milliseconds, and whether its signers get no mail. */
export type Expiry = { readonly requestId: string; readonly expiresAt: number | null; readonly isEmbedded: boolean };

/** Takes back what was promised of the end of a request, and of the reminders before it. */
export async function dropExpiry({ tx }: Pick<Work, "tx">, requestId: string): Promise<void> {
  // One that is in hands just now waits for the request's row, and then finds the new end.
  await tx
    .deleteFrom("jobs")
    .where("request_id", "=", requestId)
    .where("kind", "in", [expireKind, remindKind])
    .where("leased", "=", 0)
    .execute();
}

/** Promises the end of a request that has one, and the reminders before it where it goes by mail. Nothing is promised of these yet, or any more. */
export async function promiseExpiry(work: Work, { requestId, expiresAt, isEmbedded }: Expiry): Promise<void> {
  if (expiresAt === null) return;
  await enqueue(work, { kind: expireKind, requestId, payload: {}, delayMs: expiresAt - work.at });
  if (!isEmbedded) await promiseReminders(work, { requestId, expiresAt });
}

const expireKind = "expire";

/** Expires an open request whose time has come: what is signed stays signed, the rest is `expired`. */
export async function expireRequest(work: Work, requestId: string): Promise<void> {
  const found = await lockRequest(work, requestId);
  const expiresAt = found?.request.expires_at ?? null;
  const stillOpen = ["awaiting", "held", "processing"].includes(found?.request.state ?? "");
  if (!found || !stillOpen || expiresAt === null) return;
  if (expiresAt > work.at || found.request.state === "processing") {
    await enqueue(work, {
      kind: expireKind,
      requestId,
      payload: {},
      delayMs: Math.max(expiresAt - work.at, limits.expiryRetryMs),
    });
    return;
  }
  await end(work, { request: found.request, expiresAt });
}

/**
 * Expires an account's open request of test mode now, as when its time has come. Faults as `lockOwnRequest` and `refuseClosed`;
 * `conflict` for a request that binds people.
 */
export async function expireTestRequest(
  work: Work,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<void> {
  const { request } = await lockOwnRequest(work, { accountId, requestId });
  if (request.test_mode === 0)
    throw new Fault(
      "conflict",
      "Only a request of test mode can be expired. Others expire at expires_at, or are canceled.",
    );
  refuseClosed(request, { what: "be expired" });
  await dropExpiry(work, requestId);
  await end(work, { request, expiresAt: work.at });
}

async function end(
  work: Work,
  { request, expiresAt }: { readonly request: SignatureRequestRow; readonly expiresAt: number },
): Promise<void> {
  const { request_id: requestId } = request;
  await work.tx
    .updateTable("signature_requests")
    .set({ state: "expired", expires_at: expiresAt })
    .where("request_id", "=", requestId)
    .execute();
  await work.tx
    .updateTable("signatures")
    .set({ state: "expired" })
    .where("request_id", "=", requestId)
    .where("state", "in", ["awaiting_signature", "on_hold_by_requester"])
    .execute();
  await record(work, { requestId, kind: "expired" });
  await append(work, { type: "signature_request_expired", requestId, ...(await leaveUntold(work, request)) });
}
