import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { payloadsLeftWalk, requestsWalk } from "../../src/requests/destroy-walks.ts";
import { readConfig } from "../../src/server/config.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, sendAndWait } from "../support/requests.ts";
import { completeSecret, destroy, findWord, rowOf } from "./secret-lease.ts";

const day = 86_400_000;

test("COUNTERSIGN_RETENTION_DAYS says after how many days; without it none is destroyed by its age", () => {
  assert.equal(readConfig({}).keeping.requestsMs, null);
  assert.equal(readConfig({ COUNTERSIGN_RETENTION_DAYS: "30" }).keeping.requestsMs, 30 * day);
  for (const wrong of ["0", "-1", "soon", "3651"])
    assert.throws(() => readConfig({ COUNTERSIGN_RETENTION_DAYS: wrong }), /COUNTERSIGN_RETENTION_DAYS/);
});

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const walk = (days: number) => {
      const [found] = requestsWalk(house.store, { requestsMs: days * day });
      return found ?? assert.fail("there is a walk");
    };

    async function makeOlder(id: string, { created, ended }: { readonly created: number; readonly ended: number }) {
      const at = Date.now();
      await house.store.transact(async (tx) => {
        const created_at = at - created * day;
        await tx.updateTable("signature_requests").set({ created_at }).where("request_id", "=", id).execute();
        const occurred_at = at - ended * day;
        await tx.updateTable("events").set({ occurred_at }).where("request_id", "=", id).execute();
      });
    }

    test("by age: requests that ended long enough ago, and no others, are promised to be destroyed", async () => {
      const [old, young, late] = [
        await completeSecret(house),
        await completeSecret(house),
        await completeSecret(house),
      ];
      const { signature_request_id: open } = await sendAndWait(house, { signers: [ann] });
      await makeOlder(old.id, { created: 40, ended: 40 });
      await makeOlder(late.id, { created: 40, ended: 20 });
      await makeOlder(open, { created: 40, ended: 40 });
      assert.deepEqual(requestsWalk(house.store, { requestsMs: null }), []);
      assert.deepEqual(await walk(30).step({ at: Date.now(), after: null }), { removed: 1, after: null });
      while ((await rowOf(house, old.id)).state !== "destroyed") await house.quiet();
      assert.deepEqual(await eventsOf(house, old.id), [...old.events, "signature_request_destroyed"]);
      assert.deepEqual(await findWord(house, old.word), []);
      for (const { id } of [young, late]) assert.equal((await rowOf(house, id)).state, "complete");
      assert.equal((await rowOf(house, open)).state, "awaiting");
      assert.deepEqual(await walk(30).step({ at: Date.now(), after: null }), { removed: 0, after: null });
    });

    test("what is promised already is not promised again, and only so many wait at once", async () => {
      const { id } = await completeSecret(house);
      await makeOlder(id, { created: 40, ended: 40 });
      const later = Date.now() + 30 * day;
      const row = { kind: "destroy", payload_json: "{}", state: "pending", tries: 0, lease_no: 0, leased: 0 };
      const job = { ...row, worker_id: null, next_at: later, created_at: later, last_error: null };
      const removeJobs = () =>
        house.store.transact((tx) => tx.deleteFrom("jobs").where("next_at", "=", later).execute());
      await house.store.transact((tx) =>
        tx
          .insertInto("jobs")
          .values({ ...job, job_id: "promised", request_id: id })
          .execute(),
      );
      assert.deepEqual(await walk(30).step({ at: Date.now(), after: null }), { removed: 0, after: null });
      await removeJobs();

      const many = Array.from({ length: limits.destroysWaiting }, (_, n) => n);
      await house.store.transact(async (tx) => {
        for (let from = 0; from < many.length; from += 500)
          await tx
            .insertInto("jobs")
            .values(many.slice(from, from + 500).map((n) => ({ ...job, job_id: `waits ${n}`, request_id: `${n}` })))
            .execute();
      });
      assert.deepEqual(await walk(30).step({ at: Date.now(), after: null }), { removed: 0, after: null });
      await removeJobs();
      assert.equal((await walk(30).step({ at: Date.now(), after: null })).removed, 1);
      while ((await rowOf(house, id)).state !== "destroyed") await house.quiet();
    });

    test("an object that a delivery still waits for goes once it is delivered, with what the receiver answered", async () => {
      house.receiver.answer = ({ body }) => ({ status: 200, body: `Hello API Event Received ${body.toString()}` });
      const { id, word } = await completeSecret(house);
      const state = (to: string) =>
        house.store.transact((tx) =>
          sql`update deliveries set state = ${to} where request_id = ${id} and seq <= 2`.execute(tx),
        );
      await state("exhausted");
      await destroy(house, id);
      await house.quiet();
      const [attempts, ...objects] = new Set(
        (await findWord(house, word)).map((place) => place.replace(/_\d+\./, ".")),
      );
      assert.deepEqual([attempts, ...objects], ["attempts.response_body", "events.object_json"]);
      const left = payloadsLeftWalk(house.store);
      await left.step({ at: Date.now(), after: null });
      assert.equal((await rowOf(house, id)).payloads_left, 1);
      assert.notDeepEqual(await findWord(house, word), []);
      await state("delivered");
      assert.equal((await left.step({ at: Date.now(), after: null })).removed, 2);
      assert.deepEqual(await findWord(house, word), []);
      assert.equal((await rowOf(house, id)).payloads_left, 0);
      assert.equal((await left.step({ at: Date.now(), after: null })).removed, 0);
    });
  });
}
