import { sql } from "kysely";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import type { TransferRow } from "../storage/team-tables.ts";
import { closeListener } from "./listeners.ts";

/** The kind of the job that goes on with a transfer. */
export const transferKind = "transfer";

/** From whom to whom. */
export type Transfer = { readonly from: AccountRow; readonly to: AccountRow };

/**
 * Hands all signature requests, drafts, bulk sends, templates and API apps of one account to another. The endpoints of apps go along, so
 * that what they wait for still reaches them; command lines that listen for an app are closed, as they are the former owner's. Events that
 * have happened, and the API keys, stay where they are. Of the requests the oldest `limits.transferSlice` go in this commit; where there
 * are more, a job takes the rest, slice by slice. What the account makes from now on stays its own.
 */
export async function transferAll(work: Work, { from, to }: Transfer): Promise<void> {
  await turnTransfers(work, { from, to });
  const moved = { account_id: to.account_id };
  const { tx } = work;
  await tx.updateTable("api_apps").set(moved).where("account_id", "=", from.account_id).execute();
  await moveEndpoints(work, { from, to });
  await moveTemplates(work, { from, to });
  for (const table of ["bulk_send_jobs", "drafts"] as const)
    await tx.updateTable(table).set(moved).where("account_id", "=", from.account_id).execute();
  work.wakes.add("deliveries");

  const transfer: TransferRow = {
    transfer_id: newUuid(work.at),
    from_account: from.account_id,
    to_account: to.account_id,
    until: work.at,
  };
  if (await moveSlice(work, transfer)) return;
  await tx.insertInto("transfers").values(transfer).execute();
  await promiseNext(work, transfer);
}

/** Hands over the next slice of a transfer and promises the one after it, in this transaction. Does nothing once there is nothing left. */
export async function stepTransfer(work: Work, transferId: string): Promise<void> {
  const { tx } = work;
  const transfer = await tx
    .updateTable("transfers")
    .set((eb) => ({ until: eb.ref("until") }))
    .where("transfer_id", "=", transferId)
    .returningAll()
    .executeTakeFirst();
  if (!transfer) return;
  if (await moveSlice(work, transfer)) await tx.deleteFrom("transfers").where("transfer_id", "=", transferId).execute();
  else await promiseNext(work, transfer);
}

function promiseNext(work: Work, { transfer_id: transferId }: TransferRow): Promise<void> {
  return enqueue(work, { kind: transferKind, requestId: null, payload: { transferId } });
}

/** What is still on its way to somebody who hands over all that they have goes to their heir; what would come back stays where it is. */
async function turnTransfers({ tx }: Work, { from, to }: Transfer): Promise<void> {
  await tx
    .updateTable("transfers")
    .set({ to_account: to.account_id })
    .where("to_account", "=", from.account_id)
    .execute();
  await tx.deleteFrom("transfers").whereRef("from_account", "=", "to_account").execute();
}

/** Hands over the oldest requests, then what the endpoints of apps have not delivered; true when nothing is left. */
async function moveSlice({ tx }: Work, { from_account: from, to_account, until }: TransferRow): Promise<boolean> {
  const moved = { account_id: to_account };
  const requests = await tx
    .selectFrom("signature_requests")
    .select("request_id")
    .where("account_id", "=", from)
    .where("created_at", "<=", until)
    .orderBy("created_at")
    .orderBy("request_id")
    .limit(limits.transferSlice)
    .execute();
  const ids = requests.map((row) => row.request_id);
  // Not as an index says it: they are found by their requests, not among all that the account still has.
  const isStill = sql<boolean>`account_id || '' = ${from}`;
  for (const table of ids.length === 0
    ? []
    : (["signature_requests", "request_words", "request_templates", "letters"] as const))
    await tx.updateTable(table).set(moved).where("request_id", "in", ids).where(isStill).execute();
  if (ids.length > 0) await passReceipts(tx, { ids, from, to: to_account });
  if (ids.length === limits.transferSlice) return false;

  const deliveries = await tx
    .selectFrom("deliveries")
    .select("delivery_id")
    .where("account_id", "=", from)
    // As their index says it.
    .where(sql<boolean>`(state || '') <> 'delivered'`)
    .where("endpoint_id", "in", (eb) =>
      eb
        .selectFrom("endpoints")
        .select("endpoint_id")
        .where("account_id", "=", to_account)
        .where("client_id", "is not", null)
        .where("listener", "is", null),
    )
    .limit(limits.transferSlice)
    .execute();
  const waiting = deliveries.map((row) => row.delivery_id);
  if (waiting.length > 0) await tx.updateTable("deliveries").set(moved).where("delivery_id", "in", waiting).execute();
  return waiting.length < limits.transferSlice;
}

type Passing = { readonly ids: readonly string[]; readonly from: string; readonly to: string };

/** What the one signs as its sender no more is received from then on, and what the other signs is sent by themselves. */
async function passReceipts(tx: Db, { ids, from, to }: Passing): Promise<void> {
  const addressOf = (accountId: string) =>
    sql`(select lower(a.email) from accounts a where a.account_id = ${accountId})`;
  await sql`
    update signatures set received_at = case when lower(email) = ${addressOf(to)} then null else (
      select r.created_at from signature_requests r where r.request_id = signatures.request_id) end
    where request_id in (${sql.join(ids)}) and lower(email) in (${addressOf(from)}, ${addressOf(to)})`.execute(tx);
}

async function moveEndpoints(work: Work, { from, to }: Transfer): Promise<void> {
  const endpoints = await work.tx
    .selectFrom("endpoints")
    .selectAll()
    .where("account_id", "=", from.account_id)
    .where("client_id", "is not", null)
    .execute();
  for (const endpoint of endpoints.filter(({ listener, state }) => listener !== null && state === "active"))
    await closeListener(work, endpoint);
  await work.tx
    .updateTable("endpoints")
    .set({ account_id: to.account_id })
    .where("account_id", "=", from.account_id)
    .where("client_id", "is not", null)
    .where("listener", "is", null)
    .execute();
}

/** The templates that the account made; those that were only shared with it stay where they are. */
async function moveTemplates({ tx }: Work, { from, to }: Transfer): Promise<void> {
  const made = tx.selectFrom("templates").select("template_id").where("account_id", "=", from.account_id);
  const shared = tx.selectFrom("template_accounts").select("template_id").where("account_id", "=", to.account_id);
  const mine = tx.deleteFrom("template_accounts").where("account_id", "=", from.account_id);
  await mine.where("template_id", "in", made).where("template_id", "in", shared).execute();
  await tx
    .updateTable("template_accounts")
    .set({ account_id: to.account_id })
    .where("account_id", "=", from.account_id)
    .where("template_id", "in", made)
    .execute();
  await tx
    .updateTable("templates")
    .set({ account_id: to.account_id })
    .where("account_id", "=", from.account_id)
    .execute();
}
