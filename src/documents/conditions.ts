import { limits } from "../base/limits.ts";
import type { Condition } from "./document.ts";

/** Which operators a kind of field answers to (contract: form-fields.md, Rules). */
export const operatorsOf: ReadonlyMap<string, readonly Condition["operator"][]> = new Map([
  ["text", ["is", "not", "match"]],
  ["dropdown", ["is", "not", "any", "none"]],
  ["checkbox", ["is", "not"]],
  ["radio", ["is", "not"]],
]);

/** Whether a text is a regular expression, without slashes around it, that is short enough to be kept. */
export function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return text.length <= limits.patternLength;
  } catch {
    return false;
  }
}
