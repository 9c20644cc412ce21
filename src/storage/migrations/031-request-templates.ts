import { sql } from "kysely";
import type { Statement } from "../statement.ts";
import type { Db, Store } from "../store.ts";

/** Which requests are made of which templates, so that a list of those of one template is looked up. */
export const statements: readonly Statement[] = [
  `create table request_templates (
    request_id text not null references signature_requests, template_id text not null, account_id text not null,
    primary key (request_id, template_id))`,
  "create index request_templates_template on request_templates (account_id, template_id)",
];

/** Writes those of every request that is not destroyed. */
export async function fill(tx: Db, kind: Store["kind"]): Promise<void> {
  const ids =
    kind === "sqlite"
      ? sql`json_each(r.template_ids_json)`
      : sql`lateral jsonb_array_elements_text(r.template_ids_json::jsonb)`;
  await sql`
    insert into request_templates (request_id, template_id, account_id)
    select distinct r.request_id, ids.value, r.account_id from signature_requests r cross join ${ids} as ids
    where r.template_ids_json is not null and r.state <> 'destroyed'`.execute(tx);
}
