// What reactions read of the requests that something happened to.

import { present } from "../base/assert.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/tables.ts";
import { findRequests, type RequestRecord } from "./find.ts";

/** A request, and the account whose it is. */
export type AtEnd = { readonly found: RequestRecord; readonly account: Pick<AccountRow, "email" | "locale"> };

const read = new WeakMap<Work, Promise<ReadonlyMap<string, AtEnd>>>();

/**
 * A request that something happened to in this transaction, or that a letter is owed about, as it stands at the end. For reactions only: the
 * change is made, and they write what is owed without changing requests; so all of them are read once.
 */
export async function requestAtEnd(work: Work, requestId: string): Promise<AtEnd> {
  const known = read.get(work) ?? readAll(work);
  read.set(work, known);
  return present((await known).get(requestId), "the request of an event or a letter");
}

async function readAll({ tx, happened, letters }: Work): Promise<ReadonlyMap<string, AtEnd>> {
  const ids = new Set([...happened, ...letters].flatMap(({ requestId }) => requestId ?? []));
  const records = await findRequests(tx, [...ids]);
  const accounts = await tx
    .selectFrom("accounts")
    .select(["account_id", "email", "locale"])
    .where("account_id", "in", [...new Set(records.map(({ request }) => request.account_id))])
    .execute();
  const byId = new Map(accounts.map((account) => [account.account_id, account]));
  return new Map(
    records.map((found) => [
      found.request.request_id,
      { found, account: present(byId.get(found.request.account_id), "the account of a request") },
    ]),
  );
}
