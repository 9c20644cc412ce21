import { pino } from "pino";

/** Writes structured lines to stderr: level, message, facts. Never a secret, a token or a document. */
export type Log = {
  readonly info: (facts: object, message: string) => void;
  readonly warn: (facts: object, message: string) => void;
  readonly error: (facts: object, message: string) => void;
};

/** The house's log; `level` is one of pino's (`info`, `warn`, `error`, `silent`). */
export function openLog(level: string): Log {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}

/** A log that nobody reads: for tests that look at answers, not at lines. */
export const silentLog: Log = { info: nothing, warn: nothing, error: nothing };

function nothing(): void {}
