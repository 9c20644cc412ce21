import { present } from "../base/assert.ts";
import type { Transact, Work } from "../events/work.ts";
import { releaseLine, releaseLineKind, settleLine, settleLineKind } from "../fax/buy-line.ts";
import { lookAtFax, lookKind, transmitFax, transmitKind } from "../fax/transmit.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import { type FaxProviders, needFaxProvider } from "../providers/fax.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { readText } from "./job-payloads.ts";

/** The kinds of the jobs that ask a fax provider for something: while it hangs, they wait for it. */
export const carrierKinds: readonly string[] = [transmitKind, lookKind, settleLineKind, releaseLineKind];

/** Those of them that go on for days: the provider has the fax, or a number is paid for. */
export const patientCarrierKinds: readonly string[] = [lookKind, settleLineKind, releaseLineKind];

/** What asking fax providers needs. */
export type FaxClerk = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly transact: Transact;
  readonly fax: FaxProviders;
};

/** Does a job of `carrierKinds`. Throws what a later try may mend. */
export async function doCarrierJob(
  clerk: FaxClerk,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: (work: Work) => Promise<void> },
): Promise<void> {
  if (job.kind === transmitKind) return transmitFax(clerk, { job, endJob });
  if (job.kind === lookKind) return lookAtFax(clerk, { job, endJob });
  const seller = { ...clerk, provider: needFaxProvider(clerk.fax) };
  if (job.kind === settleLineKind)
    return settleLine(seller, { lineId: present(job.requestId, "the line of a job"), endJob });
  // Earlier versions promised to give a number back without the name of its order.
  const { id = "" }: { readonly id?: string } = Object(job.payload);
  return releaseLine(seller, { line: { id, number: readText(job.payload, "number") }, endJob });
}
