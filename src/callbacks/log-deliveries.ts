import { sql } from "kysely";
import { shownUrl } from "../accounts/endpoints.ts";
import type { Db } from "../storage/store.ts";

/** The states in which deliveries are shown. */
export const deliveryStates = ["pending", "retrying", "held", "delivered", "exhausted", "skipped"] as const;

/**
 * How a delivery stands. `pending`: not tried yet, or under way. `retrying`: waits for its next attempt. `held`: its endpoint
 * takes nothing now. `delivered`: acknowledged. `exhausted`: the last attempt failed. `skipped`: somebody chose not to send it.
 */
export type ShownState = (typeof deliveryStates)[number];

/** A delivery as it is shown. Times are UTC milliseconds. */
export type ShownDelivery = {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly endpointId: string;
  /** The app whose endpoint it is and its name; null for the account's. */
  readonly clientId: string | null;
  readonly appName: string | null;
  /** Where the endpoint leads now, without credentials; null while it has no URL. */
  readonly url: string | null;
  readonly state: ShownState;
  /** 0 for the first, then one more each time the event is sent again to this endpoint. */
  readonly replayNo: number;
  /** Finished attempts. */
  readonly tries: number;
  /** When it is tried next; null while it is under way or held, and once it has ended. */
  readonly nextAt: number | null;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  readonly createdAt: number;
};

/** The shown state of a delivery `d` of the endpoint `p`; `held` is outbox/deliveries.ts' `takesCallbacks`, turned round. */
export const shownState = sql<ShownState>`case
  when d.state in ('delivered', 'exhausted', 'skipped') then d.state
  when (p.url is null and p.listener is null) or p.state <> 'active' then 'held'
  when d.tries > 0 and d.leased = 0 then 'retrying'
  else 'pending' end`;

/** The state under which the database keeps what is shown as `state`, to be written into a statement: partial indexes want it literally. */
export function storedState(state: ShownState): "pending" | "delivered" | "exhausted" | "skipped" {
  return state === "retrying" || state === "held" ? "pending" : state;
}

/**
 * The deliveries of these events to endpoints of an account, by event: to its own first, then to its app's, each from the first to the
 * newest. Where an app of another account is called back is that account's to know.
 */
export async function findDeliveries(
  db: Db,
  { accountId, eventIds }: { readonly accountId: string; readonly eventIds: readonly string[] },
): Promise<ReadonlyMap<string, readonly ShownDelivery[]>> {
  if (eventIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("deliveries as d")
    .innerJoin("endpoints as p", "p.endpoint_id", "d.endpoint_id")
    .leftJoin("api_apps as app", "app.client_id", "p.client_id")
    .leftJoin("attempts as a", (join) => join.onRef("a.delivery_id", "=", "d.delivery_id").onRef("a.n", "=", "d.tries"))
    .select(["d.delivery_id", "d.event_id", "d.endpoint_id", "d.replay_no", "d.tries", "d.leased", "d.next_at"])
    .select([
      "d.created_at",
      "p.client_id",
      "p.url",
      "p.credentials_cipher",
      "p.listener",
      "app.name",
      "a.outcome",
      "a.status",
    ])
    .select(shownState.as("shown"))
    .where("d.event_id", "in", eventIds)
    .where("p.account_id", "=", accountId)
    .orderBy(sql`p.client_id is not null`)
    .orderBy("d.replay_no")
    .execute();
  const shown = rows.map((row) => ({
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    endpointId: row.endpoint_id,
    clientId: row.client_id,
    appName: row.name,
    url: row.listener === null ? shownUrl(row) : `countersign listen, ${row.listener}`,
    state: row.shown,
    replayNo: row.replay_no,
    tries: row.tries,
    nextAt: (row.shown === "pending" || row.shown === "retrying") && row.leased === 0 ? row.next_at : null,
    lastOutcome: row.outcome,
    lastStatus: row.status,
    createdAt: row.created_at,
  }));
  return Map.groupBy(shown, ({ eventId }) => eventId);
}
