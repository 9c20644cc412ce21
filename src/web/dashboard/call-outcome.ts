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

/** What a call may have made. The log keeps no body: what was made while a call ran is told by its time. */
export async function findOutcomes(read: Db, call: ApiCallRow): Promise<readonly Outcome[]> {
  const find = isChange(call) ? finders[call.operation ?? ""] : undefined;
  return find === undefined ? [] : find(read, call);
}

type Find = (read: Db, call: ApiCallRow) => Promise<readonly Outcome[]>;

const finders: Readonly<Record<string, Find>> = {
  faxSend: findFaxes,
  signatureRequestBulkCreateEmbeddedWithTemplate: findBulkSends,
  signatureRequestBulkSendWithTemplate: findBulkSends,
  templateCreate: findTemplates,
  templateUpdateFiles: findTemplates,
};

function during({ called_at: from, duration_ms: ms }: ApiCallRow): readonly [number, number] {
  return [from, from + ms + 1];
}

async function findFaxes(read: Db, call: ApiCallRow): Promise<readonly Outcome[]> {
  const [from, to] = during(call);
  const rows = await read
    .selectFrom("fax_accounts as a")
    .innerJoin("faxes as f", "f.fax_id", "a.fax_id")
    .select(["f.fax_id", "f.title"])
    .where("a.account_id", "=", call.account_id)
    .where("a.made_at", ">=", from)
    .where("a.made_at", "<=", to)
    .where("f.direction", "=", "sent")
    .where("f.state", "!=", "deleted")
    .orderBy("a.made_at")
    .limit(limits.callOutcomesShown)
    .execute();
  return Promise.all(
    rows.map(async ({ fax_id: id, title }) => ({
      kind: "fax" as const,
      id,
      title,
      events: await findFaxEvents({ read }, { accountId: call.account_id, faxId: id }),
    })),
  );
}

async function findTemplates(read: Db, call: ApiCallRow): Promise<readonly Outcome[]> {
  const [from, to] = during(call);
  const rows = await read
    .selectFrom("template_accounts as a")
    .innerJoin("templates as t", "t.template_id", "a.template_id")
    .select(["t.template_id", "t.title"])
    .where("a.account_id", "=", call.account_id)
    .where("t.account_id", "=", call.account_id)
    .where("a.made_at", ">=", from)
    .where("a.made_at", "<=", to)
    .orderBy("a.made_at")
    .limit(limits.callOutcomesShown)
    .execute();
  return Promise.all(
    rows.map(async ({ template_id: id, title }) => ({
      kind: "template" as const,
      id,
      title,
      events: await findTemplateEvents(read, { accountId: call.account_id, templateId: id }),
    })),
  );
}

async function findTemplateEvents(
  read: Db,
  { accountId, templateId }: { readonly accountId: string; readonly templateId: string },
): Promise<readonly LoggedEvent[]> {
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where("template_id", "=", templateId)
    .where("account_id", "=", accountId)
    .orderBy("event_id")
    .limit(limits.callEventsShown)
    .execute();
  return withDeliveries(read, { accountId, rows });
}

async function findBulkSends(read: Db, call: ApiCallRow): Promise<readonly Outcome[]> {
  const [from, to] = during(call);
  const rows = await read
    .selectFrom("bulk_send_jobs")
    .select(["bulk_send_job_id", "title"])
    .where("account_id", "=", call.account_id)
    .where("created_at", ">=", from)
    .where("created_at", "<=", to)
    .orderBy("created_at")
    .limit(limits.callOutcomesShown)
    .execute();
  return rows.map(({ bulk_send_job_id: id, title }) => ({ kind: "bulk send", id, title, events: [] }));
}
