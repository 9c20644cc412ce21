import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { retentionWalks } from "../../src/storage/retention.ts";
import { ask } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { type JsonApi, openJsonApi } from "./json-api.ts";
import { endpointOf, type Handed, openListener, takeFrom } from "./listening.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let api: JsonApi;
    before(async () => {
      house = await openHeardHouse(ground);
      api = await openJsonApi(house);
    });
    after(() => house.close());

    const open = (name: string) => openListener(api, name);
    const take = (id: string, json: object = {}) => takeFrom(api, { id, json });
    const settle = (id: string, one: Handed, more: object = {}) =>
      api.ok<{ settled: boolean; outcome: string | null; becomes: string | null }>(`POST /listeners/${id}/settle`, {
        json: { delivery_id: one.delivery_id, lease: one.lease, url: "http://localhost/x", duration_ms: 3, ...more },
      });
    const acked = { status: 200, body: "Hello API Event Received" };

    test("a callback is handed out once while its lease holds, and the callback URL gets its own", async () => {
      const id = await open("one");
      const { signature_request_id: request } = await sendAndWait(house);
      const [handed, ...more] = await take(id, { wait_seconds: 5 });
      assert.ok(handed && more.length === 0);
      assert.deepEqual([handed.event_type, handed.attempt], ["signature_request_sent", 1]);
      assert.deepEqual(await take(id), []);
      assert.deepEqual(await settle(id, handed, { ...acked, url: "http://me:secret@localhost:4000/hook?a=1" }), {
        settled: true,
        outcome: "acked",
        becomes: "delivered",
        retry_in_seconds: null,
      });
      const { url } = await house.store.read
        .selectFrom("attempts")
        .select("url")
        .where("delivery_id", "=", handed.delivery_id)
        .executeTakeFirstOrThrow();
      assert.equal(url, "http://localhost:4000/hook?a=1");
      assert.deepEqual(await settle(id, handed, acked), {
        settled: false,
        outcome: null,
        becomes: null,
        retry_in_seconds: null,
      });
      await house.quiet();
      assert.ok(house.receiver.types(request).includes("signature_request_sent"));
    });

    test("a lease that is lost settles nothing, and the callback is handed out again with a new one", async () => {
      const id = await open("lapsed");
      await sendAndWait(house);
      const [first] = await take(id, { wait_seconds: 5 });
      assert.ok(first);
      await house.store.transact((tx) =>
        sql`update deliveries set next_at = 1 where delivery_id = ${first.delivery_id}`.execute(tx),
      );
      const [again] = await take(id);
      assert.ok(again && again.delivery_id === first.delivery_id && again.lease > first.lease);
      assert.equal((await settle(id, first, acked)).settled, false);
      assert.equal(
        (await settle(id, again, { failure: "timeout_headers", message: "slow" })).outcome,
        "timeout_headers",
      );
      assert.deepEqual(await take(id), [], "its next try waits for the ladder");
    });

    test("who has hung up is handed nothing", async () => {
      const id = await open("hung-up");
      const hungUp = new AbortController();
      const asking = fetch(`${house.url}/api/listeners/${id}/take`, {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ wait_seconds: 20 }),
        signal: hungUp.signal,
      }).catch(() => null);
      await new Promise((done) => setTimeout(done, 300));
      hungUp.abort();
      await asking;
      await new Promise((done) => setTimeout(done, 300));
      await sendAndWait(house);
      const [handed] = await take(id, { wait_seconds: 5 });
      assert.equal(handed?.lease, 1, "nobody had it before");
    });

    test("another account's listener is a 404, and so is one that was closed; both are owed nothing", async () => {
      const id = await open("mine");
      const second = await openJsonApi({ ...house, apiKey: (await makeSecondAccount(house)).apiKey });
      for (const on of [`POST /listeners/${id}/take`, `DELETE /listeners/${id}`])
        assert.equal((await second.ask(on)).status, 404, on);
      const app = await second.ask("POST /listeners", { json: { name: "x", client_id: house.clientId } });
      assert.equal(app.status, 404);

      const { signature_request_id: request } = await sendAndWait(house);
      const authorization = `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}`;
      const closed = await fetch(`${house.url}/api/listeners/${id}`, { method: "DELETE", headers: { authorization } });
      assert.deepEqual([closed.status, await closed.text()], [204, ""]);
      assert.equal((await api.ask(`POST /listeners/${id}/take`)).status, 404);
      const { rows } = await sql<{ state: string }>`
        select d.state from deliveries d where d.endpoint_id = ${endpointOf(id)} and d.request_id = ${request}`.execute(
        house.store.read,
      );
      assert.deepEqual(rows, [{ state: "skipped" }]);
      await ask(house, `POST /signature_request/cancel/${request}`);
      await house.receiver.waitFor(({ payload }) => payload.event.event_type === "signature_request_canceled");
      const { event_id } = await house.store.read
        .selectFrom("events")
        .select("event_id")
        .where("request_id", "=", request)
        .executeTakeFirstOrThrow();
      const again = await api.ok<{ deliveries: readonly { endpoint_id: string }[] }>(`POST /events/${event_id}/resend`);
      assert.ok(again.deliveries.length > 0 && again.deliveries.every(({ endpoint_id: to }) => to !== endpointOf(id)));
      const { rows: after } = await sql`select 1 from deliveries where endpoint_id = ${endpointOf(id)}`.execute(
        house.store.read,
      );
      assert.equal(after.length, 1);
    });

    test("names that come and go leave no more than so many places; one that has lost its place is told so, and gets nothing of the next", async () => {
      const places = new Set<string>();
      let before = "";
      for (let n = 0; n < limits.listenersMost + 5; n += 1) {
        const id = await open(`container ${n}`);
        places.add(endpointOf(id));
        const authorization = `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}`;
        await fetch(`${house.url}/api/listeners/${id}`, { method: "DELETE", headers: { authorization } });
        if (before !== "") assert.equal((await api.ask(`POST /listeners/${before}/take`)).status, 404);
        before = id;
      }
      assert.ok(places.size <= limits.listenersMost, `${places.size} places`);
      const asleep = before;
      const [next] = await Promise.all(["next", "at the same time"].map(open));
      assert.ok(next && next !== asleep);
      await sendAndWait(house);
      assert.equal((await take(next, { wait_seconds: 5 })).length, 1);
      assert.equal((await api.ask(`POST /listeners/${asleep}/take`)).status, 404);
    });

    test("what crosses the closing of a listener is skipped too", async () => {
      const id = await open("crossed");
      const { signature_request_id: request } = await sendAndWait(house);
      const owed = () =>
        sql<{ state: string }>`
          select state from deliveries where endpoint_id = ${endpointOf(id)} and request_id = ${request}`
          .execute(house.store.read)
          .then(({ rows }) => rows.map(({ state }) => state));
      assert.deepEqual(await owed(), ["pending"]);
      await house.store.transact((tx) =>
        sql`update endpoints set state = 'disabled' where endpoint_id = ${endpointOf(id)}`.execute(tx),
      );
      const walk = retentionWalks(house.store, {
        attemptsMs: 1e12,
        payloadsMs: 1e12,
        lettersMs: 1e12,
        callsMs: 30 * 86_400_000,
      }).find(({ name }) => name === "listeners");
      await walk?.step({ at: Date.now(), after: null });
      assert.deepEqual(await owed(), ["skipped"]);
    });

    test("who waits for callbacks is answered when the server closes, long before the wait is over", async () => {
      const closing = await openHeardHouse(ground);
      const its = await openJsonApi(closing);
      const { listener } = await its.ok<{ listener: { listener_id: string } }>("POST /listeners", {
        json: { name: "x" },
      });
      const waiting = its.ok<{ callbacks: unknown[] }>(`POST /listeners/${listener.listener_id}/take`, {
        json: { wait_seconds: limits.listenerWaitMs / 1000 },
      });
      await new Promise((done) => setTimeout(done, 300));
      const closed = closing.close();
      const first = await Promise.race([
        waiting.then(({ callbacks }) => callbacks),
        new Promise((done) => setTimeout(() => done("still waiting"), limits.listenerWaitMs * 0.7)),
      ]);
      assert.deepEqual(first, []);
      await closed;
    });
  });
}
