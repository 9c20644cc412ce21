// The search language of v3 (contract: objects.md, section List): fields and bare words, joined by AND, OR, NOT and parentheses.

import { badRequest } from "./faults.ts";
import { limits } from "./limits.ts";
import type { Flaw, Written } from "./query-values.ts";

/** What is asked for: all of some queries, one of some, the contrary of one, or a term, whose `kind` is none of these. */
export type Query<Term> = Joined<Term> | Turned<Term> | Term;

type Joined<Term> = { readonly kind: "and" | "or"; readonly of: readonly Query<Term>[] };
type Turned<Term> = { readonly kind: "not"; readonly of: Query<Term> };

/** Asks for all there is. */
export const everything: Query<never> = Object.freeze({ kind: "and", of: [] });
/** Asks for what there is not. */
export const nothing: Query<never> = Object.freeze({ kind: "or", of: [] });

/** Whether a query is of several, joined by AND or OR. */
export function isJoined<Term extends object>(query: Query<Term>): query is Joined<Term> {
  return "kind" in query && (query.kind === "and" || query.kind === "or");
}

/** Whether a query asks for the contrary of one. */
export function isTurned<Term extends object>(query: Query<Term>): query is Turned<Term> {
  return "kind" in query && query.kind === "not";
}

/** What a term asks for; `field` null: it names none. */
export type ReadTerm<Term> = (term: { readonly field: string | null; readonly value: Written }) => Query<Term> | Flaw;

/**
 * Reads a query. Terms side by side must all hold, as with AND; AND binds closer than OR; NOT or `-` turns a term round; a field
 * before parentheses is that of all terms in them. Throws `bad_request` that names the place.
 */
export function readQuery<Term extends object>(text: string, readTerm: ReadTerm<Term>): Query<Term> {
  if (text.length > limits.queryLength)
    throw badRequest(`query not valid: it may have at most ${limits.queryLength} characters.`, "query");
  const reading: Reading<Term> = { text, readTerm, at: 0, terms: 0, depth: 0 };
  skipSpace(reading);
  if (isDone(reading)) return everything;
  const query = readEither(reading, null);
  if (!isDone(reading)) throw flawAt(reading, "this parenthesis closes nothing");
  return query;
}

/** How far the text is read. */
type Reading<Term> = Place & {
  readonly readTerm: ReadTerm<Term>;
  terms: number;
  depth: number;
};

type Place = { readonly text: string; at: number };

type Field = string | null;

function readEither<Term extends object>(reading: Reading<Term>, field: Field): Query<Term> {
  const of = [readAll(reading, field)];
  while (takeWord(reading, "OR")) of.push(readAll(reading, field));
  return joined("or", of);
}

function readAll<Term extends object>(reading: Reading<Term>, field: Field): Query<Term> {
  const of = [readTurned(reading, field)];
  for (;;) {
    if (takeWord(reading, "AND")) of.push(readTurned(reading, field));
    else if (isDone(reading) || peek(reading) === ")" || isWord(reading, "OR")) return joined("and", of);
    else of.push(readTurned(reading, field));
  }
}

function joined<Term>(kind: "and" | "or", of: readonly Query<Term>[]): Query<Term> {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind, of };
}

function readTurned<Term extends object>(reading: Reading<Term>, field: Field): Query<Term> {
  if (takeWord(reading, "NOT") || takeMinus(reading)) {
    reading.terms += 1;
    refuseMany(reading);
    return { kind: "not", of: readTurned(reading, field) };
  }
  return readOne(reading, field);
}

function readOne<Term extends object>(reading: Reading<Term>, outer: Field): Query<Term> {
  for (const word of ["AND", "OR"])
    if (isWord(reading, word)) throw flawAt(reading, `${word} must stand between two terms`);
  if (isDone(reading)) throw flawAt(reading, "a term is missing");
  if (peek(reading) === ")") throw flawAt(reading, "a term is missing before this parenthesis");
  const start = reading.at;
  const field = readField(reading) ?? outer;
  if (peek(reading) === "(") return readGroup(reading, field);
  reading.terms += 1;
  refuseMany(reading);
  const value = readValue(reading);
  const term = reading.readTerm({ field, value });
  if ("flaw" in term) throw flawAt({ ...reading, at: start }, term.flaw);
  skipSpace(reading);
  return term;
}

function readGroup<Term extends object>(reading: Reading<Term>, field: Field): Query<Term> {
  const start = reading.at;
  reading.depth += 1;
  if (reading.depth > limits.queryDepth)
    throw flawAt(reading, `parentheses may stand in each other at most ${limits.queryDepth} deep`);
  reading.at += 1;
  skipSpace(reading);
  const query = readEither(reading, field);
  if (peek(reading) !== ")") throw flawAt({ ...reading, at: start }, "this parenthesis is not closed");
  reading.at += 1;
  reading.depth -= 1;
  skipSpace(reading);
  return query;
}

function refuseMany(reading: Reading<unknown>): void {
  if (reading.terms > limits.queryTerms) throw flawAt(reading, `a query may have at most ${limits.queryTerms} terms`);
}

/** The name before a colon, if there is one. */
function readField(reading: Place): string | null {
  const [whole, name = ""] = matchAt(reading, /([A-Za-z_]+):/y) ?? [];
  if (whole === undefined) return null;
  reading.at += whole.length;
  if (isDone(reading) || /[\s)]/u.test(peek(reading))) throw flawAt(reading, `${name}: has no value`);
  return name;
}

function readValue(reading: Place): Written {
  const first = peek(reading);
  if (first === '"') return { kind: "text", text: readPhrase(reading), isPhrase: true };
  if (first === "[" || first === "{") return readRange(reading);
  return { kind: "text", text: readWord(reading), isPhrase: false };
}

function readPhrase(reading: Place): string {
  const [whole, inside = ""] = matchAt(reading, /"((?:[^"\\]|\\.)*)"/suy) ?? [];
  if (whole === undefined) throw flawAt(reading, "this quotation mark is not closed");
  reading.at += whole.length;
  return inside.replaceAll(/\\(.)/gsu, "$1");
}

function readRange(reading: Place): Written {
  const shape = /([[{])\s*(\S+)\s+TO\s+([^\s\]}]+)\s*([\]}])/uy;
  const [whole, open = "", from = "", to = "", close = ""] = matchAt(reading, shape) ?? [];
  if (whole === undefined) throw flawAt(reading, "a range is written [from TO to] or {from TO to}");
  reading.at += whole.length;
  return { kind: "range", from, to, open, close };
}

/** A word parts are found of anyway, so a star at its end says nothing new; elsewhere it cannot be asked for. */
function readWord(reading: Place): string {
  const [whole = ""] = matchAt(reading, /(?:[^\s()"\\]|\\.)+/suy) ?? [];
  if (whole === "") throw flawAt(reading, "a term is missing");
  const word = whole.replace(/(?<!\\)\*$/u, "");
  const star = word.replaceAll(/\\./gsu, "__").indexOf("*");
  if (star !== -1 || word === "")
    throw flawAt({ ...reading, at: reading.at + Math.max(0, star) }, "a * may only stand at the end of a word");
  reading.at += whole.length;
  return word.replaceAll(/\\(.)/gsu, "$1").replace(/\\$/u, "");
}

/** A minus before a term; one that stands alone is a word. */
function takeMinus(reading: Place): boolean {
  if (matchAt(reading, /-(?=[^\s)])/uy) === null) return false;
  reading.at += 1;
  return true;
}

function isWord(reading: Place, word: string): boolean {
  return (
    reading.text.startsWith(word, reading.at) && /^(?:[\s(]|$)/u.test(reading.text.slice(reading.at + word.length))
  );
}

function takeWord(reading: Place, word: string): boolean {
  if (!isWord(reading, word)) return false;
  reading.at += word.length;
  skipSpace(reading);
  return true;
}

function matchAt({ text, at }: Place, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function peek({ text, at }: Place): string {
  return text.charAt(at);
}

function isDone({ text, at }: Place): boolean {
  return at >= text.length;
}

function skipSpace(reading: Place): void {
  const [space = ""] = matchAt(reading, /\s+/uy) ?? [];
  reading.at += space.length;
}

function flawAt({ text, at }: Place, words: string): Error {
  const near = text.slice(at, at + 20).trim();
  const place = near === "" ? "at its end" : `at character ${at + 1}, "${near}"`;
  return badRequest(`query not valid ${place}: ${words}.`, "query");
}
