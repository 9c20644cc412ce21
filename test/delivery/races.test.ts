import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { setCallbackUrl } from "../../src/accounts/endpoints.ts";
import { newUuid } from "../../src/base/ids.ts";
import { noQuotas } from "../../src/base/quotas.ts";
import { planCallbacks } from "../../src/callbacks/plan.ts";
import { theHouse, type Work } from "../../src/events/work.ts";
import { claimDeliveries } from "../../src/outbox/deliveries.ts";
import type { Store } from "../../src/storage/store.ts";
import { findCluster } from "../storage/cluster.ts";
import { databases, type Opened } from "../storage/databases.ts";

const cluster = findCluster();
const owner = { accountId: "me", clientId: null };
const url = "http://127.0.0.1:1/callbacks";

// On SQLite changes come one after another; here two run side by side, and one commits while the other is half way.
describe("on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  let opened: Opened;
  let store: Store;

  beforeEach(async () => {
    opened = await (databases()[1] ?? assert.fail("PostgreSQL comes second")).open();
    store = opened.store;
    const account = { account_id: "me", email: "me@example.com", password_hash: "", locale: "en-US", created_at: 0 };
    await store.transact(async (tx) => {
      await tx.insertInto("accounts").values(account).execute();
    });
    await change((work) => setCallbackUrl(work, { owner, url }));
    await change((work) => setCallbackUrl(work, { owner, url: "" }));
  });

  afterEach(() => opened.close());

  /** Runs a change as the house does; with a gate its commit waits until that opens. */
  const change = (make: (work: Work) => Promise<unknown>, gate?: Gate) =>
    store.transact(async (tx) => {
      const wakes = new Set<"jobs" | "deliveries">();
      const work: Work = {
        tx,
        kind: store.kind,
        at: Date.now(),
        now: store.now,
        position: store.position,
        secret: new Uint8Array(32),
        quotas: noQuotas,
        downloadable: "end",
        actor: theHouse,
        happened: [],
        heard: new Set(),
        letters: [],
        notices: [],
        wakes,
      };
      await make(work);
      gate?.arrive();
      await gate?.opened;
    });
  const setUrl = (work: Work) => setCallbackUrl(work, { owner, url });
  const claim = (workerId: string) =>
    claimDeliveries(store, {
      workerId,
      leaseMs: 60_000,
      probeMs: 60_000,
      share: (due) => due.map((endpoint) => [endpoint, 1] as const),
    });

  test("a URL that is set while an event is being written lets that event go", async () => {
    const gate = makeGate();
    const happening = change(happen, gate);
    await gate.arrived;
    await change(setUrl);
    gate.open();
    await happening;

    assert.equal((await claim("one")).length, 1);
  });

  test("for an endpoint at which another worker is claiming nobody else claims, and it goes on afterwards", async () => {
    await change(setUrl);
    await change(happen);
    const gate = makeGate();
    const other = store.transact(async (tx) => {
      await sql`select 1 from endpoints for no key update`.execute(tx);
      gate.arrive();
      await gate.opened;
    });
    await gate.arrived;
    assert.deepEqual(await claim("two"), []);
    gate.open();
    await other;
    assert.equal((await claim("two")).length, 1);
  });

  test("a URL that is set for the first time by two at once makes one endpoint", async () => {
    const clientId = "an-app";
    const first = (work: Work) => setCallbackUrl(work, { owner: { accountId: "me", clientId }, url });
    await Promise.all([change(first), change(first), change(first)]);

    const rows = await store.read.selectFrom("endpoints").select("url").where("client_id", "=", clientId).execute();
    assert.deepEqual(rows, [{ url }]);
  });
});

/** An event without a request, planned for the account. */
async function happen(work: Work): Promise<void> {
  work.happened.push({
    eventId: newUuid(work.at),
    type: "signature_request_sent",
    accountId: "me",
    clientId: null,
    requestId: null,
    templateId: null,
    faxId: null,
    subjectId: null,
    seq: 0,
    at: work.at,
    relatedSignatureId: null,
    message: null,
    hearers: [],
  });
  await planCallbacks(work, {
    renderObject: async () => null,
    findHearing: async () => null,
    appOverridesAccount: false,
  });
}

type Gate = {
  readonly arrive: () => void;
  readonly arrived: Promise<void>;
  readonly open: () => void;
  readonly opened: Promise<void>;
};

function makeGate(): Gate {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return { arrive, arrived, open, opened };
}
