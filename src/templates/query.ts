// What a query asks of templates.

import { type RawBuilder, type SqlBool, sql } from "kysely";
import { type Query, readQuery } from "../base/query.ts";
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
import { conditionOf, isWithin, says } from "../storage/query-condition.ts";

const wordFields = ["title", "message", "metadata", "filename"] as const;
const textFields = [...wordFields, "owner"] as const;
const queryFields: readonly string[] = [...textFields, "created", "test_mode"];

type Term =
  /** The folded text is part of what stands in the field; `any`: in one of those that say what it is. */
  | { readonly kind: "text"; readonly field: "any" | (typeof textFields)[number]; readonly text: string }
  | { readonly kind: "test" }
  /** This account has made it. */
  | { readonly kind: "made_by"; readonly accountId: string }
  | Created;

/** What a query asks of a template. */
export type TemplateQuery = Query<Term>;

/** Whose templates are searched: `owner:me` is theirs. */
export type TemplateAsker = { readonly accountId: string };

/** Reads a query for templates. Throws `bad_request` that names the place. */
export function readTemplateQuery(text: string, asker: TemplateAsker): TemplateQuery {
  return readQuery<Term>(text, (term) => readTerm(term, asker));
}

function readTerm(
  { field, value }: { readonly field: string | null; readonly value: Written },
  { accountId }: TemplateAsker,
): TemplateQuery | Flaw {
  if (field === "created") return readCreated(value);
  if (value.kind === "range") return noRange(field);
  if (field === "test_mode") {
    const is = readTruth(field, value);
    if (typeof is === "object") return is;
    return is ? { kind: "test" } : { kind: "not", of: { kind: "test" } };
  }
  const text = readText(value);
  if (typeof text === "object") return text;
  if (field === null) return { kind: "text", field: "any", text };
  if (field === "owner" && text === "me" && !value.isPhrase) return { kind: "made_by", accountId };
  const known = textFields.find((one) => one === field);
  return known === undefined ? noField(field, queryFields) : { kind: "text", field: known, text };
}

/** The condition that a template `t`, made by `owner`, fits. */
export function fitsQuery(query: TemplateQuery): RawBuilder<SqlBool> {
  return conditionOf(query, conditionOfTerm);
}

function conditionOfTerm(term: Term): RawBuilder<SqlBool> {
  switch (term.kind) {
    case "test":
      return sql`t.test_mode = 1`;
    case "made_by":
      return sql`t.account_id = ${term.accountId}`;
    case "created":
      return isWithin(sql.ref("t.created_at"), term);
    case "text":
      return saysIn(term);
  }
}

function saysIn({ field, text }: Extract<Term, { kind: "text" }>): RawBuilder<SqlBool> {
  if (field === "owner") return says(sql`lower(owner.email)`, text);
  if (field !== "any") return says(wordsIn(field), text);
  const each = wordFields.map((one) => says(wordsIn(one), text));
  return sql`(${sql.join(each, sql` or `)})`;
}

function wordsIn(field: (typeof wordFields)[number]): RawBuilder<unknown> {
  return sql.ref(`t.${field}_words`);
}
