import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import type { BulkSend } from "../requests/bulk-list.ts";
import { Seconds } from "./shapes.ts";

/** A bulk send as v3 shows it. Contract: objects.md. */
export const BulkSendJob = Type.Object({
  bulk_send_job_id: Type.String(),
  total: Type.Integer(),
  is_creator: Type.Boolean(),
  created_at: Seconds,
});

/** Shows a bulk send to an account that sees it. */
export function renderBulkSendJob(
  { bulk_send_job_id, account_id, total, created_at }: BulkSend,
  accountId: string,
): Type.Static<typeof BulkSendJob> {
  return { bulk_send_job_id, total, is_creator: account_id === accountId, created_at: toSeconds(created_at) };
}
