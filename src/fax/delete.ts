import { sql } from "kysely";
import { forgetFaxCallWords } from "../accounts/calls.ts";
import { Fault, notFound } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import { forgetPayloadsOf } from "../storage/forget-payloads.ts";
import { payloadsLeftWalkOf } from "../storage/payloads-left.ts";
import type { Store } from "../storage/store.ts";
import type { Walk } from "../storage/walk.ts";
import { failings } from "./fax.ts";
import { type FaxAsk, findFaxAccounts, findUsableFax } from "./find.ts";
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
  // Whoever works on it takes its job before its rows.
  await tx.deleteFrom("jobs").where("request_id", "=", id).execute();
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
  await endTransmissions(work, id);
  await forgetPayloadsOf(work, eventsOf(id));
  await forgetFaxCallWords(tx, { faxId: id, accountIds: await findFaxAccounts(tx, id), since: row.created_at });
}

/** Nobody is named any more, and nobody asks any more how it went. */
async function endTransmissions({ tx, at }: Work, faxId: string): Promise<void> {
  const theirs = tx.updateTable("fax_transmissions").where("fax_id", "=", faxId);
  await theirs.set({ recipient: "", message: null, on_hold: 0 }).execute();
  const open = theirs.where("status", "=", "transmitting");
  const [unsent, sent] = [failings.could_not_fax.status, failings.unknown.status];
  await open.where("carrier", "is", null).set({ status: unsent, ended_at: at }).execute();
  // Its provider was asked: that the answer is still on the way does not call it back.
  await open
    .where("carrier", "is not", null)
    .set((eb) => ({ status: sent, sent_at: eb.fn.coalesce("sent_at", eb.val(at)), ended_at: at }))
    .execute();
}

/** The provider's name of a fax that came in stays: brought once more, it must not come back. */
const nothingLeft = {
  title: "",
  sender: null,
  cover_json: null,
  document_blob: null,
  error_message: null,
};

/** Removes what the events of deleted faxes still hold once no delivery of them waits, is held or is exhausted. */
export function faxPayloadsWalk(store: Store): Walk {
  return payloadsLeftWalkOf(store, { name: "payloads of deleted faxes", table: "faxes", key: "fax_id", eventsOf });
}

function eventsOf(faxId: string) {
  return sql`fax_id = ${faxId}`;
}
