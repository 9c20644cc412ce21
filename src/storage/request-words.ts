// The words by which requests are found, as rows: one for each request that is not destroyed. requests/words.ts says when they are written.

import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { slices } from "../base/slices.ts";
import { foldText, trigramNumber, trigramsOf } from "../base/words.ts";
import type { RequestWordsRow } from "./request-tables.ts";
import type { Db, Store } from "./store.ts";

/** Where the words are written: an open transaction. */
export type WordsGround = { readonly tx: Db; readonly kind: Store["kind"] };

/** What is said of a request and can be searched. */
export type RequestFacts = {
  readonly requestId: string;
  readonly accountId: string;
  readonly title: string;
  readonly subject: string | null;
  readonly message: string | null;
  readonly signers: readonly { readonly name: string; readonly email: string }[];
  readonly cc: readonly string[];
  readonly files: readonly string[];
  readonly errorMessage: string | null;
  /** What its events say beside their types. */
  readonly messages: readonly string[];
  /** Its values are searched, their names are not. */
  readonly metadata: unknown;
};

/** Writes the words of requests over those that were kept of them. */
export async function writeWords(ground: WordsGround, requests: readonly RequestFacts[]): Promise<void> {
  for (const some of slices(requests, limits.rowsPerInsert)) await askWords(ground.kind, some).execute(ground.tx);
}

/** The statement that does so for some requests, each named once; for one at least, for `rowsPerInsert` at most. */
export function askWords(kind: Store["kind"], requests: readonly RequestFacts[]): RawBuilder<unknown> {
  const rows = requests.map((facts) => rowOf(facts, kind));
  const names = Object.keys(rows[0] ?? {});
  const kept = names.filter((name) => name !== "request_id" && name !== "account_id");
  const compared = kept.filter((name) => name !== "trigrams");
  return sql`
    insert into request_words (${sql.join(names.map((name) => sql.ref(name)))})
    values ${sql.join(rows.map((row) => sql`(${sql.join(Object.values(row))})`))}
    on conflict (request_id) do update
    set ${sql.join(kept.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`))}
    where ${sql.join(
      compared.map((name) => sql`request_words.${sql.ref(name)} <> excluded.${sql.ref(name)}`),
      sql` or `,
    )}`;
}

function rowOf(facts: RequestFacts, kind: Store["kind"]): Readonly<Record<string, unknown>> {
  const { words, ends } = textOf(facts);
  const row = { request_id: facts.requestId, account_id: facts.accountId, words, ...ends };
  if (kind === "sqlite") return row;
  const trigrams = new Set(trigramsOf(words).map(trigramNumber));
  return { ...row, trigrams: sql`${`{${[...trigrams].join(",")}}`}::integer[]` };
}

type Ends = Pick<
  RequestWordsRow,
  "title_end" | "subject_end" | "message_end" | "to_end" | "files_end" | "metadata_end"
>;

/** Section by section, each fact on a line of its own: a word that is searched for never reaches across two. */
function textOf(facts: RequestFacts): { readonly words: string; readonly ends: Ends } {
  const { title, subject, message, signers, cc, files, errorMessage, messages, metadata } = facts;
  let words = "";
  let length = 0;
  const add = (lines: readonly (string | null)[]): number => {
    const said = new Set(lines.map((line) => foldText(line ?? "").replaceAll("\n", " ")));
    const room = Math.max(0, limits.requestWordsLength - length);
    const section = [...[...said].map((line) => (line === "" ? "" : `${line}\n`)).join("")].slice(0, room);
    words += section.join("");
    length += section.length;
    return length;
  };
  const ends = {
    title_end: add([title]),
    subject_end: add([subject]),
    message_end: add([message]),
    to_end: add(signers.flatMap(({ name, email }) => [name, email])),
    files_end: add(files),
    metadata_end: add(valuesIn(metadata)),
  };
  add([errorMessage, ...messages, ...cc]);
  return { words, ends };
}

function valuesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : [];
}

/** Reads what requests say now, and writes it; destroyed ones are passed by. `messages` are those of events not written yet. */
export async function rememberRequests(
  ground: WordsGround,
  { ids, messages = [] }: { readonly ids: readonly string[]; readonly messages?: readonly string[] },
): Promise<void> {
  if (ids.length === 0) return;
  const { tx } = ground;
  const requests = await tx
    .selectFrom("signature_requests")
    .select(["request_id", "account_id", "title", "subject", "message", "cc_json", "metadata_json", "error_message"])
    .where("request_id", "in", ids)
    .where("state", "<>", "destroyed")
    .execute();
  const signers = await byRequest(
    tx
      .selectFrom("signatures")
      .select(["request_id", "name", "email"])
      .where("request_id", "in", ids)
      .orderBy("position"),
  );
  const files = await byRequest(
    tx.selectFrom("request_files").select(["request_id", "name"]).where("request_id", "in", ids).orderBy("position"),
  );
  const said = await byRequest(
    tx
      .selectFrom("events")
      .select(["request_id", "message"])
      .where("request_id", "in", ids)
      .where("message", "is not", null)
      .orderBy("seq"),
  );
  await writeWords(
    ground,
    requests.map((row) => ({
      requestId: row.request_id,
      accountId: row.account_id,
      title: row.title,
      subject: row.subject,
      message: row.message,
      signers: signers.get(row.request_id) ?? [],
      cc: JSON.parse(row.cc_json) as readonly string[],
      files: (files.get(row.request_id) ?? []).map(({ name }) => name),
      errorMessage: row.error_message,
      messages: [...(said.get(row.request_id) ?? []).map(({ message }) => message ?? ""), ...messages],
      metadata: JSON.parse(row.metadata_json) as unknown,
    })),
  );
}

async function byRequest<Row extends { readonly request_id: string | null }>(query: {
  readonly execute: () => Promise<readonly Row[]>;
}): Promise<ReadonlyMap<string | null, readonly Row[]>> {
  return Map.groupBy(await query.execute(), (row) => row.request_id);
}

/** Writes the words of every request that is not destroyed, some at a time. */
export async function rememberEveryRequest(ground: WordsGround): Promise<void> {
  for (let after = ""; ; ) {
    const rows = await ground.tx
      .selectFrom("signature_requests")
      .select("request_id")
      .where("request_id", ">", after)
      .orderBy("request_id")
      .limit(limits.rowsPerInsert)
      .execute();
    const ids = rows.map((row) => row.request_id);
    await rememberRequests(ground, { ids });
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
