// Values as a query says them (contract: objects.md, section List): texts, truths, moments and spans of time.

import { day, minute, second } from "./units.ts";
import { foldText } from "./words.ts";

/** A value as it was written: a word or a phrase, or a range. */
export type Written =
  | { readonly kind: "text"; readonly text: string; readonly isPhrase: boolean }
  | {
      readonly kind: "range";
      readonly from: string;
      readonly to: string;
      readonly open: string;
      readonly close: string;
    };

/** A term that cannot be asked for: why, in words. */
export type Flaw = { readonly flaw: string };

/** Made at `since` or later, and before `until`: UTC milliseconds. */
export type Created = { readonly kind: "created"; readonly since: number | null; readonly until: number | null };

/** The text to look for, folded, on one line. */
export function readText({ text }: Extract<Written, { kind: "text" }>): string | Flaw {
  const folded = foldText(text).replaceAll(/\s+/gu, " ").trim();
  return folded === "" ? { flaw: "there is nothing to look for" } : folded;
}

/** Whether a field that is true or false is asked to be true. */
export function readTruth(field: string, { text }: Extract<Written, { kind: "text" }>): boolean | Flaw {
  const value = foldText(text).trim();
  return value === "true" || value === "false" ? value === "true" : { flaw: `${field} must be true or false` };
}

/** Why a field takes no range. */
export function noRange(field: string | null): Flaw {
  return { flaw: `only created takes a range, ${field ?? "a word"} does not` };
}

/** Why there is no such field. */
export function noField(field: string, fields: readonly string[]): Flaw {
  return { flaw: `there is no field "${field}"; the fields are ${fields.join(", ")}` };
}

const timeShape = "a date such as 2026-05-31, or a time such as 2026-05-31T14:00";

/** When something was made: a day, a minute or a second, in UTC or in the zone that is said, or a range of these. */
export function readCreated(value: Written): Created | Flaw {
  if (value.kind === "range") return readRange(value);
  const span = spanOf(value.text);
  return span === null
    ? { flaw: `created must be ${timeShape}, or a range [from TO to]` }
    : { kind: "created", ...span };
}

/** Square brackets take the ends in, curly ones leave them out; `*` is no end. */
function readRange({ from, to, open, close }: Extract<Written, { kind: "range" }>): Created | Flaw {
  const [first, last] = [spanOf(from), spanOf(to)];
  if ((first === null && from !== "*") || (last === null && to !== "*"))
    return { flaw: `each end of the range must be ${timeShape}, or *` };
  return {
    kind: "created",
    since: first && (open === "[" ? first.since : first.until),
    until: last && (close === "]" ? last.until : last.since),
  };
}

/** A moment with the length of what names it: a day, a minute, a second. */
type Span = { readonly since: number; readonly until: number };

function spanOf(text: string): Span | null {
  const shape = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text);
  if (!shape) return null;
  const [, date = "", time, seconds, zone] = shape;
  const at = Date.parse(time === undefined ? `${date}T00:00Z` : `${date}T${time}${seconds ?? ""}${zone ?? "Z"}`);
  // A day that no month has is read as one of the next month.
  const isDay = new Date(Date.parse(`${date}T00:00Z`) || 0).toISOString().startsWith(date);
  if (Number.isNaN(at) || !isDay) return null;
  const length = time === undefined ? day : seconds === undefined ? minute : second;
  return { since: at, until: at + length };
}
