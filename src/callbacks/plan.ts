import { sql } from "kysely";
import { newUuid } from "../base/ids.ts";
import type { Happening, Work } from "../events/work.ts";
import type { EndpointRow } from "../storage/tables.ts";

/** How the object of an event is rendered: its JSON text, or null where an event has none. */
export type RenderObject = (work: Work, happening: Happening) => Promise<string | null>;

/** What planning needs to know. */
export type PlanOptions = {
  readonly renderObject: RenderObject;
  /** Whether an app's URL makes the account's URL silent for the app's events. */
  readonly appOverridesAccount: boolean;
};

/**
 * Writes what happened in this transaction, and what of it is owed to whom, in the same commit: the event with its
 * object frozen as it is now, and one delivery for each endpoint that it concerns.
 */
export async function planCallbacks(work: Work, { renderObject, appOverridesAccount }: PlanOptions): Promise<void> {
  for (const happening of work.happened) {
    const eventId = newUuid(work.at);
    const object = await renderObject(work, happening);
    await work.tx
      .insertInto("events")
      .values({ ...eventColumns(happening, { eventId, object }), position: work.position })
      .execute();
    const endpoints = await findEndpoints(work, { happening, appOverridesAccount });
    const rows = endpoints.map(({ endpoint_id }) =>
      deliveryColumns(work, { happening, eventId, endpointId: endpoint_id }),
    );
    if (rows.length > 0) await work.tx.insertInto("deliveries").values(rows).execute();
  }
}

function eventColumns(
  happening: Happening,
  { eventId, object }: { readonly eventId: string; readonly object: string | null },
) {
  return {
    event_id: eventId,
    account_id: happening.accountId,
    client_id: happening.clientId,
    type: happening.type,
    request_id: happening.requestId,
    seq: happening.seq,
    occurred_at: happening.at,
    related_signature_id: happening.relatedSignatureId,
    message: happening.message,
    object_json: object,
  };
}

function deliveryColumns(
  work: Work,
  {
    happening,
    eventId,
    endpointId,
  }: { readonly happening: Happening; readonly eventId: string; readonly endpointId: string },
) {
  return {
    delivery_id: newUuid(work.at),
    event_id: eventId,
    endpoint_id: endpointId,
    account_id: happening.accountId,
    request_id: happening.requestId,
    seq: happening.seq,
    replay_no: 0,
    state: "pending",
    single_attempt: happening.type === "callback_test" ? 1 : 0,
    tries: 0,
    lease_no: 0,
    leased: 0,
    worker_id: null,
    next_at: sql<number>`${work.now}`,
    created_at: work.at,
  };
}

/** A test goes to the one endpoint that it tests; everything else to the account's and, for an app's request, to the app's. */
async function findEndpoints(
  work: Work,
  { happening, appOverridesAccount }: { readonly happening: Happening; readonly appOverridesAccount: boolean },
): Promise<readonly EndpointRow[]> {
  const { accountId, clientId, type } = happening;
  const rows = await work.tx
    .selectFrom("endpoints")
    .selectAll()
    .where("account_id", "=", accountId)
    .where((eb) => eb.or([eb("client_id", "is", null), ...(clientId === null ? [] : [eb("client_id", "=", clientId)])]))
    .orderBy("client_id")
    .execute();
  if (type === "callback_test") return rows.filter((row) => row.client_id === clientId);

  const appHears = rows.some((row) => row.client_id !== null && row.url !== null);
  return appOverridesAccount && appHears ? rows.filter((row) => row.client_id !== null) : rows;
}
