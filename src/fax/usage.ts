import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Db } from "../storage/store.ts";

/** Whose faxes, made from `since` until before `until`; UTC milliseconds. */
export type UsageAsk = { readonly accountId: string; readonly since: number; readonly until: number };

type Used = {
  readonly fax_id: string;
  readonly created_at: number;
  readonly direction: string;
  readonly sender: string | null;
  readonly recipient: string;
  readonly status: string;
  readonly pages: number | null;
  readonly test_mode: number;
  readonly sent_at: number | null;
};

/** The rows of the report on faxes, headings first: one for each transmission, oldest first. Of a deleted fax the numbers are gone. */
export async function* faxUsage(
  db: Db,
  { accountId, since, until }: UsageAsk,
): AsyncGenerator<readonly (string | number)[]> {
  yield ["fax_id", "direction", "sender", "recipient", "status", "pages", "test_mode", "created_at", "sent_at"];
  let after = { at: since, id: "" };
  for (;;) {
    const { rows } = await sql<Used>`
      select f.fax_id, f.created_at, f.direction, f.sender, t.recipient, t.status, f.pages, f.test_mode, t.sent_at
      from faxes f join fax_transmissions t on t.fax_id = f.fax_id
      where f.account_id = ${accountId} and f.created_at < ${until}
        and (f.created_at, f.fax_id) > (${after.at}, ${after.id})
      order by f.created_at, f.fax_id limit ${limits.reportPage}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const row of rows) yield lineOf(row);
    after = { at: last.created_at, id: last.fax_id };
  }
}

function lineOf(row: Used): readonly (string | number)[] {
  const { fax_id: id, direction, recipient, status, test_mode: test } = row;
  const times = [row.created_at, row.sent_at].map((at) => (at === null ? "" : new Date(at).toISOString()));
  return [id, direction, row.sender ?? "", recipient, status, row.pages ?? 0, test === 1 ? "yes" : "no", ...times];
}
