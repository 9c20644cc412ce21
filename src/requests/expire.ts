import { limits } from "../base/limits.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { enqueue } from "../outbox/jobs.ts";
import { lockRequest } from "./find.ts";
import { untold } from "./hearers.ts";
import { promiseReminders, remindKind } from "./remind.ts";

/** When a request ends, in UTC milliseconds, and whether its signers get no mail. */
export type Expiry = { readonly requestId: string; readonly expiresAt: number | null; readonly isEmbedded: boolean };

/** Promises the end of a request, and the reminders before it where it goes by mail, in place of what was promised of these before. */
export async function promiseExpiry(work: Work, { requestId, expiresAt, isEmbedded }: Expiry): Promise<void> {
  // One that is in hands just now waits for the request's row, and then finds the new end.
  await work.tx
    .deleteFrom("jobs")
    .where("request_id", "=", requestId)
    .where("kind", "in", [expireKind, remindKind])
    .where("leased", "=", 0)
    .execute();
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

  await work.tx
    .updateTable("signature_requests")
    .set({ state: "expired" })
    .where("request_id", "=", requestId)
    .execute();
  await work.tx
    .updateTable("signatures")
    .set({ state: "expired" })
    .where("request_id", "=", requestId)
    .where("state", "in", ["awaiting_signature", "on_hold_by_requester"])
    .execute();
  await record(work, { requestId, kind: "expired" });
  await append(work, { type: "signature_request_expired", requestId, ...untold(found.request) });
}
