import { type RawBuilder, sql } from "kysely";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Happening, Work } from "../events/work.ts";

/** How the object of an event is rendered: its JSON text, or null where an event has none. */
export type RenderObject = (work: Work, happening: Happening) => Promise<string | null>;

/** The accounts of signers that are told of an event too, at least one, and the object as they are shown it. */
export type Hearing = { readonly accountIds: readonly string[]; readonly object: string };

/** What planning needs to know. */
export type PlanOptions = {
  readonly renderObject: RenderObject;
  /** Which signers' accounts are told of an event; null: none is. */
  readonly findHearing: (work: Work, happening: Happening) => Promise<Hearing | null>;
  /** Whether an app's URL makes the account's URL silent for the app's events. */
  readonly appOverridesAccount: boolean;
};

/** An event to write for one account, with the ids of its deliveries: to the account's endpoint and to the app's, where there is one. */
type Planned = {
  readonly happening: Happening;
  readonly asSigner: 0 | 1;
  readonly object: string | null;
  readonly toAccount: string;
  readonly toApp: string;
};

/**
 * Writes what happened in this transaction, and what of it is owed to whom, in the same commit: the event with its
 * object frozen as it is now, and one delivery for each endpoint that it concerns. For the account of a signer who is told it is an event
 * of that account's own, under the same sequence number and of no app.
 */
export async function planCallbacks(work: Work, options: PlanOptions): Promise<void> {
  if (work.happened.length === 0) return;
  const { renderObject, findHearing, appOverridesAccount } = options;
  const planned: Planned[] = [];
  const tell = (told: Pick<Planned, "happening" | "asSigner" | "object">) =>
    planned.push({ ...told, toAccount: newUuid(work.at), toApp: newUuid(work.at) });
  for (const happening of work.happened) {
    tell({ happening, asSigner: 0, object: await renderObject(work, happening) });
    const hearing = await findHearing(work, happening);
    for (const accountId of hearing?.accountIds ?? []) {
      const heard = { ...happening, eventId: newUuid(work.at), accountId, clientId: null };
      tell({ happening: heard, asSigner: 1, object: hearing?.object ?? null });
      work.heard.add(accountId);
    }
  }
  const writing = writeEvents(work, planned);
  const owing = (events: RawBuilder<unknown>) => writeDeliveries(work, { planned, events, appOverridesAccount });
  if (work.kind === "postgres") {
    // One statement is one round trip.
    await sql`with happened as (${writing} returning *) ${owing(sql`happened`)}`.execute(work.tx);
    return;
  }
  await writing.execute(work.tx);
  await owing(sql`events`).execute(work.tx);
}

function writeEvents(work: Work, planned: readonly Planned[]): RawBuilder<unknown> {
  const rows = planned.map(
    ({ asSigner, object, happening: { accountId, clientId, type, requestId, templateId, faxId, ...rest } }) =>
      sql`(${rest.eventId}, ${accountId}, ${clientId}, ${type}, ${requestId}, ${templateId}, ${faxId}, ${rest.seq}, ${rest.at}, ${rest.relatedSignatureId}, ${rest.message}, ${object}, ${work.position}, ${asSigner}, ${work.actor.callId ?? null})`,
  );
  return sql`
    insert into events (event_id, account_id, client_id, type, request_id, template_id, fax_id, seq, occurred_at,
      related_signature_id, message, object_json, position, as_signer, call_id)
    values ${sql.join(rows)}`;
}

type Owing = {
  readonly planned: readonly Planned[];
  /** Where the events stand that were just written. */
  readonly events: RawBuilder<unknown>;
  readonly appOverridesAccount: boolean;
};

/**
 * Listeners get what their account or app gets, each under a delivery of its own, whose id takes its end from the listener's.
 * A test goes to the one endpoint that it tests, and that an account is confirmed to the app that made it; everything else to the account's and, for an app's request, to the app's; or, where
 * the app overrides the account, to the app's alone if that has a URL. An app that acts for another account's holder with a token hears
 * of its requests as its owner's endpoint: such a delivery is the owner's, and the account is not shown it. A listener hears no more once
 * neither the app nor the event is its account's, for an app may go to another account.
 */
function writeDeliveries(work: Work, { planned, events, appOverridesAccount }: Owing): RawBuilder<unknown> {
  const ids = sql.join(
    planned.map(({ happening, toAccount, toApp }) => sql`(${happening.eventId}, ${toAccount}, ${toApp})`),
  );
  const isOverridden = sql`(e.client_id is null and h.type <> 'callback_test' and exists (
    select 1 from endpoints a where a.client_id = h.client_id and a.account_id = h.account_id and a.url is not null))`;
  return sql`
    insert into deliveries (delivery_id, event_id, endpoint_id, account_id, request_id, seq, replay_no, state,
      single_attempt, tries, lease_no, leased, worker_id, next_at, created_at)
    select case
        when e.listener is not null then substr(v.column2, 1, 24) || substr(e.endpoint_id, 25, 12)
        when e.client_id is null then v.column2 else v.column3 end, h.event_id, e.endpoint_id, e.account_id,
      coalesce(h.request_id, h.fax_id), h.seq, 0, 'pending', case when h.type = 'callback_test' then 1 else 0 end, 0, 0, 0, null,
      ${work.now}, h.occurred_at
    from (values ${ids}) v
    join ${events} h on h.event_id = v.column1
    join endpoints e on (e.client_id is null and e.account_id = h.account_id) or e.client_id = h.client_id
    where (e.listener is null or (e.state = 'active' and e.listener_seen_at >= ${work.at - limits.keptListenerMs}
        and (e.account_id = h.account_id or exists (
          select 1 from api_apps p where p.client_id = e.client_id and p.account_id = e.account_id))))
      and (h.type not in ('callback_test', 'account_confirmed') or e.client_id is not distinct from h.client_id)
      ${appOverridesAccount ? sql`and not ${isOverridden}` : sql``}`;
}
