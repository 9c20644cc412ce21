import { sql } from "kysely";
import { newUuid } from "../../src/base/ids.ts";
import { writeWords } from "../../src/storage/request-words.ts";
import { type ColumnType, rowsAs } from "../../src/storage/rows.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import { type Chance, chanceFrom, lifeOf, wordsOf } from "./lives.ts";

/** Whose events are written: an account, its apps with their share of its requests, and the endpoints of both. */
export type Tenant = {
  readonly accountId: string;
  readonly share: number;
  readonly endpointId: string;
  readonly apps: readonly {
    readonly clientId: string;
    readonly endpointId: string;
    readonly share: number;
    readonly isPaused: boolean;
  }[];
};

/** How much, and until when (UTC milliseconds). */
export type Extent = { readonly requests: number; readonly until: number };

const day = 86_400_000;
const spanMs = 90 * day;
const payload = JSON.stringify({ title: "x".repeat(200), signatures: "y".repeat(1200) });
const batch = 4000;

/** Fills a house with requests, their events, deliveries and attempts, in the order of time. Answers how many events there are. */
export async function fillHouse(
  store: Store,
  { tenants, extent }: { readonly tenants: readonly Tenant[]; readonly extent: Extent },
) {
  const chance = chanceFrom(20_261_129);
  const planned = plan(chance, { tenants, extent });
  for (const some of slices(planned.requests, 1000))
    await store.transact(async (tx) => {
      await writeRequests(store, { tx, requests: some });
      await writeWords({ tx, kind: store.kind }, some.map(factsOf));
    });
  planned.events.sort((a, b) => a.at - b.at);
  for (const some of slices(planned.events, batch))
    await store.transact((tx) => writeEvents(store, { tx, chance, extent, events: some }));
  return planned.events.length;
}

type Request = ReturnType<typeof wordsOf> & {
  readonly id: string;
  readonly tenant: Tenant;
  readonly app: Tenant["apps"][number] | null;
  readonly at: number;
};
type Event = { readonly request: Request; readonly type: string; readonly at: number; readonly seq: number };

function plan(chance: Chance, { tenants, extent }: { readonly tenants: readonly Tenant[]; readonly extent: Extent }) {
  const requests: Request[] = [];
  const events: Event[] = [];
  for (let number = 0; number < extent.requests; number += 1) {
    const tenant = pick(chance, tenants) ?? tenants[0];
    if (tenant === undefined) throw new Error("There is an account");
    const at = extent.until - spanMs + Math.floor((spanMs * number) / extent.requests);
    const id = number.toString(16).padStart(40, "0");
    const request = { ...wordsOf(chance, number), id, tenant, app: pick(chance, tenant.apps), at };
    requests.push(request);
    for (const [index, { type, afterMs }] of lifeOf(chance).entries())
      if (at + afterMs < extent.until) events.push({ request, type, at: at + afterMs, seq: index + 1 });
  }
  return { requests, events };
}

function pick<One extends { readonly share: number }>(chance: Chance, from: readonly One[]): One | null {
  let left = chance();
  for (const one of from) {
    left -= one.share;
    if (left < 0) return one;
  }
  return null;
}

function* slices<One>(all: readonly One[], size: number): Generator<readonly One[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

function factsOf({ id, tenant, title, signer, order }: Request) {
  const nothing = { subject: null, message: null, cc: [], errorMessage: null, messages: [] };
  return {
    ...nothing,
    requestId: id,
    accountId: tenant.accountId,
    title,
    signers: [signer],
    files: ["contract.pdf"],
    metadata: { order },
  };
}

type Filling = { readonly tx: Db; readonly requests: readonly Request[] };

async function writeRequests(store: Store, { tx, requests }: Filling): Promise<void> {
  const columns = {
    request_id: "text",
    account_id: "text",
    client_id: "text",
    title: "text",
    at: "bigint",
    metadata: "text",
  } as const;
  const rows = requests.map(({ id, tenant, app, title, at, order }) => ({
    request_id: id,
    account_id: tenant.accountId,
    client_id: app?.clientId ?? null,
    title,
    at,
    metadata: JSON.stringify({ order }),
  }));
  await sql`
    insert into signature_requests (request_id, account_id, client_id, state, is_embedded, test_mode, title, original_title,
      metadata_json, cc_json, custom_fields_json, options_json, created_at, last_seq)
    select request_id, account_id, client_id, 'complete', 1, 0, title, title, metadata, '[]', '[]', '{}', at, 9
    from ${rowsAs(store, { columns, rows })}`.execute(tx);
}

type Telling = { readonly tx: Db; readonly chance: Chance; readonly extent: Extent; readonly events: readonly Event[] };

const columnsOf = {
  event: {
    event_id: "text",
    account_id: "text",
    client_id: "text",
    type: "text",
    request_id: "text",
    seq: "bigint",
    at: "bigint",
    message: "text",
    object: "text",
  },
  delivery: {
    delivery_id: "text",
    event_id: "text",
    endpoint_id: "text",
    account_id: "text",
    request_id: "text",
    seq: "bigint",
    state: "text",
    tries: "bigint",
    at: "bigint",
    next_at: "bigint",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;

async function writeEvents(store: Store, { tx, chance, extent, events }: Telling): Promise<void> {
  const rows = events.map(({ request, type, at, seq }) => ({
    event_id: newUuid(at),
    account_id: request.tenant.accountId,
    client_id: request.app?.clientId ?? null,
    type,
    request_id: request.id,
    seq,
    at,
    message: type === "file_error" ? "contract.pdf cannot be used. It is not a PDF." : null,
    // Payloads and attempts go with their age.
    object: extent.until - at < 14 * day ? payload : null,
  }));
  await sql`
    insert into events (event_id, account_id, client_id, type, request_id, seq, occurred_at, message, object_json, position)
    select event_id, account_id, client_id, type, request_id, seq, at, message, object, ${store.position}
    from ${rowsAs(store, { columns: columnsOf.event, rows })}`.execute(tx);

  const deliveries = rows.flatMap((row, index) =>
    deliveriesOf(row, { chance, extent, request: events[index]?.request }),
  );
  await sql`
    insert into deliveries (delivery_id, event_id, endpoint_id, account_id, request_id, seq, replay_no, state, single_attempt, tries,
      lease_no, leased, next_at, created_at)
    select delivery_id, event_id, endpoint_id, account_id, request_id, seq, 0, state, 0, tries, tries, 0, next_at, at
    from ${rowsAs(store, { columns: columnsOf.delivery, rows: deliveries })}`.execute(tx);
  const tried = deliveries.filter(({ tries, at }) => tries > 0 && extent.until - at < 14 * day);
  await sql`
    insert into attempts (delivery_id, n, lease_no, started_at, duration_ms, url, status, outcome)
    select delivery_id, tries, tries, at, 40, 'https://app.example/hook', 200, case state when 'delivered' then 'acked' else 'http_5xx' end
    from ${rowsAs(store, { columns: columnsOf.delivery, rows: tried })}`.execute(tx);
}

type Owed = { readonly chance: Chance; readonly extent: Extent; readonly request: Request | undefined };

function deliveriesOf(
  row: {
    readonly event_id: string;
    readonly account_id: string;
    readonly request_id: string;
    readonly seq: number;
    readonly at: number;
  },
  { chance, extent, request }: Owed,
) {
  if (request === undefined) return [];
  const { tenant, app } = request;
  const to = [{ endpointId: tenant.endpointId, isPaused: false }, ...(app === null ? [] : [app])];
  return to.map(({ endpointId, isPaused }) => ({
    delivery_id: newUuid(row.at),
    event_id: row.event_id,
    endpoint_id: endpointId,
    account_id: row.account_id,
    request_id: row.request_id,
    seq: row.seq,
    ...becomes(chance, { age: extent.until - row.at, isPaused }),
    at: row.at,
    // Nothing goes out while it is measured.
    next_at: extent.until + 10 * day,
  }));
}

/** 1 % was given up, 0.5 % waits (of the last three days), 0.3 % was skipped; a paused endpoint holds what came in five days. */
function becomes(chance: Chance, { age, isPaused }: { readonly age: number; readonly isPaused: boolean }) {
  if (isPaused && age < 5 * day) return { state: "pending", tries: 0 };
  const luck = chance();
  if (luck < 0.01) return { state: "exhausted", tries: 7 };
  if (luck < 0.013) return { state: "skipped", tries: 0 };
  if (age < 3 * day && luck < 0.163) return { state: "pending", tries: luck < 0.12 ? 2 : 0 };
  return { state: "delivered", tries: 1 };
}
