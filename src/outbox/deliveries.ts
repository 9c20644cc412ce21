import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { DeliveryRow } from "../storage/promise-tables.ts";
import { rowsAs } from "../storage/rows.ts";
import type { Db, Store } from "../storage/store.ts";
import { isDue } from "./leases.ts";

/** A delivery in a worker's hands: `leaseNo` and `workerId` are the fence that its settlement must show. */
export type ClaimedDelivery = {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly seq: number;
  readonly tries: number;
  readonly leaseNo: number;
  readonly workerId: string | null;
  readonly singleAttempt: boolean;
  /** It goes out to try whether the endpoint's breaker may close. */
  readonly isProbe: boolean;
};

/** An endpoint for which something is due. */
export type DueEndpoint = Pick<EndpointRow, "endpoint_id" | "ordering" | "breaker_until">;

/** Who claims, for how long (milliseconds), and how much for each endpoint. */
export type ClaimOptions = {
  readonly workerId: string;
  readonly leaseMs: number;
  /** How long a probe of an endpoint keeps other probes back. */
  readonly probeMs: number;
  /** How many deliveries to take for each of the endpoints, in the order in which they are served. */
  readonly share: (due: readonly DueEndpoint[]) => readonly (readonly [endpoint: DueEndpoint, room: number])[];
};

/** Whether callbacks may go to an endpoint now; while not, what is pending for it is held. */
export function takesCallbacks({ url, state }: Pick<EndpointRow, "url" | "state">): boolean {
  return url !== null && state === "active";
}

/**
 * Takes due deliveries: per endpoint and request at most one is under way, the lowest sequence first; one that waits for
 * its next try does not hold up those after it, unless its endpoint is strict. An endpoint whose breaker is open gives one
 * delivery at a time, as a probe.
 */
export async function claimDeliveries(
  store: Store,
  { workerId, leaseMs, probeMs, share }: ClaimOptions,
): Promise<readonly ClaimedDelivery[]> {
  const wanted = share(await findDueEndpoints(store)).filter(([, room]) => room > 0);
  if (wanted.length === 0) return [];

  return store.transact(
    async (tx) => {
      const locked = await lockEndpoints(tx, { store, ids: wanted.map(([endpoint]) => endpoint.endpoint_id) });
      const takings = wanted.flatMap(([{ endpoint_id }, room]) => {
        const endpoint = locked.get(endpoint_id);
        if (!endpoint) return [];
        return [
          {
            endpoint_id,
            room: endpoint.breaker_until === null ? room : 1,
            strict: endpoint.ordering === "strict" ? 1 : 0,
          },
        ];
      });
      const rows = await takeDue(tx, { store, takings, workerId, leaseMs });
      const isProbe = (id: string) => locked.get(id)?.breaker_until !== null;
      const probed = rows.map((row) => row.endpoint_id).filter(isProbe);
      await reserveProbes(tx, { store, probed, probeMs });
      return rows.map((row) => claimedOf(row, isProbe(row.endpoint_id)));
    },
    { durability: "lazy", lane: "leases" },
  );
}

/** A claimed row, as its worker knows it. */
export function claimedOf(row: DeliveryRow, isProbe: boolean): ClaimedDelivery {
  return {
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    endpointId: row.endpoint_id,
    seq: row.seq,
    tries: row.tries,
    leaseNo: row.lease_no,
    workerId: row.worker_id,
    singleAttempt: row.single_attempt === 1,
    isProbe,
  };
}

/**
 * In no order: beyond the limit chance decides, so that nobody waits for ever. Leaps from endpoint to endpoint in the index of
 * what is pending, taking the earliest due time of each along, so that it costs by the endpoints that wait, not by their deliveries.
 * SQLite prepares a statement anew at each call when its limit is a bare parameter, which takes longer than the statement: hence the casts.
 */
async function findDueEndpoints(store: Store): Promise<readonly DueEndpoint[]> {
  const { rows } = await sql<DueEndpoint>`
    ${waiting}
    select e.endpoint_id, e.ordering, e.breaker_until
    from waiting w join endpoints e on e.endpoint_id = w.endpoint_id
    where w.next_at <= ${store.now} and e.url is not null and e.state = 'active' and ${isClosed(store)}
    order by random() limit cast(${limits.dueEndpoints} as integer)`.execute(store.read);
  return rows;
}

/** The beginning of a statement: `waiting` is the endpoints for which something is pending, each with the earliest due time. */
export const waiting = sql`
  with recursive waiting(endpoint_id, next_at) as (
    select endpoint_id, next_at from deliveries where delivery_id = (
      select delivery_id from deliveries where state = 'pending' order by endpoint_id, next_at, delivery_id limit 1)
    union all
    select d.endpoint_id, d.next_at from waiting w join deliveries d on d.delivery_id = (
      select o.delivery_id from deliveries o where o.state = 'pending' and o.endpoint_id > w.endpoint_id
      order by o.endpoint_id, o.next_at, o.delivery_id limit 1))`;

/** For how long the delivery that waits longest has been due, in milliseconds; 0 where none is. What is held does not count. */
export async function longestDue(store: Pick<Store, "read" | "now">): Promise<number> {
  const { rows } = await sql<{ readonly due: number | null }>`
    ${waiting}
    select max(${store.now} - w.next_at) as due
    from waiting w join endpoints e on e.endpoint_id = w.endpoint_id
    where w.next_at <= ${store.now} and e.url is not null and e.state = 'active'`.execute(store.read);
  return Number(rows[0]?.due ?? 0);
}

/** A condition on endpoints `e`: the breaker lets something through. */
function isClosed({ now }: Pick<Store, "now">): RawBuilder<boolean> {
  return sql<boolean>`(e.breaker_until is null or e.breaker_until <= ${now})`;
}

type Locking = { readonly store: Store; readonly ids: readonly string[] };

/**
 * One worker claims for an endpoint at a time: two that do not see each other's claims could take two callbacks of one request.
 * Those that another is at are left to it.
 */
async function lockEndpoints(tx: Db, { store, ids }: Locking): Promise<ReadonlyMap<string, DueEndpoint>> {
  const lock = store.kind === "postgres" ? sql`for no key update skip locked` : sql``;
  const { rows } = await sql<DueEndpoint>`
    select e.endpoint_id, e.ordering, e.breaker_until from endpoints e
    where e.endpoint_id in (${sql.join(ids)}) and e.url is not null and e.state = 'active' and ${isClosed(store)}
    order by e.endpoint_id ${lock}`.execute(tx);
  return new Map(rows.map((row) => [row.endpoint_id, row]));
}

type Taking = { readonly endpoint_id: string; readonly room: number; readonly strict: number };
type TakingAll = {
  readonly store: Store;
  readonly takings: readonly Taking[];
  readonly workerId: string;
  readonly leaseMs: number;
};

/** Takes due deliveries of these endpoints under a lease; the caller holds the rows of the endpoints. */
export async function takeDue(
  tx: Db,
  { store, takings, workerId, leaseMs }: TakingAll,
): Promise<readonly DeliveryRow[]> {
  const take = async (due: RawBuilder<unknown>) =>
    (
      await sql<DeliveryRow>`
        with due as materialized (${due})
        update deliveries
        set leased = 1, worker_id = ${workerId}, lease_no = lease_no + 1, next_at = ${store.now} + ${leaseMs}
        where ${among(store)}
        returning *`.execute(tx)
    ).rows;
  if (takings.length === 0) return [];
  if (store.kind === "postgres") {
    const wanted = rowsAs(store, { columns: { endpoint_id: "text", room: "bigint", strict: "bigint" }, rows: takings });
    const endpoint = { id: sql`v.endpoint_id`, room: sql`v.room`, strict: sql`v.strict` };
    const each = sql`${dueOf(store, endpoint)} for update skip locked`;
    return take(sql`select due.delivery_id from ${wanted} cross join lateral (${each}) due`);
  }
  // SQLite has no lateral joins, and a statement costs next to nothing there.
  const rows: DeliveryRow[] = [];
  for (const { endpoint_id, room, strict } of takings)
    rows.push(...(await take(dueOf(store, { id: sql`${endpoint_id}`, room: sql`${room}`, strict: sql`${strict}` }))));
  return rows;
}

/** As an array in PostgreSQL, which takes that for a few rows and the table for many: it would read all of `deliveries`. */
function among({ kind }: Pick<Store, "kind">): RawBuilder<boolean> {
  if (kind === "postgres") return sql<boolean>`delivery_id = any (array(select delivery_id from due))`;
  return sql<boolean>`delivery_id in (select delivery_id from due)`;
}

type Sought = { readonly [Part in "id" | "room" | "strict"]: RawBuilder<unknown> };

function dueOf(store: Store, { id, room, strict }: Sought): RawBuilder<unknown> {
  return sql`
    select d.delivery_id from deliveries d
    where d.endpoint_id = ${id} and d.state = 'pending' and ${isDue(store, "d")}
      and (d.request_id is null or not exists (
        select 1 from deliveries o
        where o.endpoint_id = d.endpoint_id and o.request_id = d.request_id and o.state = 'pending'
          and o.delivery_id <> d.delivery_id
          and ((o.leased = 1 and o.next_at > ${store.now})
            or ((o.seq < d.seq or (o.seq = d.seq and o.delivery_id < d.delivery_id))
              and (${strict} = 1 or ${isDue(store, "o")})))))
    order by d.next_at, d.delivery_id limit cast(${room} as integer)`;
}

type Probing = { readonly store: Store; readonly probed: readonly string[]; readonly probeMs: number };

/** While a probe is under way nobody else sends one; should its worker die, the time passes by itself. */
async function reserveProbes(tx: Db, { store, probed, probeMs }: Probing): Promise<void> {
  if (probed.length === 0) return;
  await tx
    .updateTable("endpoints")
    .set({ breaker_until: sql<number>`${store.now} + ${probeMs}` })
    .where("endpoint_id", "in", probed)
    .execute();
}

/** Gives claimed deliveries back untried, because their endpoint takes nothing or the worker stops: due at once. */
export async function giveBackDeliveries(store: Store, claimed: readonly ClaimedDelivery[]): Promise<void> {
  if (claimed.length === 0) return;
  const columns = { id: "text", lease: "bigint" } as const;
  const given = rowsAs(store, {
    columns,
    rows: claimed.map(({ deliveryId, leaseNo }) => ({ id: deliveryId, lease: leaseNo })),
  });
  await store.transact(
    async (tx) => {
      await sql`
        update deliveries set leased = 0, next_at = ${store.now} from ${given}
        where delivery_id = v.id and lease_no = v.lease and state = 'pending'`.execute(tx);
    },
    { durability: "lazy", lane: "leases" },
  );
}
