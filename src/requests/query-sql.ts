// A query as a condition on rows, and what of it an index can answer.

import { type RawBuilder, type SqlBool, sql } from "kysely";
import { conditionOf, isWithin, says } from "../storage/query-condition.ts";
import type { Store } from "../storage/store.ts";
import { sparedState } from "./groups.ts";
import type { Query, Term, TextField } from "./query.ts";
import { findByTemplate, findByWords } from "./search.ts";

/** The condition that the request of row `r` fits. A value, so that it is asked row by row and PostgreSQL begins with nothing else. */
export function fitsQuery(query: Query): RawBuilder<SqlBool> {
  if (!asksWords(query)) return conditionOf(query, conditionOfTerm);
  return sql<SqlBool>`coalesce((
    select case when ${conditionOf(query, conditionOfTerm)} then 1 else 0 end
    from request_words w where w.request_id = r.request_id), 0) = 1`;
}

function asksWords(query: Query): boolean {
  if (query.kind === "and" || query.kind === "or") return query.of.some(asksWords);
  if (query.kind === "not") return asksWords(query.of);
  return query.kind === "text";
}

function conditionOfTerm(term: Term): RawBuilder<SqlBool> {
  switch (term.kind) {
    case "text":
      return sayingOf(term);
    case "from":
      return isFrom(term);
    case "state":
      return sql`r.state = ${term.state}`;
    case "test":
      return sql`r.test_mode = 1`;
    case "template":
      return isMadeOf(term.id);
    case "waits_for":
      return waitsFor(term.email);
    case "created":
      return isWithin(sql.ref("r.created_at"), term);
  }
}

/** The characters of each field: where it begins, and where it ends. */
const places: Readonly<Record<Exclude<TextField, "any">, readonly [from: string | null, to: string]>> = {
  shown: [null, "metadata_end"],
  title: [null, "title_end"],
  subject: ["title_end", "subject_end"],
  message: ["subject_end", "message_end"],
  to: ["message_end", "to_end"],
  filename: ["to_end", "files_end"],
  metadata: ["files_end", "metadata_end"],
};

function sayingOf({ field, text, isWhole }: Extract<Query, { kind: "text" }>): RawBuilder<SqlBool> {
  const said = textOf(field);
  return isWhole ? says(sql`${"\n"} || ${said}`, `\n${text}\n`) : says(said, text);
}

function textOf(field: TextField): RawBuilder<string> {
  if (field === "any") return sql`w.words`;
  const [from, to] = places[field];
  const start = from === null ? sql`0` : sql`w.${sql.ref(from)}`;
  return sql`substr(w.words, ${start} + 1, w.${sql.ref(to)} - ${start})`;
}

function isFrom({ text, isWhole }: Extract<Term, { kind: "from" }>): RawBuilder<SqlBool> {
  const from = sql`lower(coalesce(r.requester_email, a.email))`;
  return sql`((
    select count(*) from accounts a
    where a.account_id = r.account_id and ${isWhole ? sql`${from} = ${text}` : says(from, text)}) > 0)`;
}

/** It is open, and this address is the next to sign or among them. */
function waitsFor(email: string): RawBuilder<SqlBool> {
  return sql`(r.state = 'awaiting' and (
    select count(*) from signatures s
    where s.request_id = r.request_id and s.state not in ('signed', ${sparedState}) and lower(s.email) = ${email}
      and coalesce(s.sign_order, 0) = (
        select min(coalesce(o.sign_order, 0)) from signatures o
        where o.request_id = r.request_id and o.state not in ('signed', ${sparedState}))) > 0)`;
}

function isMadeOf(templateId: string): RawBuilder<SqlBool> {
  return sql`((
    select count(*) from request_templates t where t.request_id = r.request_id and t.template_id = ${templateId}) > 0)`;
}

/** What must hold of every request that fits, where one condition says so. */
export type Musts = { readonly state: string | null; readonly since: number | null; readonly until: number | null };

/** Reads the state and the span of time that a query confines itself to. */
export function mustsOf(query: Query): Musts {
  const parts = query.kind === "and" ? query.of.map(mustsOf) : [];
  const own: Musts = {
    state: query.kind === "state" ? query.state : query.kind === "waits_for" ? "awaiting" : null,
    since: query.kind === "created" ? query.since : null,
    until: query.kind === "created" ? query.until : null,
  };
  const all = [own, ...parts];
  const sinces = all.flatMap(({ since }) => since ?? []);
  const untils = all.flatMap(({ until }) => until ?? []);
  return {
    state: all.find(({ state }) => state !== null)?.state ?? null,
    since: sinces.length === 0 ? null : Math.max(...sinces),
    until: untils.length === 0 ? null : Math.min(...untils),
  };
}

/**
 * The ids of requests among which are all that fit, where few requests say what the query asks for or are made of the template; null where
 * they are too many, or where no index can tell.
 */
export async function findCandidates(
  store: Pick<Store, "read" | "kind">,
  { accountId, query }: { readonly accountId: string; readonly query: Query },
): Promise<ReadonlySet<string> | null> {
  for (const templateId of templatesOf(query)) {
    const made = await findByTemplate(store, { accountId, templateId });
    if (made !== null) return new Set(made);
  }
  const words = wordsOf(query);
  const found = words.length === 0 ? null : await findByWords(store, { accountId, words });
  if (found !== null) return new Set(found);
  if (query.kind === "and") return firstFound(store, { accountId, of: query.of.filter(({ kind }) => kind === "or") });
  if (query.kind !== "or") return null;
  const all = new Set<string>();
  for (const one of query.of) {
    const some = await findCandidates(store, { accountId, query: one });
    if (some === null) return null;
    for (const id of some) all.add(id);
  }
  return all;
}

async function firstFound(
  store: Pick<Store, "read" | "kind">,
  { accountId, of }: { readonly accountId: string; readonly of: readonly Query[] },
): Promise<ReadonlySet<string> | null> {
  for (const query of of) {
    const some = await findCandidates(store, { accountId, query });
    if (some !== null) return some;
  }
  return null;
}

/** The templates that every request that fits is made of. */
function templatesOf(query: Query): readonly string[] {
  if (query.kind === "and") return [...new Set(query.of.flatMap(templatesOf))];
  return query.kind === "template" ? [query.id] : [];
}

/** What every request that fits says. */
function wordsOf(query: Query): readonly string[] {
  if (query.kind === "and") return [...new Set(query.of.flatMap(wordsOf))];
  if (query.kind === "waits_for") return [query.email];
  return query.kind === "text" ? [query.text] : [];
}
