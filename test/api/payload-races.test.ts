import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { resendEvent } from "../../src/callbacks/resend.ts";
import { payloadsWalk } from "../../src/storage/retention-events.ts";
import { type Desk, openDesk } from "../callbacks/desk.ts";
import { faultOf } from "../support/ask.ts";
import { grounds } from "../support/house.ts";
import { untilWaiting } from "../support/waiting.ts";
import { idsOf, writeEvents } from "./event-rows.ts";
import { type JsonApi, openJsonApi } from "./json-api.ts";
import { forgetEvents, type Hand, handOf, replayedTo } from "./replay-hand.ts";

for (const ground of grounds()) {
  const oneWriter =
    ground.name === "SQLite" && "SQLite has one writer: nothing comes between two statements of a change";
  describe(ground.name, { skip: ground.skip || oneWriter }, () => {
    let desk: Desk;
    let api: JsonApi;
    let ids: Awaited<ReturnType<typeof idsOf>>;
    let hand: Hand;

    before(async () => {
      desk = await openDesk(ground);
      api = await openJsonApi(desk.house);
      ids = await idsOf(desk.house);
      hand = handOf(desk.house);
    });

    beforeEach(() => forgetEvents(desk.house));

    after(() => desk.close());

    /** Events that are a year old and were delivered. */
    async function oldEvents(count: number): Promise<readonly string[]> {
      const at = Date.now() - 365 * 24 * 3_600_000;
      const to = [{ endpointId: ids.toAccount, state: "delivered", tries: 1 }];
      const each = Array.from({ length: count }, (_, n) => ({ accountId: ids.accountId, at: at + n, to }));
      return writeEvents(desk.house, each);
    }

    /** Removes the payload of an event as retention does, and keeps the commit back until `meanwhile` waits for it. */
    async function removeBeside<T>(eventId: string, meanwhile: () => Promise<T>): Promise<T> {
      const gate = Promise.withResolvers<void>();
      const locked = Promise.withResolvers<void>();
      const removing = desk.house.store.transact(async (tx) => {
        await sql`select event_id from events where event_id = ${eventId} for update`.execute(tx);
        await tx.updateTable("events").set({ object_json: null }).where("event_id", "=", eventId).execute();
        locked.resolve();
        await gate.promise;
      });
      await locked.promise;
      const result = meanwhile();
      try {
        await Promise.race([untilWaiting(desk.house.store), result]);
      } finally {
        gate.resolve();
      }
      await removing;
      return result;
    }

    /** Deliveries that wait although their event has no payload any more. */
    const orphans = async () =>
      desk.house.store.read
        .selectFrom("deliveries")
        .innerJoin("events", "events.event_id", "deliveries.event_id")
        .select("delivery_id")
        .where("state", "=", "pending")
        .where("object_json", "is", null)
        .where("type", "!=", "callback_test")
        .execute();

    test("an event whose payload goes just now is not sent again, and owes nothing", async () => {
      const [eventId = ""] = await oldEvents(1);
      const answer = await removeBeside(eventId, () => api.ask(`POST /events/${eventId}/resend`));
      assert.deepEqual(faultOf(answer), [410, "deleted"]);
      assert.deepEqual(await replayedTo(desk.house, ids.toAccount), []);
    });

    test("a replay leaves out the event whose payload goes just now, and takes the others", async () => {
      const [first = "", ...others] = await oldEvents(3);
      const { replay_id } = await hand.start({
        accountId: ids.accountId,
        endpointId: ids.toAccount,
        perMinute: 2,
      });
      await removeBeside(first, () => hand.step(replay_id));
      assert.deepEqual(await replayedTo(desk.house, ids.toAccount), others);
      assert.deepEqual(await orphans(), []);
    });

    test("whoever is sending an event again keeps its payload from being removed", async () => {
      const [eventId = "", other] = await oldEvents(2);
      const keeping = { store: desk.house.store, payloadsMs: 90 * 24 * 3_600_000 };
      const remove = () => payloadsWalk(keeping.store, keeping).step({ at: Date.now(), after: null });
      const gate = Promise.withResolvers<void>();
      const made = Promise.withResolvers<void>();
      const resending = hand.transact(async (work) => {
        await resendEvent(work, { accountId: ids.accountId, eventId });
        made.resolve();
        await gate.promise;
      });
      await made.promise;
      assert.equal((await remove()).removed, 1);
      gate.resolve();
      await resending;
      assert.equal((await remove()).removed, 0);
      assert.deepEqual(await orphans(), []);
      const { event_id } = await desk.house.store.read
        .selectFrom("events")
        .select("event_id")
        .where("object_json", "is", null)
        .executeTakeFirstOrThrow();
      assert.equal(event_id, other);
    });
  });
}
