// Requests by their words: a condition on rows of which there are few, and an index for words that few requests have.

import { type RawBuilder, sql } from "kysely";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { trigramNumber, trigramsOf, wordsIn } from "../base/words.ts";
import { says } from "../storage/query-condition.ts";
import type { Store } from "../storage/store.ts";

/** The words of a text that somebody searches for, each to be found. Throws `bad_request` for too long a text, and for too many words. */
export function readSearch(text: string): readonly string[] {
  const { searchLength: length, searchWords: most } = limits;
  if (text.length > length) throw badRequest(`text not valid: it may have at most ${length} characters.`, "text");
  const words = wordsIn(text);
  if (words.length > most) throw badRequest(`text not valid: it may have at most ${most} words.`, "text");
  return words;
}

/**
 * The condition that the request of this id is of this account, not destroyed, and has every one of the folded words, each as part of what it says. Asked
 * as a value, and so row by row: as an `exists` PostgreSQL may begin with all the words there are.
 */
export function saysWords(
  requestId: RawBuilder<unknown>,
  { account, words }: { readonly account: RawBuilder<unknown>; readonly words: readonly string[] },
): RawBuilder<boolean> {
  return sql<boolean>`coalesce((
    select ${hasWords(words)} from request_words w
    where w.request_id = ${requestId} and w.account_id = ${account}), 1 = 0)`;
}

/** On rows `w` of the words. */
function hasWords(words: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(
    words.map((word) => says(sql`w.words`, word)),
    sql` and `,
  )})`;
}

/** Whose requests are looked up by which folded words; not more than `most`, among not more than `candidates` that the index names. */
export type Lookup = {
  readonly accountId: string;
  readonly words: readonly string[];
  readonly most?: number;
  readonly candidates?: number;
};

/**
 * The ids of all requests of an account that have every one of the words; null where they are too many, and where no word is long
 * enough for the index, which takes three characters.
 */
export async function findByWords(
  { read, kind }: Pick<Store, "read" | "kind">,
  { accountId, words, most = limits.searchRequests, candidates = limits.searchCandidates }: Lookup,
): Promise<readonly string[] | null> {
  const trigrams = someOf([...new Set(words.flatMap(trigramsOf))]);
  if (trigrams.length === 0) return null;
  const named = kind === "sqlite" ? namedInSqlite(trigrams) : namedInPostgres(trigrams);
  // A limit that is a bare parameter makes SQLite prepare the statement anew at each call: hence the casts.
  const { rows } = await sql<{ request_id: string | null; named: number }>`
    with named as materialized (
      select w.request_id, case when w.account_id = ${accountId} and ${hasWords(words)} then 1 else 0 end as fits
      ${named} limit cast(${candidates} as integer)),
    fitting as (select request_id from named where fits = 1 limit cast(${most + 1} as integer))
    select request_id, 0 as named from fitting
    union all select null, count(*) from named`.execute(read);
  const ids = rows.flatMap(({ request_id: id }) => (id === null ? [] : [id]));
  const seen = Number(rows.find((row) => row.request_id === null)?.named ?? 0);
  return seen >= candidates || ids.length > most ? null : ids;
}

/** The ids of all requests of an account that are made of a template; null where they are too many. */
export async function findByTemplate(
  { read }: Pick<Store, "read">,
  { accountId, templateId }: { readonly accountId: string; readonly templateId: string },
): Promise<readonly string[] | null> {
  const rows = await read
    .selectFrom("request_templates")
    .select("request_id")
    .where("account_id", "=", accountId)
    .where("template_id", "=", templateId)
    .limit(limits.searchCandidates + 1)
    .execute();
  return rows.length > limits.searchCandidates ? null : rows.map(({ request_id: id }) => id);
}

/** FTS5 reads its lists side by side, and stops at the limit. */
function namedInSqlite(trigrams: readonly string[]): RawBuilder<unknown> {
  const query = trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(" AND ");
  return sql`
    from request_words_index f cross join request_words w on w.word_key = f.rowid
    where request_words_index match ${query}`;
}

function namedInPostgres(trigrams: readonly string[]): RawBuilder<unknown> {
  const numbers = `{${[...new Set(trigrams.map(trigramNumber))].join(",")}}`;
  return sql`from request_words w where w.trigrams @> ${numbers}::integer[]`;
}

/** Of very many as many as are looked up, from all over the text. */
function someOf(trigrams: readonly string[]): readonly string[] {
  const every = Math.max(1, Math.ceil(trigrams.length / limits.searchTrigrams));
  return trigrams.filter((_, at) => at % every === 0);
}
