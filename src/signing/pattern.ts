import { createContext, Script } from "node:vm";
import { limits } from "../base/limits.ts";
import type { Validation } from "../documents/document.ts";
import type { Saying } from "../language/saying.ts";

// The strict dialect knows \p{…}, the old one forgives stray escapes; a pattern that is none accepts everything, as in the page.
const script = new Script(`{
  const compile = (flags) => { try { return new RegExp("^(?:" + pattern + ")$", flags); } catch { return null; } };
  const whole = compile("u") ?? compile("");
  whole === null || whole.test(value);
}`);

/** Null when the value fits the pattern, else what is wrong with it. */
export type CheckPattern = (validation: Validation, value: string) => Saying | null;

/**
 * Judges values by an integrator's own patterns: one that runs away is stopped after `limits.patternMs`, and after
 * `limits.runawayPatterns` of them in one form no further one is tried, for meanwhile nobody else is served.
 */
export function openPatternCheck(): CheckPattern {
  const sandbox = createContext({ pattern: "", value: "" });
  let runaways = 0;
  return ({ pattern = "", words }, value) => {
    if (value.length > limits.patternValueLength)
      return { key: "flaw.tooLong", values: { most: limits.patternValueLength } };
    if (runaways >= limits.runawayPatterns) return uncheckable;
    try {
      const given = Object.assign(sandbox, { pattern, value });
      const fits: unknown = script.runInContext(given, { timeout: limits.patternMs });
      if (fits === true) return null;
      return words ? { key: "flaw.format", values: { format: words } } : { key: "flaw.noFormat" };
    } catch {
      runaways += 1;
      return uncheckable;
    }
  };
}

/** The flaw of a value whose pattern cannot be judged in time. */
export const uncheckable: Saying = { key: "flaw.uncheckable" };
