import { limits } from "../base/limits.ts";
import type { EndpointRow } from "../storage/account-tables.ts";

/** How an endpoint fares: what the breaker and the dashboard go by. Times are UTC milliseconds. */
export type Health = Pick<EndpointRow, "failures" | "failing_since" | "breaker_until" | "breaker_waits">;

/**
 * How an attempt went: `acked`, `wrong` (somebody answered, but not as they must), `unreachable` (nobody answered in time);
 * `isProbe` when it went out to try whether the breaker may close.
 */
export type Report = { readonly kind: "acked" | "wrong" | "unreachable"; readonly isProbe: boolean };

/** An endpoint with which all is well. */
export const well: Health = Object.freeze({ failures: 0, failing_since: null, breaker_until: null, breaker_waits: 0 });

/** How attempts went, when it is, and the longest that the breaker waits (milliseconds): the ladder's shortest step. */
export type News = { readonly reports: readonly Report[]; readonly at: number; readonly mostWaitMs: number };

/**
 * What becomes of an endpoint's health after attempts, in the order in which they ended. After `limits.breakerFailures` in a row
 * that reached nobody the breaker opens: one attempt at a time goes through, as a probe, after a wait that doubles.
 * An answer of any kind closes it. What is not sent meanwhile keeps its place and loses no try.
 */
export function healthAfter(before: Health, { reports, ...when }: News): Health {
  return reports.reduce((health, report) => step(health, { report, ...when }), before);
}

function step(
  health: Health,
  { report: { kind, isProbe }, at, mostWaitMs }: Omit<News, "reports"> & { readonly report: Report },
): Health {
  if (kind === "acked") return well;
  const failing_since = health.failing_since ?? at;
  if (kind === "wrong") return { ...well, failing_since };

  const failures = health.failures + 1;
  const isOpen = health.breaker_until !== null;
  // Those that were under way when it opened say nothing new.
  if (failures < limits.breakerFailures || (isOpen && !isProbe)) return { ...health, failures, failing_since };
  const wait = Math.min(mostWaitMs, limits.breakerWaitMs * 2 ** health.breaker_waits);
  const breaker_waits = Math.min(health.breaker_waits + 1, limits.breakerWaits);
  return { failures, failing_since, breaker_until: at + wait, breaker_waits };
}
