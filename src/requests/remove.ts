import { Fault } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { lockPartyRequest, type Party } from "./party.ts";

/**
 * Gives up the account's access to a request that has ended: to it the request is gone, signers keep their copies; to the account of a
 * signer it is as if it had never been sent there, and everybody else keeps it. No event tells of it.
 */
export async function removeRequest(
  work: Work,
  { requestId, ...party }: Party & { readonly requestId: string },
): Promise<void> {
  const { record: found, received } = await lockPartyRequest(work, { requestId, ...party });
  const { request } = found;
  if (!removable.includes(request.state))
    throw new Fault(
      "signature_request_remove_failed",
      "Only a request that was signed by everybody, declined or has expired can be removed. Cancel one that is open.",
    );
  if (received !== null) {
    await giveUp(work, { requestId, ids: received.map((one) => one.signature_id) });
    return;
  }
  await record(work, { requestId, kind: "removed" });
  await work.tx
    .updateTable("signature_requests")
    .set({ removed_at: work.at })
    .where("request_id", "=", requestId)
    .execute();
}

async function giveUp(
  work: Work,
  { requestId, ids }: { readonly requestId: string; readonly ids: readonly string[] },
): Promise<void> {
  for (const signatureId of ids) await record(work, { requestId, kind: "given_up", signatureId });
  await work.tx.updateTable("signatures").set({ received_at: null }).where("signature_id", "in", ids).execute();
}

const removable: readonly string[] = ["complete", "declined", "expired"];
