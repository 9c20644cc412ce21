// What reactions read of the requests that something happened to.

import { sql } from "kysely";
import { present } from "../base/assert.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import { findRequests, type RequestRecord } from "./find.ts";
import { fromHearers } from "./hearers.ts";

/** A request, the account whose it is, and the accounts of its signers that are told of it too. */
export type AtEnd = {
  readonly found: RequestRecord;
  readonly account: Pick<AccountRow, "email" | "locale">;
  readonly hearers: readonly string[];
};

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

async function readAll(work: Work): Promise<ReadonlyMap<string, AtEnd>> {
  const { tx, happened, letters } = work;
  const ids = [...new Set([...happened, ...letters].flatMap(({ requestId }) => requestId ?? []))];
  const records = await findRequests(tx, ids);
  const concerned = Map.groupBy(await findConcerned(work, ids), (row) => row.request_id);
  return new Map(
    records.map((found) => {
      const accounts = concerned.get(found.request.request_id) ?? [];
      const own = accounts.find((account) => account.own === 1);
      const hearers = accounts.filter((account) => account.own === 0).map((account) => account.account_id);
      return [found.request.request_id, { found, account: present(own, "the account of a request"), hearers }];
    }),
  );
}

type Concerned = Pick<AccountRow, "account_id" | "email" | "locale"> & {
  readonly request_id: string;
  readonly own: number;
};

/** One statement for both: most requests have no signer who is told, and wait for no second one. */
async function findConcerned(work: Work, ids: readonly string[]): Promise<readonly Concerned[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Concerned>`
    select r.request_id, a.account_id, a.email, a.locale, 1 as own
    from signature_requests r join accounts a on a.account_id = r.account_id where r.request_id in (${sql.join(ids)})
    union select s.request_id, a.account_id, a.email, a.locale, 0 ${fromHearers(work, ids)}`.execute(work.tx);
  return rows;
}
