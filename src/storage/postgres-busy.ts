import { Fault } from "../base/faults.ts";

/** lock_not_available, query_canceled (a statement took too long), too_many_connections. */
const busyCodes: ReadonlySet<unknown> = new Set(["55P03", "57014", "53300"]);

/** What the pool says when no connection became free, or could be made, in time: it gives no code. */
const poolWords: ReadonlySet<string> = new Set([
  "timeout exceeded when trying to connect",
  "Connection terminated due to connection timeout",
]);

/**
 * Throws what PostgreSQL or its pool threw: where there is too much to do just now as an `unavailable` fault, which the same call may
 * outlive; its cause is the error itself, for the log. Everything else as it is.
 */
export function throwInWords(error: unknown): never {
  if (!isBusy(error)) throw error;
  throw Object.assign(new Fault("unavailable", "The database is busy. Try again in a moment."), { cause: error });
}

/** Whether a lock was not to be had in time; of an error as it comes out of `transact`. */
export function isLockTaken(error: unknown): boolean {
  return error instanceof Fault && codeOf(error.cause) === "55P03";
}

/** A statement after the one that failed says so in its cause. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return busyCodes.has(codeOf(error)) || busyCodes.has(codeOf(error.cause)) || poolWords.has(error.message);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
