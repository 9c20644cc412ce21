import { type Context, createContext, Script } from "node:vm";
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
 * Judges values by an integrator's own patterns: one that runs away is stopped after `limits.patternMs` of the
 * processor's time, and after `limits.runawayPatterns` of them in one form no further one is tried, for meanwhile nobody
 * else is served.
 */
export function openPatternCheck(): CheckPattern {
  const sandbox = createContext({ pattern: "", value: "" });
  let runaways = 0;
  return ({ pattern = "", words }, value) => {
    if (value.length > limits.patternValueLength)
      return { key: "flaw.tooLong", values: { most: limits.patternValueLength } };
    if (runaways >= limits.runawayPatterns) return uncheckable;
    try {
      if (judge(Object.assign(sandbox, { pattern, value }))) return null;
      return words ? { key: "flaw.format", values: { format: words } } : { key: "flaw.noFormat" };
    } catch {
      runaways += 1;
      return uncheckable;
    }
  };
}

/**
 * Whether the value fits. The engine's own bound is of the clock: on a busy machine it may pass while the pattern never
 * had the processor, and then it is tried again. Throws when the pattern runs away.
 */
function judge(given: Context): boolean {
  const start = process.threadCpuUsage();
  for (;;) {
    try {
      return script.runInContext(given, { timeout: limits.patternMs }) === true;
    } catch (error) {
      const { user, system } = process.threadCpuUsage(start);
      if ((user + system) / 1000 >= limits.patternMs) throw error;
    }
  }
}

/** The flaw of a value whose pattern cannot be judged in time. */
export const uncheckable: Saying = { key: "flaw.uncheckable" };
