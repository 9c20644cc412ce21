/**
 * Which fields are there while others are answered so or so (`form_field_rules`). The page asks at every keystroke and the
 * server asks again at finish, so this file runs in both: it touches nothing of Node's or the browser's.
 */
import { limits } from "../base/limits.ts";
import type { AnswerValue, Condition } from "../documents/document.ts";

/** The part of a field that decides whether it is there. */
export type Conditional = { readonly apiId: string; readonly type: string; readonly condition?: Condition };

/** Whether a whole text fits a pattern. */
export type Matches = (pattern: string, text: string) => boolean;

type Asked = {
  readonly answers: Readonly<Record<string, AnswerValue>>;
  /** The server gives one with a deadline, for patterns come from senders. */
  readonly matches?: Matches;
};

/**
 * The fields that are there while these are the answers, in their order. A condition on a field that is itself not there
 * finds it unanswered. The caller's fields hold no circle of conditions: intake refuses one.
 */
export function shownFields<F extends Conditional>(
  fields: readonly F[],
  { answers, matches = matchesPattern }: Asked,
): readonly F[] {
  if (!fields.some(({ condition }) => condition)) return fields;
  const byId = new Map(fields.map((field) => [field.apiId, field]));
  const known = new Map<string, boolean>();

  const isShown = ({ apiId, condition }: Conditional): boolean => {
    if (!condition) return true;
    const before = known.get(apiId);
    if (before !== undefined) return before;
    const trigger = byId.get(condition.field);
    const answer = trigger && isShown(trigger) ? answers[condition.field] : undefined;
    const shown = isMet(condition, { text: textOf(trigger?.type, answer), matches }) !== condition.hides;
    known.set(apiId, shown);
    return shown;
  };
  return fields.filter(isShown);
}

/** What a condition compares: "1" and "0" for ticked and not, also where nobody has touched it; else the text, empty where there is none. */
function textOf(type: string | undefined, answer: AnswerValue | undefined): string {
  if (type === "checkbox" || type === "radio") return answer === true ? "1" : "0";
  return typeof answer === "string" ? answer : "";
}

function isMet(
  { operator, values }: Condition,
  { text, matches }: { readonly text: string; readonly matches: Matches },
): boolean {
  if (operator === "match") return matches(values[0] ?? "", text);
  return values.includes(text) === (operator === "is" || operator === "any");
}

/** Whether the whole text fits. A text beyond `limits.patternValueLength`, or a pattern that is none, does not. */
function matchesPattern(pattern: string, text: string): boolean {
  if (text.length > limits.patternValueLength) return false;
  return compilePattern(pattern)?.test(text) ?? false;
}

/** Patterns come from senders: the strict dialect knows \p{…}, the old one forgives stray escapes. Null: it is none. */
export function compilePattern(pattern: string): RegExp | null {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(`^(?:${pattern})$`, flags);
    } catch {
      // Not in this dialect: the next one, or none.
    }
  }
  return null;
}
