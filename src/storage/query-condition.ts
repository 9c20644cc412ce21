// A query (base/query.ts) as a condition on rows.

import { type RawBuilder, type SqlBool, sql } from "kysely";
import { isJoined, isTurned, type Query } from "../base/query.ts";
import type { Created } from "../base/query-values.ts";
import { likeItself } from "../base/words.ts";

/** The condition that a row fits the query, made of those of its terms. */
export function conditionOf<Term extends object>(
  query: Query<Term>,
  conditionOfTerm: (term: Term) => RawBuilder<SqlBool>,
): RawBuilder<SqlBool> {
  if (isTurned(query)) return sql<SqlBool>`not (${conditionOf(query.of, conditionOfTerm)})`;
  if (!isJoined(query)) return conditionOfTerm(query);
  const each = query.of.map((one) => conditionOf(one, conditionOfTerm));
  if (each.length === 0) return query.kind === "and" ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`(${sql.join(each, query.kind === "and" ? sql` and ` : sql` or `)})`;
}

/** That a folded text stands in what a row says. */
export function says(said: RawBuilder<unknown>, text: string): RawBuilder<SqlBool> {
  // A pattern that is a bare parameter makes SQLite prepare the statement anew at each call.
  return sql<SqlBool>`${said} like '%' || ${likeItself(text)} || '%' escape '\\'`;
}

/** That a time, UTC milliseconds, is within the span. */
export function isWithin(time: RawBuilder<unknown>, { since, until }: Created): RawBuilder<SqlBool> {
  const from = since === null ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${time} >= ${since}`;
  return until === null ? from : sql<SqlBool>`${from} and ${time} < ${until}`;
}
