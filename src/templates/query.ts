// The search of v3 (`query`) for templates. Contract: objects.md, List.

import { type RawBuilder, sql } from "kysely";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { foldText } from "../base/words.ts";

type Term =
  | { readonly field: "any" | "title" | "message" | "metadata" | "filename" | "owner"; readonly word: string }
  | { readonly field: "test_mode"; readonly is: boolean }
  /** UTC milliseconds: `from` counts, `until` does not. */
  | { readonly field: "created"; readonly from: number; readonly until: number };

/** Alternatives, each of terms that must all fit. */
export type TemplateQuery = readonly (readonly Term[])[];

/**
 * Reads a query: terms joined by AND, which may be left out, and OR, which binds less. A term is a word, a phrase in quotes, or
 * `field:` with one; `created` takes a day, a time or a range `[a TO b]` or `{a TO b}`. Null for an empty one. Throws `bad_request`.
 */
export function readTemplateQuery(text: string): TemplateQuery | null {
  if (text.length > limits.searchLength) throw wrong(`it may have at most ${limits.searchLength} characters`);
  const pieces = [...text.matchAll(/(?:(\w+):)?(?:"([^"]*)"|([[{][^\]}]*[\]}])|(\S+))/gu)];
  if (pieces.length > limits.searchWords) throw wrong(`it may have at most ${limits.searchWords} words`);
  const alternatives: Term[][] = [[]];
  for (const [whole, field, phrase, range, word] of pieces) {
    if (whole === "AND") continue;
    if (whole === "OR") alternatives.push([]);
    else alternatives.at(-1)?.push(readTerm(field ?? "any", phrase ?? range ?? word ?? ""));
  }
  const said = alternatives.filter((terms) => terms.length > 0);
  return said.length === 0 ? null : said;
}

function readTerm(field: string, value: string): Term {
  switch (field) {
    case "any":
    case "title":
    case "message":
    case "metadata":
    case "filename":
    case "owner":
      return { field, word: foldText(value) };
    case "test_mode":
      if (value !== "true" && value !== "false") throw wrong("test_mode is true or false");
      return { field, is: value === "true" };
    case "created":
      return { field, ...readRange(value) };
    default:
      throw wrong(
        `${field.slice(0, 100)} is not a field of templates: there are title, message, metadata, filename, owner, created and test_mode`,
      );
  }
}

function readRange(value: string): { readonly from: number; readonly until: number } {
  const range = /^([[{])\s*(\S+)\s+TO\s+(\S+)\s*[\]}]$/u.exec(value);
  if (range === null) return readTime(value);
  const [first, last] = [readTime(range[2] ?? ""), readTime(range[3] ?? "")];
  return range[1] === "[" ? { from: first.from, until: last.until } : { from: first.until, until: last.from };
}

/** A day is all of it, in UTC; a time is its second. */
function readTime(value: string): { readonly from: number; readonly until: number } {
  const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(value);
  const from = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/u.test(value)
    ? Date.parse(isDay || value.endsWith("Z") ? value : `${value}Z`)
    : Number.NaN;
  if (Number.isNaN(from))
    throw wrong("created is a day such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, or a range [a TO b]");
  return { from, until: from + (isDay ? 86_400_000 : 1000) };
}

function wrong(words: string) {
  return badRequest(`query not valid: ${words}`, "query");
}

/** The condition that a template `t`, made by `owner`, fits. */
export function hasWordsOf(query: TemplateQuery): RawBuilder<boolean> {
  const each = query.map((terms) => sql`(${sql.join(terms.map(fits), sql` and `)})`);
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}

function fits(term: Term): RawBuilder<unknown> {
  switch (term.field) {
    case "test_mode":
      return sql`t.test_mode = ${term.is ? 1 : 0}`;
    case "created":
      return sql`(t.created_at >= ${term.from} and t.created_at < ${term.until})`;
    case "owner":
      return contains(sql`lower(owner.email)`, term.word);
    case "any":
      return sql`(${sql.join(
        wordFields.map((field) => contains(wordsIn(field), term.word)),
        sql` or `,
      )})`;
    default:
      return contains(wordsIn(term.field), term.word);
  }
}

const wordFields = ["title", "message", "metadata", "filename"] as const;

function wordsIn(field: (typeof wordFields)[number]): RawBuilder<unknown> {
  return sql.ref(`t.${field}_words`);
}

function contains(text: RawBuilder<unknown>, word: string): RawBuilder<unknown> {
  return sql`${text} like '%' || ${word.replaceAll(/[\\%_]/g, "\\$&")} || '%' escape '\\'`;
}
