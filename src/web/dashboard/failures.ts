import type { Clock } from "../../base/clock.ts";
import { limits } from "../../base/limits.ts";

/** Failed sign-ins per e-mail address and per network address. It lives in this process and forgets at its end. */
export type Failures = {
  /** Counts a try for each of the names; false when one of them has failed too often lately: then nothing is to be checked. */
  readonly admit: (names: readonly string[]) => boolean;
  /**
   * The try went well: what the e-mail address has failed before is forgotten, and the try counts for nobody. A passkey forgets
   * nothing: it says nothing about who has guessed the password.
   */
  readonly forgive: (names: { readonly forgotten: string | null; readonly excused: string }) => void;
};

type Count = { readonly since: number; readonly tries: number };

/**
 * Opens an empty table of at most `limits.signInNames` names; a new one then pushes out the oldest. Tries count before they
 * are checked, so that many at once are no way around it.
 */
export function openFailures(clock: Clock): Failures {
  const counts = new Map<string, Count>();

  const countOf = (name: string): Count => {
    const known = counts.get(name);
    return known && clock() - known.since < limits.signInFailuresMs ? known : { since: clock(), tries: 0 };
  };
  const write = (name: string, count: Count) => {
    counts.delete(name);
    const oldest = counts.size >= limits.signInNames ? counts.keys().next().value : undefined;
    if (oldest !== undefined) counts.delete(oldest);
    counts.set(name, count);
  };

  return {
    admit: (names) => {
      const known = names.map((name) => [name, countOf(name)] as const);
      if (known.some(([, { tries }]) => tries >= limits.signInFailures)) return false;
      for (const [name, { since, tries }] of known) write(name, { since, tries: tries + 1 });
      return true;
    },
    forgive: ({ forgotten, excused }) => {
      if (forgotten !== null) counts.delete(forgotten);
      const { since, tries } = countOf(excused);
      write(excused, { since, tries: Math.max(0, tries - 1) });
    },
  };
}
