// What a query asks of requests, term by term.

import { everything, nothing, type Query as QueryOf, readQuery as readQueryOf } from "../base/query.ts";
import {
  type Created,
  type Flaw,
  noField,
  noRange,
  readCreated,
  readText,
  readTruth,
  type Written,
} from "../base/query-values.ts";
import { foldText } from "../base/words.ts";

/** Where the texts of a request are looked for; `any`: wherever it says something, `shown`: where it says something to its signers. */
export type TextField = "any" | "shown" | "title" | "subject" | "message" | "to" | "filename" | "metadata";

/** What a query asks of a request. */
export type Query = QueryOf<Term>;

/** What a term asks of a request. */
export type Term =
  /** The folded text is part of what stands in the field; `isWhole`: it is a line of it. */
  | { readonly kind: "text"; readonly field: TextField; readonly text: string; readonly isWhole: boolean }
  /** The folded text is part of the address of who asks, or all of it. */
  | { readonly kind: "from"; readonly text: string; readonly isWhole: boolean }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "test" }
  /** It is made of the template of this id. */
  | { readonly kind: "template"; readonly id: string }
  /** It waits for the signature of this folded address. */
  | { readonly kind: "waits_for"; readonly email: string }
  | Created;

/** Who asks: `me` is their address. `isSigner`: for requests that they have received, and not for those that they have sent. */
export type Asker = { readonly email: string; readonly isSigner?: boolean };

/** Reads a query for requests. Throws `bad_request` that names the place. */
export function readQuery(text: string, asker: Asker): Query {
  return readQueryOf<Term>(text, (term) => readTerm(term, asker));
}

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

function readTerm(
  { field, value }: { readonly field: string | null; readonly value: Written },
  asker: Asker,
): Query | Flaw {
  if (field === "created") return readCreated(value);
  if (value.kind === "range") return noRange(field);
  const flag = flags.find((one) => one === field);
  if (flag !== undefined) {
    const is = readTruth(flag, value);
    return typeof is === "object" ? is : flagQuery({ flag, is }, asker);
  }
  const text = readText(value);
  if (typeof text === "object") return text;
  const isMe = text === "me" && !value.isPhrase;
  const me = foldText(asker.email);
  if (asker.isSigner === true) {
    const from: Term = { kind: "from", text: isMe ? me : text, isWhole: isMe };
    if (field === "from") return from;
    if (field === null)
      return {
        kind: "or",
        of: [
          { ...from, text, isWhole: false },
          { kind: "text", field: "shown", text, isWhole: false },
        ],
      };
  }
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
      return known === undefined ? noField(field, queryFields) : { kind: "text", field: known, text, isWhole: false };
    }
  }
}

type Flagged = { readonly flag: (typeof flags)[number]; readonly is: boolean };

function flagQuery({ flag, is }: Flagged, { email }: Asker): Query {
  const asked = termOf(flag, email);
  return is ? asked : { kind: "not", of: asked };
}

function termOf(flag: Flagged["flag"], email: string): Term {
  if (flag === "test_mode") return { kind: "test" };
  if (flag === "awaiting_my_signature") return { kind: "waits_for", email: foldText(email) };
  return { kind: "state", state: flag };
}
