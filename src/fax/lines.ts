import { findNamedAccount, type NamedAccount, pathOfNamed } from "../accounts/named-account.ts";
import { badRequest, Fault, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { readFaxNumber } from "../providers/fax.ts";
import type { FaxLineRow } from "../storage/fax-tables.ts";
import type { Db } from "../storage/store.ts";

/** An account with access to a line. */
export type LineUser = {
  readonly line_id: string;
  readonly account_id: string;
  readonly email: string;
  readonly locale: string;
};

/** A line that has its number, and who has access to it, by their addresses. */
export type FaxLine = { readonly row: FaxLineRow & { readonly number: string }; readonly users: readonly LineUser[] };

/** Whose line, by its number as people write it. */
export type LineAsk = { readonly accountId: string; readonly number: string };

/** The accounts with access to these lines, by their addresses. */
export function findLineUsers(db: Db, lineIds: readonly string[]): Promise<readonly LineUser[]> {
  return db
    .selectFrom("fax_line_accounts as l")
    .innerJoin("accounts as a", "a.account_id", "l.account_id")
    .select(["l.line_id", "a.account_id", "a.email", "a.locale"])
    .where("l.line_id", "in", lineIds)
    .orderBy("a.email")
    .execute();
}

/** A line that the account owns or has access to; any other is a 404. */
export async function findLine(db: Db, { accountId, number }: LineAsk): Promise<FaxLine> {
  const read = readFaxNumber(number);
  const row =
    read === null
      ? undefined
      : await db.selectFrom("fax_lines").selectAll().where("number", "=", read).executeTakeFirst();
  const [line] = row ? await linesOf(db, [row]) : [];
  const isKnown = line?.row.account_id === accountId || line?.users.some(({ account_id: id }) => id === accountId);
  if (!line || !isKnown) throw notFound();
  return line;
}

/** The same for who changes it: `forbidden` where the account only has access to it. */
export async function findOwnLine(db: Db, asked: LineAsk): Promise<FaxLine> {
  const line = await findLine(db, asked);
  if (line.row.account_id !== asked.accountId)
    throw new Fault("forbidden", "This fax line is another account's: only its owner may change it.");
  return line;
}

/** Which page of the lines that these accounts own or have access to; `of`: only those that this account has access to. */
export type LinePage = {
  readonly accountIds: readonly string[];
  readonly of: string | null;
  readonly page: number;
  readonly pageSize: number;
};

/** A page of lines, newest first, and how many there are. */
export async function listLines(
  db: Db,
  { accountIds, of, page, pageSize }: LinePage,
): Promise<{ readonly lines: readonly FaxLine[]; readonly count: number }> {
  const access = db.selectFrom("fax_line_accounts").select("line_id");
  const all = db
    .selectFrom("fax_lines")
    .where("number", "is not", null)
    .where((eb) =>
      eb.or([eb("account_id", "in", accountIds), eb("line_id", "in", access.where("account_id", "in", accountIds))]),
    )
    .$if(of !== null, (lines) => lines.where("line_id", "in", access.where("account_id", "=", of ?? "")));
  const { count } = await all.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await all
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("line_id", "desc")
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { lines: await linesOf(db, rows), count: Number(count) };
}

async function linesOf(db: Db, rows: readonly FaxLineRow[]): Promise<readonly FaxLine[]> {
  if (rows.length === 0) return [];
  const users = Map.groupBy(
    await findLineUsers(
      db,
      rows.map((row) => row.line_id),
    ),
    (user) => user.line_id,
  );
  return rows.flatMap((row) =>
    row.number === null ? [] : [{ row: { ...row, number: row.number }, users: users.get(row.line_id) ?? [] }],
  );
}

/** Gives an account of this server access to a line; one that has it keeps it. Throws `bad_request` where there is no such account. */
export async function addLineUser(work: Work, { named, ...asked }: LineAsk & { readonly named: NamedAccount }) {
  const { row, users } = await lockOwnLine(work, asked);
  const { account_id: accountId } = await findNamedAccount(work.tx, named);
  const isNew = users.every(({ account_id: id }) => id !== accountId);
  if (isNew && users.length >= limits.faxLineUsers)
    throw badRequest(`A fax line has at most ${limits.faxLineUsers} accounts with access.`, pathOfNamed(named));
  if (isNew)
    await work.tx
      .insertInto("fax_line_accounts")
      .values({ line_id: row.line_id, account_id: accountId, added_at: work.at })
      .execute();
  return findLine(work.tx, asked);
}

/** Takes an account's access to a line; what came in for it meanwhile stays its. Throws `bad_request` for one without access. */
export async function removeLineUser(work: Work, { named, ...asked }: LineAsk & { readonly named: NamedAccount }) {
  const { row } = await lockOwnLine(work, asked);
  const { account_id: accountId } = await findNamedAccount(work.tx, named);
  const { numDeletedRows: removed } = await work.tx
    .deleteFrom("fax_line_accounts")
    .where("line_id", "=", row.line_id)
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  const path = pathOfNamed(named);
  if (removed === 0n) throw badRequest(`${path} not valid: this account has no access to the fax line`, path);
  return findLine(work.tx, asked);
}

/** Takes the row of an account's own line until the commit, so that changes come one after another. Faults as `findOwnLine`. */
export async function lockOwnLine(work: Work, asked: LineAsk): Promise<FaxLine> {
  const { row } = await findOwnLine(work.tx, asked);
  await work.tx.updateTable("fax_lines").set({ updated_at: work.at }).where("line_id", "=", row.line_id).execute();
  return findOwnLine(work.tx, asked);
}
