// How many calls of v3 an account may make a minute, where the operator bounds it. Contract: errors.md, Rate limits.

import type { FastifyReply } from "fastify";
import type { Clock } from "../base/clock.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { minute } from "../base/units.ts";

/** Calls a minute of one account; null: as many as it likes. */
export type RateLimits = {
  readonly standard: number | null;
  /** Of the operations that cost most; null: they count among the others. */
  readonly high: number | null;
  /** Of what is asked for in test mode, beside the others. */
  readonly test: number | null;
};

/** What an account may still call in the minute that runs. */
export type RateWindow = {
  readonly limit: number;
  readonly remaining: number;
  /** When the next minute begins, in UTC milliseconds. */
  readonly resetsAt: number;
  /** This call was one too many. */
  readonly isOver: boolean;
};

/** Counts calls; in the memory of this process alone. */
export type Rates = {
  /** Counts a call of an operation; null where nothing bounds it. */
  readonly countCall: (call: { readonly accountId: string; readonly operation: string }) => RateWindow | null;
  /** Counts what turns out to be of test mode; null where nothing bounds it. */
  readonly countTest: (accountId: string) => RateWindow | null;
};

/** The high tier of errors.md. */
const highTier: ReadonlySet<string> = new Set([
  "signatureRequestSend",
  "signatureRequestSendWithTemplate",
  "signatureRequestBulkSendWithTemplate",
  "signatureRequestCreateEmbedded",
  "signatureRequestCreateEmbeddedWithTemplate",
  "signatureRequestBulkCreateEmbeddedWithTemplate",
  "signatureRequestFiles",
  "signatureRequestFilesAsDataUri",
  "signatureRequestFilesAsFileUrl",
  "templateFiles",
  "templateFilesAsDataUri",
  "templateFilesAsFileUrl",
  "templateCreateEmbeddedDraft",
  "unclaimedDraftCreate",
  "unclaimedDraftCreateEmbedded",
  "unclaimedDraftCreateEmbeddedWithTemplate",
]);

/**
 * Opens the count. Minutes are those of the steady clock, the same for all accounts, so that nothing has to be kept of the one before; of
 * `limits.rateAccounts` accounts at most, the one that came first is forgotten for one more.
 */
export function openRates({
  limits: { standard, high, test },
  clock,
  steadyClock,
}: {
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly steadyClock: Clock;
}): Rates {
  const used = new Map<string, number>();
  let current = Number.NaN;

  function count(name: string, limit: number | null): RateWindow | null {
    if (limit === null) return null;
    const at = steadyClock();
    const running = Math.floor(at / minute);
    if (running !== current) used.clear();
    current = running;
    const before = used.get(name) ?? 0;
    if (before === 0 && used.size >= limits.rateAccounts) used.delete(used.keys().next().value ?? "");
    used.set(name, Math.min(before, limit) + 1);
    return {
      limit,
      remaining: Math.max(0, limit - before - 1),
      resetsAt: clock() + (running + 1) * minute - at,
      isOver: before >= limit,
    };
  }

  return {
    countCall: ({ accountId, operation }) =>
      high !== null && highTier.has(operation) ? count(`high ${accountId}`, high) : count(`all ${accountId}`, standard),
    countTest: (accountId) => count(`test ${accountId}`, test),
  };
}

/** Tells the caller what is left. Throws `exceeded_rate` for a call too many. */
export function needRate(reply: FastifyReply, window: RateWindow | null): void {
  if (window === null) return;
  reply
    .header("x-ratelimit-limit", window.limit)
    .header("x-ratelimit-remaining", window.remaining)
    .header("x-ratelimit-reset", Math.ceil(window.resetsAt / 1000));
  if (window.isOver) throw new Fault("exceeded_rate", "Too many requests.");
}
