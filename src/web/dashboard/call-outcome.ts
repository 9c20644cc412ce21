import { sql } from "kysely";
import { isChange } from "../../accounts/calls.ts";
import { findEventsOf, type LoggedEvent } from "../../callbacks/log.ts";
import type { ApiCallRow } from "../../storage/account-tables.ts";
import type { Db } from "../../storage/store.ts";

/** What a call has made that is no request, and the events that came of it. A bulk send has none of its own: its requests have them. */
export type Outcome = {
  readonly kind: "fax" | "template" | "bulk send";
  readonly id: string;
  readonly title: string;
  readonly events: readonly LoggedEvent[];
};

const kinds: Readonly<Record<string, Outcome["kind"]>> = {
  faxSend: "fax",
  signatureRequestBulkCreateEmbeddedWithTemplate: "bulk send",
  signatureRequestBulkSendWithTemplate: "bulk send",
  templateCreate: "template",
  templateUpdateFiles: "template",
};

/** What a call has made and is there still; null: nothing. */
export async function findOutcome(read: Db, call: ApiCallRow): Promise<Outcome | null> {
  const { account_id: accountId, made_id: id, operation } = call;
  const kind = kinds[operation ?? ""];
  if (kind === undefined || id === null || !isChange(call)) return null;
  const { rows } = await sql<{ title: string }>`
    select title from ${sql.table(tables[kind])} where ${sql.ref(keys[kind])} = ${id} and account_id = ${accountId}
    ${kind === "fax" ? sql`and state <> 'deleted'` : sql``}`.execute(read);
  const [made] = rows;
  if (made === undefined) return null;
  const column = keys[kind];
  const events = column === "bulk_send_job_id" ? [] : await findEventsOf({ read }, { accountId, column, id });
  return { kind, id, ...made, events };
}

const tables = { fax: "faxes", template: "templates", "bulk send": "bulk_send_jobs" } as const;
const keys = { fax: "fax_id", template: "template_id", "bulk send": "bulk_send_job_id" } as const;
