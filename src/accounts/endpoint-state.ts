import { type RawBuilder, sql } from "kysely";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { appendTest } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { takesCallbacks } from "../outbox/deliveries.ts";
import { well } from "../outbox/health.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { findEndpointById } from "./endpoints.ts";
import type { EndpointOf } from "./webhook-secret.ts";

/** The orders in which an endpoint may be served. */
export const orderings = ["best_effort", "strict"] as const;

/** `best_effort`: a callback that failed does not hold up the next ones of its request; `strict`: it does. */
export type Ordering = (typeof orderings)[number];

/** Pauses an endpoint: what is owed to it is held until it is resumed. A disabled one stays so. 404 for another account's. */
export async function pauseEndpoint(work: Work, of: EndpointOf): Promise<EndpointRow> {
  // Whoever delivers here forgets what it knew of the endpoint a moment ago.
  work.wakes.add("deliveries");
  await work.tx
    .updateTable("endpoints")
    .set({ state: "paused", updated_at: work.at })
    .where("endpoint_id", "=", of.endpointId)
    .where("account_id", "=", of.accountId)
    .where("state", "=", "active")
    .execute();
  return findEndpointById(work.tx, of);
}

/**
 * Lets an endpoint take callbacks again, with no record of failures. What was held is sent, in sequence and what waited for a
 * retry at its own time, or is skipped for good. 404 for another account's.
 */
export async function resumeEndpoint(
  work: Work,
  { held, ...of }: EndpointOf & { readonly held: "send" | "skip" },
): Promise<EndpointRow> {
  const endpoint = await findEndpointById(work.tx, of);
  if (held === "skip" && !takesCallbacks(endpoint)) await skipHeld(work, of);
  if (endpoint.state === "active") return endpoint;
  work.wakes.add("deliveries");
  return change(work, { ...of, columns: { state: "active", ...well } });
}

/** Says in which order an endpoint is served. 404 for another account's. */
export async function setOrdering(
  work: Work,
  { ordering, ...of }: EndpointOf & { readonly ordering: Ordering },
): Promise<EndpointRow> {
  work.wakes.add("deliveries");
  return change(work, { ...of, columns: { ordering } });
}

/** Sends a `callback_test` to an endpoint; answers its event's id. 404 for another account's; `conflict` for one that takes nothing now. */
export async function testEndpoint(work: Work, of: EndpointOf): Promise<string> {
  const endpoint = await findEndpointById(work.tx, of);
  if (endpoint.url === null)
    throw new Fault("conflict", "This endpoint has no callback URL: set one first, which sends a test by itself.");
  if (!takesCallbacks(endpoint)) throw new Fault("conflict", `This endpoint is ${endpoint.state}: resume it first.`);
  return appendTest(work, { accountId: of.accountId, clientId: endpoint.client_id });
}

/** How many deliveries of an endpoint stand how, each counted up to `limits.countedDeliveries`. */
export type DeliveryCounts = { readonly pending: number; readonly held: number; readonly exhausted: number };

/** Counts what waits for an endpoint, what is held for it, and what was given up. */
export async function countDeliveries(
  db: Db,
  endpoint: Pick<EndpointRow, "endpoint_id" | "url" | "state">,
): Promise<DeliveryCounts> {
  const waiting = await countUpTo(db, { endpoint, state: sql.lit("pending") });
  const exhausted = await countUpTo(db, { endpoint, state: sql.lit("exhausted") });
  return takesCallbacks(endpoint) ? { pending: waiting, held: 0, exhausted } : { pending: 0, held: waiting, exhausted };
}

type Counting = { readonly endpoint: Pick<EndpointRow, "endpoint_id">; readonly state: RawBuilder<string> };

/** The state stands in the statement's text: the partial indexes want it so. */
async function countUpTo(db: Db, { endpoint, state }: Counting): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from deliveries where endpoint_id = ${endpoint.endpoint_id} and state = ${state}
      limit ${limits.countedDeliveries}) counted`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** But what is under way: how that ends is written down. Its lease is in the future as long as somebody works at it. */
async function skipHeld(work: Work, { endpointId }: EndpointOf): Promise<void> {
  await work.tx
    .updateTable("deliveries")
    .set({ state: "skipped", leased: 0 })
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", sql.lit("pending"))
    .where((eb) => eb.or([eb("leased", "=", 0), eb("next_at", "<=", work.now)]))
    .execute();
}

type Change = EndpointOf & { readonly columns: Partial<Omit<EndpointRow, "endpoint_id" | "account_id">> };

async function change(work: Work, { accountId, endpointId, columns }: Change): Promise<EndpointRow> {
  await work.tx
    .updateTable("endpoints")
    .set({ ...columns, updated_at: work.at })
    .where("endpoint_id", "=", endpointId)
    .where("account_id", "=", accountId)
    .execute();
  return findEndpointById(work.tx, { accountId, endpointId });
}
