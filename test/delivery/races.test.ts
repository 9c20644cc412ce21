import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setCallbackUrl } from "../../src/accounts/endpoints.ts";
import { planCallbacks } from "../../src/callbacks/plan.ts";
import { theHouse, type Work } from "../../src/events/work.ts";
import { claimDeliveries, giveBackDelivery } from "../../src/outbox/deliveries.ts";
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
  const change = (make: (work: Work) => Promise<void>, gate?: Gate) =>
    store.transact(async (tx) => {
      const wakes = new Set<"jobs" | "deliveries">();
      const work: Work = {
        tx,
        at: Date.now(),
        now: store.now,
        position: store.position,
        secret: new Uint8Array(32),
        actor: theHouse,
        happened: [],
        wakes,
      };
      await make(work);
      gate?.arrive();
      await gate?.opened;
    });
  const setUrl = (work: Work) => setCallbackUrl(work, { owner, url });
  const states = async () =>
    (await store.read.selectFrom("deliveries").select("state").execute()).map(({ state }) => state);

  test("an event that comes while its URL is being set is not left behind as held", async () => {
    const gate = makeGate();
    const setting = change(setUrl, gate);
    await gate.arrived;
    const happening = change(happen);
    await Promise.race([happening, sleep(300)]);
    gate.open();
    await Promise.all([setting, happening]);

    assert.deepEqual(await states(), ["pending"]);
  });

  test("a URL that is set while an event is being held for it lets that event go", async () => {
    const gate = makeGate();
    const happening = change(happen, gate);
    await gate.arrived;
    const setting = change(setUrl);
    await Promise.race([setting, sleep(300)]);
    gate.open();
    await Promise.all([setting, happening]);

    assert.deepEqual(await states(), ["pending"]);
  });

  test("a delivery that is given back while its URL is being set is not left behind as held", async () => {
    await change(setUrl);
    await change(happen);
    const [claimed] = await claimDeliveries(store, {
      workerId: "one",
      most: 1,
      leaseMs: 60_000,
      mostPerEndpoint: 1,
      underWay: new Map(),
    });
    assert.ok(claimed);
    await change((work) => setCallbackUrl(work, { owner, url: "" }));
    const gate = makeGate();
    const setting = change(setUrl, gate);
    await gate.arrived;
    const giving = giveBackDelivery(store, claimed);
    await Promise.race([giving, sleep(300)]);
    gate.open();
    await Promise.all([setting, giving]);

    const [row, ...others] = await store.read.selectFrom("deliveries").select(["state", "leased"]).execute();
    assert.deepEqual(others, []);
    assert.deepEqual(row, { state: "pending", leased: 0 });
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
    type: "signature_request_sent",
    accountId: "me",
    clientId: null,
    requestId: null,
    seq: 0,
    at: work.at,
    relatedSignatureId: null,
    message: null,
  });
  await planCallbacks(work, { renderObject: async () => null, appOverridesAccount: false });
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
