import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { forgetPayloadsOf } from "./forget-payloads.ts";
import type { Db, Store } from "./store.ts";
import { placeAfter, type Walk } from "./walk.ts";

/** Whose events lose what they hold of names: rows of a table that say so by `payloads_left`, their key, and a condition for the events of one. */
export type Forgotten = {
  readonly name: string;
  readonly table: "signature_requests" | "faxes";
  readonly key: "request_id" | "fax_id";
  readonly eventsOf: (id: string) => RawBuilder<unknown>;
};

/** Removes what these events still hold once no delivery of them waits, is held or is exhausted. */
export function payloadsLeftWalkOf(store: Store, forgotten: Forgotten): Walk {
  const [table, key] = [sql.table(forgotten.table), sql.ref(forgotten.key)];
  return {
    name: forgotten.name,
    restMs: 0,
    step: async ({ after }) => {
      // Written out: the partial index wants it literally.
      const { rows } = await sql<{ id: string }>`
        select ${key} as id from ${table} where payloads_left = 1 and ${key} > ${after ?? ""}
        order by ${key} limit ${limits.retentionBatch}`.execute(store.read);
      let removed = 0;
      for (const { id } of rows) removed += await store.transact((tx) => forgetRest(store, { tx, id, forgotten }));
      return { removed, after: placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => row.id }) };
    },
  };
}

type Forgetting = { readonly tx: Db; readonly id: string; readonly forgotten: Forgotten };

async function forgetRest({ kind }: Pick<Store, "kind">, { tx, id, forgotten }: Forgetting): Promise<number> {
  const theirs = forgotten.eventsOf(id);
  const removed = await forgetPayloadsOf({ tx, kind }, theirs);
  const { rows: left } = await sql`
    select event_id from events where ${theirs} and (object_json is not null or message is not null) limit 1`.execute(
    tx,
  );
  if (left.length === 0)
    await sql`
      update ${sql.table(forgotten.table)} set payloads_left = 0 where ${sql.ref(forgotten.key)} = ${id}`.execute(tx);
  return removed;
}
