import { sql } from "kysely";
import { forgetCallWords } from "../accounts/calls.ts";
import { Fault, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { forgetPayloadsOf } from "../storage/forget-payloads.ts";
import type { Db, Store } from "../storage/store.ts";
import { placeAfter, type Walk } from "../storage/walk.ts";
import { type FaxAsk, findUsableFax } from "./find.ts";
import { uncountPages } from "./pages.ts";

/**
 * Deletes a fax of the account from the system: its document, files, names, numbers, letters, and what its events hold of them. A tombstone
 * stays, so that its files are known to be gone. What is on its way is not handed over any more; what the provider has, it has.
 * 404 for another account's; `forbidden` for one that only came in on a line that the account has access to.
 */
export async function deleteFax(work: Work, asked: FaxAsk): Promise<void> {
  const { tx } = work;
  const { row } = await findUsableFax(tx, asked);
  if (row.account_id !== asked.accountId)
    throw new Fault(
      "forbidden",
      "This fax came in on another account's line: only the owner of the line may delete it.",
    );
  const { fax_id: id } = row;
  const deleted = await tx
    .updateTable("faxes")
    .set({ ...nothingLeft, state: "deleted", deleted_at: work.at, payloads_left: 1 })
    .where("fax_id", "=", id)
    .where("state", "<>", "deleted")
    .executeTakeFirst();
  if (deleted.numUpdatedRows !== 1n) throw notFound();
  if (row.state === "processing") await uncountPages(work, id);
  await tx.deleteFrom("fax_files").where("fax_id", "=", id).execute();
  await tx.deleteFrom("letters").where("request_id", "=", id).execute();
  await tx.deleteFrom("jobs").where("request_id", "=", id).execute();
  await tx.updateTable("fax_transmissions").set({ recipient: "", message: null }).where("fax_id", "=", id).execute();
  await forgetPayloadsOf(work, sql`fax_id = ${id}`);
  await forgetCallWords(tx, id);
}

const nothingLeft = {
  title: "",
  sender: null,
  cover_json: null,
  document_blob: null,
  error_message: null,
  provider_id: null,
};

/** Removes what the events of deleted faxes still hold once no delivery of them waits, is held or is exhausted. */
export function faxPayloadsWalk(store: Store): Walk {
  return {
    name: "payloads of deleted faxes",
    restMs: 0,
    step: async ({ after }) => {
      const rows = await store.read
        .selectFrom("faxes")
        .select("fax_id")
        .where("payloads_left", "=", sql.lit(1))
        .where("fax_id", ">", after ?? "")
        .orderBy("fax_id")
        .limit(limits.retentionBatch)
        .execute();
      let removed = 0;
      for (const { fax_id: id } of rows) removed += await store.transact((tx) => forgetRest(store, { tx, id }));
      return { removed, after: placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => row.fax_id }) };
    },
  };
}

async function forgetRest(
  { kind }: Pick<Store, "kind">,
  { tx, id }: { readonly tx: Db; readonly id: string },
): Promise<number> {
  const removed = await forgetPayloadsOf({ tx, kind }, sql`fax_id = ${id}`);
  const left = await tx
    .selectFrom("events")
    .select("event_id")
    .where("fax_id", "=", id)
    .where((eb) => eb.or([eb("object_json", "is not", null), eb("message", "is not", null)]))
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) await tx.updateTable("faxes").set({ payloads_left: 0 }).where("fax_id", "=", id).execute();
  return removed;
}
