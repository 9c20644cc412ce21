import { isChange } from "../../accounts/calls.ts";
import { limits } from "../../base/limits.ts";
import { findFaxEvents, type LoggedEvent, listedColumns, withDeliveries } from "../../callbacks/log.ts";
import type { ApiCallRow } from "../../storage/account-tables.ts";
import type { Db } from "../../storage/store.ts";

/** What a call has made that is no request, and the events that came of it. A bulk send has none of its own: its requests have them. */
export type Outcome = {
  readonly kind: "fax" | "template" | "bulk send";
  readonly id: string;
  readonly title: string;
  readonly events: readonly LoggedEvent[];
};

/** What a call has made and is there still; null: nothing. */
export async function findOutcome(read: Db, call: ApiCallRow): Promise<Outcome | null> {
  const { account_id: accountId, made_id: id, operation } = call;
  const find = isChange(call) ? finders[operation ?? ""] : undefined;
  return find === undefined || id === null ? null : find(read, { accountId, id });
}

type Made = { readonly accountId: string; readonly id: string };
type Find = (read: Db, made: Made) => Promise<Outcome | null>;

const finders: Readonly<Record<string, Find>> = {
  faxSend: findFax,
  signatureRequestBulkCreateEmbeddedWithTemplate: findBulkSend,
  signatureRequestBulkSendWithTemplate: findBulkSend,
  templateCreate: findTemplate,
  templateUpdateFiles: findTemplate,
};

async function findFax(read: Db, { accountId, id }: Made): Promise<Outcome | null> {
  const row = await read
    .selectFrom("faxes")
    .select("title")
    .where("fax_id", "=", id)
    .where("account_id", "=", accountId)
    .where("state", "!=", "deleted")
    .executeTakeFirst();
  return row ? { kind: "fax", id, ...row, events: await findFaxEvents({ read }, { accountId, faxId: id }) } : null;
}

async function findTemplate(read: Db, { accountId, id }: Made): Promise<Outcome | null> {
  const row = await read
    .selectFrom("templates")
    .select("title")
    .where("template_id", "=", id)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row ? { kind: "template", id, ...row, events: await findTemplateEvents(read, { accountId, id }) } : null;
}

async function findTemplateEvents(read: Db, { accountId, id }: Made): Promise<readonly LoggedEvent[]> {
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where("template_id", "=", id)
    .where("account_id", "=", accountId)
    .orderBy("event_id")
    .limit(limits.callEventsShown)
    .execute();
  return withDeliveries(read, { accountId, rows });
}

async function findBulkSend(read: Db, { accountId, id }: Made): Promise<Outcome | null> {
  const row = await read
    .selectFrom("bulk_send_jobs")
    .select("title")
    .where("bulk_send_job_id", "=", id)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row ? { kind: "bulk send", id, ...row, events: [] } : null;
}
