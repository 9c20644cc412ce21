import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { retentionWalks } from "../../src/storage/retention.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { untilWaiting } from "../support/waiting.ts";
import { type JsonApi, openJsonApi } from "./json-api.ts";
import { endpointOf, openListener, takeFrom } from "./listening.ts";

for (const ground of grounds()) {
  describe(`silent listeners, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let api: JsonApi;
    before(async () => {
      house = await openHeardHouse(ground);
      api = await openJsonApi(house);
    });
    after(() => house.close());

    const open = (name: string) => openListener(api, name);
    const take = (id: string, json: object = {}) => takeFrom(api, { id, json });
    const silence = (id: string) =>
      house.store.transact((tx) =>
        sql`update endpoints set listener_seen_at = listener_seen_at - ${limits.keptListenerMs + 1000}
          where endpoint_id = ${endpointOf(id)}`.execute(tx),
      );
    const closeSilent = () => {
      const kept = { attemptsMs: 1e12, payloadsMs: 1e12, lettersMs: 1e12, callsMs: 30 * 86_400_000 };
      const walk = retentionWalks(house.store, kept).find(({ name }) => name === "listeners");
      return walk?.step({ at: Date.now(), after: null });
    };

    test("one that comes back in the very moment when it would be closed stays", async (context) => {
      if (house.store.kind === "sqlite") return context.skip("SQLite has one writer");
      const id = await open("late");
      await silence(id);
      const heard = Promise.withResolvers<void>();
      const back = house.store.transact(async (tx) => {
        await sql`update endpoints set listener_seen_at = ${Date.now()} where endpoint_id = ${endpointOf(id)}`.execute(
          tx,
        );
        await heard.promise;
      });
      const closing = closeSilent();
      await untilWaiting(house.store);
      heard.resolve();
      await back;
      assert.equal((await closing)?.removed, 0);
      assert.equal(await open("late"), id);
    });

    test("one that is not heard of for a day is owed nothing more, and is closed", async () => {
      const id = await open("forgotten");
      const { signature_request_id: first } = await sendAndWait(house);
      const [waiting] = await take(id, { wait_seconds: 5 });
      assert.ok(waiting);
      await silence(id);
      const { signature_request_id: second } = await sendAndWait(house);
      const owed = async () =>
        (
          await sql<{
            state: string;
          }>`select state from deliveries where endpoint_id = ${endpointOf(id)} and request_id in (${first}, ${second})`.execute(
            house.store.read,
          )
        ).rows.map(({ state }) => state);
      assert.deepEqual(await owed(), ["pending"]);
      assert.equal((await closeSilent())?.removed, 1);
      assert.deepEqual(await owed(), ["skipped"]);
      assert.equal((await api.ask(`POST /listeners/${id}/take`)).status, 404);
      assert.equal(await open("forgotten"), id);
      assert.deepEqual(await take(id), []);
    });
  });
}
