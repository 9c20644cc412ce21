import { findNamedAccount } from "../accounts/named-account.ts";
import { badRequest, Fault } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Transact, Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import { type FaxProvider, faxCountries, type SoldLine } from "../providers/fax.ts";
import type { FaxLineRow } from "../storage/fax-tables.ts";
import type { Store } from "../storage/store.ts";
import { type FaxLine, findLine, type LineAsk, lockOwnLine } from "./lines.ts";

/** The kinds of the jobs that settle a purchase which was cut off, and that give a number back. */
export const settleLineKind = "fax_line_settle";
/** See `settleLineKind`. */
export const releaseLineKind = "fax_line_release";

/** A line as it is asked for; `userId`: the account that gets access to it. */
export type LineWish = {
  readonly accountId: string;
  readonly userId: string;
  readonly country: (typeof faxCountries)[number];
  readonly areaCode: number;
  readonly city: string | null;
  /** A name of the order's own: one that comes twice is bought once. */
  readonly lineId?: string;
};

/** With what numbers are bought. */
export type Shop = { readonly transact: Transact; readonly provider: FaxProvider };

/**
 * Buys a number. The order is written down before the provider hears of it, so that a number which is paid for is never lost: what is cut
 * off between is settled by a job. Throws `bad_request` where the provider has no such number, `unavailable` where it does not answer,
 * `conflict` for an order that is there already.
 */
export async function buyLine({ transact, provider }: Shop, wish: LineWish): Promise<FaxLine> {
  const row = await transact((work) => orderLine(work, wish));
  const number = await provider.buyLine(orderOf(row)).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : "";
    throw new Fault("unavailable", `${why} The order stands: if it can be filled, the line comes by itself.`);
  });
  const line = await transact(async (work) =>
    (await keepNumber(work, { row, number })) && number !== null
      ? findLine(work.tx, { accountId: wish.accountId, number })
      : null,
  );
  if (line === null)
    throw badRequest("area_code not valid: there is no fax number to be had in this area", "area_code");
  return line;
}

async function orderLine(
  work: Work,
  { accountId, userId, country, areaCode, city, lineId = newUuid(work.at) }: LineWish,
): Promise<FaxLineRow> {
  const { account_id: user } = await findNamedAccount(work.tx, { id: userId, email: null });
  const row = {
    line_id: lineId,
    account_id: accountId,
    number: null,
    country,
    area_code: areaCode,
    city,
    created_at: work.at,
    updated_at: work.at,
  };
  const { numInsertedOrUpdatedRows: made } = await work.tx
    .insertInto("fax_lines")
    .values(row)
    .onConflict((conflict) => conflict.column("line_id").doNothing())
    .executeTakeFirstOrThrow();
  if (made !== 1n) throw new Fault("conflict", "This fax line is ordered already.");
  await work.tx
    .insertInto("fax_line_accounts")
    .values({ line_id: row.line_id, account_id: user, added_at: work.at })
    .execute();
  await enqueue(work, {
    kind: settleLineKind,
    requestId: row.line_id,
    payload: {},
    delayMs: limits.faxLineSettleMs,
  });
  return row;
}

function orderOf({ line_id: id, country, area_code: areaCode, city }: FaxLineRow) {
  return { id, country: faxCountries.find((one) => one === country) ?? "US", areaCode, city };
}

type Bought = { readonly row: FaxLineRow; readonly number: string | null };

/** Whether the order has become a line: without a number, or with one that is another line's already, it goes. Who comes second finds it done. */
async function keepNumber(work: Work, { row: { line_id: lineId }, number }: Bought): Promise<boolean> {
  await work.tx.deleteFrom("jobs").where("request_id", "=", lineId).where("kind", "=", settleLineKind).execute();
  if (number !== null && (await hasNumber(work, { lineId, number }))) return true;
  const open = work.tx
    .selectFrom("fax_lines")
    .select("line_id")
    .where("line_id", "=", lineId)
    .where("number", "is", null);
  await work.tx.deleteFrom("fax_line_accounts").where("line_id", "in", open).execute();
  await work.tx.deleteFrom("fax_lines").where("line_id", "=", lineId).where("number", "is", null).execute();
  return false;
}

/** Whether the line has this number now: given here, or by the job or the call that came first. */
async function hasNumber(
  { tx, at }: Work,
  { lineId, number }: { readonly lineId: string; readonly number: string },
): Promise<boolean> {
  const taken = tx.selectFrom("fax_lines as other").select("other.line_id").where("other.number", "=", number);
  await tx
    .updateTable("fax_lines")
    .set({ number, updated_at: at })
    .where("line_id", "=", lineId)
    .where("number", "is", null)
    .where(({ not, exists }) => not(exists(taken)))
    .execute();
  const line = await tx.selectFrom("fax_lines").select("number").where("line_id", "=", lineId).executeTakeFirst();
  return line?.number === number;
}

/** Ends a purchase that was cut off: the provider is asked once more, under the same name. Its job ends with it. */
export async function settleLine(
  { store, transact, provider }: Shop & { readonly store: Store },
  { lineId, endJob }: { readonly lineId: string; readonly endJob: (work: Work) => Promise<void> },
): Promise<void> {
  const row = await store.read.selectFrom("fax_lines").selectAll().where("line_id", "=", lineId).executeTakeFirst();
  const isOpen = row !== undefined && row.number === null;
  const number = isOpen ? await provider.buyLine(orderOf(row)) : null;
  await transact(async (work) => {
    await endJob(work);
    // By now who bought it may have written it down.
    const now = await work.tx.selectFrom("fax_lines").select("number").where("line_id", "=", lineId).executeTakeFirst();
    if (isOpen && now?.number === null) await keepNumber(work, { row, number });
  });
}

/** Deletes a line of the account; its number is given back to the provider. Faxes that came in on it stay. Faults as `findOwnLine`. */
export async function deleteLine(work: Work, asked: LineAsk): Promise<void> {
  const { row } = await lockOwnLine(work, asked);
  await work.tx.deleteFrom("fax_line_accounts").where("line_id", "=", row.line_id).execute();
  await work.tx.deleteFrom("fax_lines").where("line_id", "=", row.line_id).execute();
  await enqueue(work, { kind: releaseLineKind, requestId: null, payload: { id: row.line_id, number: row.number } });
}

/**
 * Gives a number back to the provider, unless it is a line's again by now: an answer that was lost does not take it twice. Throws while
 * it does not answer.
 */
export async function releaseLine(
  { store, transact, provider }: Shop & { readonly store: Store },
  { line, endJob }: { readonly line: SoldLine; readonly endJob: (work: Work) => Promise<void> },
): Promise<void> {
  const soldAnew = await store.read
    .selectFrom("fax_lines")
    .select("line_id")
    .where("number", "=", line.number)
    .executeTakeFirst();
  if (soldAnew === undefined) await provider.releaseLine(line);
  await transact(endJob);
}
