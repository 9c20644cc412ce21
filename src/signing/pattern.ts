import { runInNewContext } from "node:vm";
import { limits } from "../base/limits.ts";
import type { Validation } from "../documents/document.ts";

// The strict dialect knows \p{…}, the old one forgives stray escapes; a pattern that is none accepts everything, as in the page.
const source = `
  const compile = (flags) => { try { return new RegExp("^(?:" + pattern + ")$", flags); } catch { return null; } };
  const whole = compile("u") ?? compile("");
  whole === null || whole.test(value)`;

/**
 * Whether a value fits an integrator's own pattern, judged under a deadline: a pattern that runs away is stopped.
 * Null when it fits, else words.
 */
export function checkPatternBounded({ pattern = "", words }: Validation, value: string): string | null {
  if (value.length > limits.patternValueLength) return `Use at most ${limits.patternValueLength} characters.`;
  try {
    const fits: unknown = runInNewContext(source, { pattern, value }, { timeout: limits.patternMs });
    return fits === true ? null : words ? `Use this format: ${words}` : "This is not in the expected format.";
  } catch {
    return "This could not be checked against the form that is asked for. Please ask the sender.";
  }
}
