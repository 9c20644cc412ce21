import { runInNewContext } from "node:vm";
import { limits } from "../base/limits.ts";
import type { Validation } from "../documents/document.ts";

/**
 * Whether a value fits an integrator's own pattern, judged under a deadline: a pattern that runs away is stopped.
 * Null when it fits, else words.
 */
export function checkPatternBounded({ pattern = "", words }: Validation, value: string): string | null {
  if (value.length > limits.patternValueLength) return `Use at most ${limits.patternValueLength} characters.`;
  try {
    const fits: unknown = runInNewContext("new RegExp('^(?:' + pattern + ')$', 'u').test(value)", { pattern, value }, { timeout: limits.patternMs });
    return fits === true ? null : words || "This does not have the form that is asked for.";
  } catch {
    return "This could not be checked against the form that is asked for. Please ask the sender.";
  }
}
