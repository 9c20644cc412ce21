import { needSomeLeft, needUse, uncountUse } from "../accounts/quotas.ts";
import type { Work } from "../events/work.ts";

/** What counts of signature requests: whose they are, whether they are tests, and who is to get a code by text message. */
export type Counted = {
  readonly accountId: string;
  readonly testMode: boolean;
  readonly signers: readonly { readonly sms: { readonly use: string } | null }[];
  /** How many requests; one unless said. */
  readonly count?: number;
};

/**
 * Counts so many signature requests, or throws `payment_required`: where the account's quota has no room for all of them, or where a signer is to
 * get a code by text message and no code is left. Tests are free.
 */
export async function countRequestUse(work: Work, { accountId, testMode, signers, count = 1 }: Counted): Promise<void> {
  if (testMode) return;
  if (signers.some(({ sms }) => sms?.use === "authentication")) await needSomeLeft(work, { accountId, kind: "codes" });
  await needUse(work, { accountId, kind: "requests", count });
}

/** Takes back what this very commit has counted. */
export async function uncountRequestUse(work: Work, { accountId, testMode, count = 1 }: Counted): Promise<void> {
  if (!testMode) await uncountUse(work, { accountId, kind: "requests", count, at: work.at });
}
