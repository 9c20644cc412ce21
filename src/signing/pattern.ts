import { createContext, Script } from "node:vm";
import { limits } from "../base/limits.ts";
import type { Validation } from "../documents/document.ts";

// The strict dialect knows \p{…}, the old one forgives stray escapes; a pattern that is none accepts everything, as in the page.
const script = new Script(`{
  const compile = (flags) => { try { return new RegExp("^(?:" + pattern + ")$", flags); } catch { return null; } };
  const whole = compile("u") ?? compile("");
  whole === null || whole.test(value);
}`);

/** Null when the value fits the pattern, else words. */
export type CheckPattern = (validation: Validation, value: string) => string | null;

/**
 * Judges values by an integrator's own patterns: a pattern that runs away is stopped after `limits.patternMs`, and all of one
 * form have `limits.patternsMs` together, for meanwhile nobody else is served.
 */
export function openPatternCheck(): CheckPattern {
  const sandbox = createContext({ pattern: "", value: "" });
  let left: number = limits.patternsMs;
  return ({ pattern = "", words }, value) => {
    if (value.length > limits.patternValueLength) return `Use at most ${limits.patternValueLength} characters.`;
    const startedAt = performance.now();
    const timeout = Math.ceil(Math.min(left, limits.patternMs));
    if (timeout <= 0) return uncheckable;
    try {
      const fits: unknown = script.runInContext(Object.assign(sandbox, { pattern, value }), { timeout });
      return fits === true ? null : words ? `Use this format: ${words}` : "This is not in the expected format.";
    } catch {
      return uncheckable;
    } finally {
      left -= performance.now() - startedAt;
    }
  };
}

const uncheckable = "This could not be checked against the form that is asked for. Please ask the sender.";
