import { sql } from "kysely";
import { Fault, notFound } from "../base/faults.ts";
import type { FaxRow } from "../storage/fax-tables.ts";
import type { Db } from "../storage/store.ts";
import type { Fax } from "./fax.ts";

/** Whose fax, by its id. */
export type FaxAsk = { readonly accountId: string; readonly faxId: string };

/** Loads a fax by its id alone, even one that is deleted: for the house's own work. */
export async function findFax(db: Db, faxId: string): Promise<Fax | null> {
  const row = await db.selectFrom("faxes").selectAll().where("fax_id", "=", faxId).executeTakeFirst();
  if (!row) return null;
  const [fax] = await faxesOf(db, [row]);
  return fax ?? null;
}

/** Loads a fax that the account sent or that came in on a line of its; any other, none and a deleted one are the same 404. */
export async function findUsableFax(db: Db, asked: FaxAsk): Promise<Fax> {
  const fax = await findKept(db, asked);
  if (fax === null || fax.row.state === "deleted") throw notFound();
  return fax;
}

/** The same for its files: `deleted` for one that was the account's and is deleted, `conflict` while it is being prepared, `unprocessable_entity` where it could not be. */
export async function findFaxWithFiles(db: Db, asked: FaxAsk): Promise<Fax> {
  const fax = await findKept(db, asked);
  if (fax === null) throw notFound();
  if (fax.row.state === "deleted") throw new Fault("deleted", "This fax has been deleted.");
  if (fax.row.state === "processing")
    throw new Fault("conflict", "This fax is still being prepared. Ask again in a moment.");
  if (fax.row.document_blob === null)
    throw new Fault("unprocessable_entity", `This fax has no document: ${fax.row.error_message ?? "it failed"}`);
  return fax;
}

async function findKept(db: Db, { accountId, faxId }: FaxAsk): Promise<Fax | null> {
  const has = await db
    .selectFrom("fax_accounts")
    .select("fax_id")
    .where("fax_id", "=", faxId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return has ? findFax(db, faxId) : null;
}

/** The accounts that have a fax. */
export async function findFaxAccounts(db: Db, faxId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("fax_accounts")
    .select("account_id")
    .where("fax_id", "=", faxId)
    .orderBy("account_id")
    .execute();
  return rows.map((row) => row.account_id);
}

/** Which page of an account's faxes. */
export type FaxPage = { readonly accountId: string; readonly page: number; readonly pageSize: number };

/** A page of the faxes that an account has, newest first, and how many there are. */
export async function listFaxes(
  db: Db,
  { accountId, page, pageSize }: FaxPage,
): Promise<{ readonly faxes: readonly Fax[]; readonly count: number }> {
  const mine = db
    .selectFrom("fax_accounts as have")
    .innerJoin("faxes as f", "f.fax_id", "have.fax_id")
    .where("have.account_id", "=", accountId)
    .where("f.state", "<>", "deleted");
  const { count } = await mine.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await mine
    .selectAll("f")
    .orderBy("have.made_at", "desc")
    .orderBy("have.fax_id", "desc")
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { faxes: await faxesOf(db, rows), count: Number(count) };
}

/** Where a list goes on: behind this fax. */
export type FaxPlace = { readonly at: number; readonly faxId: string };

/** The newest faxes that an account has, from a place on; `most` at most. */
export async function findNewestFaxes(
  db: Db,
  { accountId, before, most }: { readonly accountId: string; readonly before: FaxPlace | null; readonly most: number },
): Promise<readonly Fax[]> {
  const rows = await db
    .selectFrom("fax_accounts as have")
    .innerJoin("faxes as f", "f.fax_id", "have.fax_id")
    .selectAll("f")
    .where("have.account_id", "=", accountId)
    .where("f.state", "<>", "deleted")
    .$if(before !== null, (all) =>
      all.where(sql<boolean>`(have.made_at, have.fax_id) < (${before?.at}, ${before?.faxId})`),
    )
    .orderBy("have.made_at", "desc")
    .orderBy("have.fax_id", "desc")
    .limit(most)
    .execute();
  return faxesOf(db, rows);
}

async function faxesOf(db: Db, rows: readonly FaxRow[]): Promise<readonly Fax[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.fax_id);
  const files = await db.selectFrom("fax_files").selectAll().where("fax_id", "in", ids).orderBy("position").execute();
  const transmissions = await db
    .selectFrom("fax_transmissions")
    .selectAll()
    .where("fax_id", "in", ids)
    .orderBy("position")
    .execute();
  const filesOf = Map.groupBy(files, (file) => file.fax_id);
  const transmissionsOf = Map.groupBy(transmissions, (one) => one.fax_id);
  return rows.map((row) => ({
    row,
    files: filesOf.get(row.fax_id) ?? [],
    transmissions: transmissionsOf.get(row.fax_id) ?? [],
  }));
}
