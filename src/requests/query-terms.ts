// What one term of a query asks for: its field and its value, read.

import { foldText } from "../base/words.ts";

/** Where the texts of a request are looked for; `any`: wherever it says something. */
export type TextField = "any" | "title" | "subject" | "message" | "to" | "filename" | "metadata";

/** What a query asks of a request. */
export type Query =
  | { readonly kind: "and" | "or"; readonly of: readonly Query[] }
  | { readonly kind: "not"; readonly of: Query }
  /** The folded text is part of what stands in the field; `isWhole`: it is a line of it. */
  | { readonly kind: "text"; readonly field: TextField; readonly text: string; readonly isWhole: boolean }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "test" }
  /** It is made of the template of this id. */
  | { readonly kind: "template"; readonly id: string }
  /** It waits for the signature of this folded address. */
  | { readonly kind: "waits_for"; readonly email: string }
  /** Made at `since` or later, and before `until`: UTC milliseconds. */
  | { readonly kind: "created"; readonly since: number | null; readonly until: number | null };

/** Every request. */
export const everything: Query = Object.freeze({ kind: "and", of: [] });
/** No request at all. */
const nothing: Query = Object.freeze({ kind: "or", of: [] });

/** Who asks: `me` is their address. */
export type Asker = { readonly email: string };

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

const textFields: ReadonlyMap<string, TextField> = new Map([
  ["title", "title"],
  ["subject", "subject"],
  ["message", "message"],
  ["filename", "filename"],
  ["metadata", "metadata"],
]);

const flags = ["complete", "declined", "test_mode", "awaiting_my_signature"] as const;

/** The fields that a query may name. */
const queryFields: readonly string[] = [...textFields.keys(), "to", "from", "template", "created", ...flags];

/** What a term asks for; `field` null: it names none. */
export function readTerm(
  { field, value }: { readonly field: string | null; readonly value: Written },
  asker: Asker,
): Query | Flaw {
  if (value.kind === "range")
    return field === "created"
      ? rangeOfTime(value)
      : { flaw: `only created takes a range, ${field ?? "a word"} does not` };
  if (field === "created") return timeOf(value.text);
  const flag = flags.find((one) => one === field);
  if (flag !== undefined) return flagOf({ flag, text: value.text }, asker);
  const text = foldText(value.text).replaceAll(/\s+/gu, " ").trim();
  if (text === "") return { flaw: "there is nothing to look for" };
  const isMe = text === "me" && !value.isPhrase;
  const me = foldText(asker.email);
  switch (field) {
    case null:
      return me.includes(text) ? everything : { kind: "text", field: "any", text, isWhole: false };
    case "from":
      return isMe || me.includes(text) ? everything : nothing;
    case "to":
      return { kind: "text", field: "to", text: isMe ? me : text, isWhole: isMe };
    case "template":
      return { kind: "template", id: text };
    default: {
      const known = textFields.get(field);
      if (known === undefined)
        return { flaw: `there is no field "${field}"; the fields are ${queryFields.join(", ")}` };
      return { kind: "text", field: known, text, isWhole: false };
    }
  }
}

type FlagTerm = { readonly flag: (typeof flags)[number]; readonly text: string };

function flagOf({ flag, text }: FlagTerm, { email }: Asker): Query | Flaw {
  const value = text.toLowerCase();
  if (value !== "true" && value !== "false") return { flaw: `${flag} must be true or false` };
  const is = flagQuery(flag, email);
  return value === "true" ? is : { kind: "not", of: is };
}

function flagQuery(flag: FlagTerm["flag"], email: string): Query {
  if (flag === "test_mode") return { kind: "test" };
  if (flag === "awaiting_my_signature") return { kind: "waits_for", email: foldText(email) };
  return { kind: "state", state: flag };
}

/** A moment with the length of what names it: a day, a minute, a second. */
type Span = { readonly since: number; readonly until: number };

const [second, minute, day] = [1000, 60_000, 86_400_000];

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

const timeShape = "a date such as 2026-05-31, or a time such as 2026-05-31T14:00";

function timeOf(text: string): Query | Flaw {
  const span = spanOf(text);
  return span === null
    ? { flaw: `created must be ${timeShape}, or a range [from TO to]` }
    : { kind: "created", ...span };
}

/** Square brackets take the ends in, curly ones leave them out; `*` is no end. */
function rangeOfTime({ from, to, open, close }: Extract<Written, { kind: "range" }>): Query | Flaw {
  const [first, last] = [spanOf(from), spanOf(to)];
  if ((first === null && from !== "*") || (last === null && to !== "*"))
    return { flaw: `each end of the range must be ${timeShape}, or *` };
  return {
    kind: "created",
    since: first && (open === "[" ? first.since : first.until),
    until: last && (close === "]" ? last.until : last.since),
  };
}
