import { Fault } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { lockOwnRequest } from "./find.ts";

/** Gives up the account's access to a request that has ended: to it the request is gone, signers keep their copies. No event tells of it. */
export async function removeRequest(
  work: Work,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<void> {
  const { request } = await lockOwnRequest(work, { accountId, requestId });
  if (!removable.includes(request.state))
    throw new Fault(
      "signature_request_remove_failed",
      "Only a request that was signed by everybody, declined or has expired can be removed. Cancel one that is open.",
    );
  await record(work, { requestId, kind: "removed" });
  await work.tx
    .updateTable("signature_requests")
    .set({ removed_at: work.at })
    .where("request_id", "=", requestId)
    .execute();
}

const removable: readonly string[] = ["complete", "declined", "expired"];
