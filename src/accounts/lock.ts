import { sql } from "kysely";
import type { Work } from "../events/work.ts";

/** Changes of one account's keys, listeners and faxes on their way come one after the other. The embedded database has one writer anyway. */
export async function lockAccount({ tx, kind }: Pick<Work, "tx" | "kind">, accountId: string): Promise<void> {
  if (kind === "postgres") await sql`select 1 from accounts where account_id = ${accountId} for update`.execute(tx);
}
