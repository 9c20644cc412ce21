import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { stepReplay } from "../../src/callbacks/replay.ts";
import { type Desk, openDesk } from "../callbacks/desk.ts";
import { grounds } from "../support/house.ts";
import { idsOf, type NewEvent, writeEvent } from "./event-rows.ts";
import { type JsonApi, openJsonApi, type Replay } from "./json-api.ts";
import { forgetEvents, type Hand, handOf, replayedTo } from "./replay-hand.ts";

const hourAgo = Date.now() - 3_600_000;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
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

    const shown = async (id: string) => (await api.ok<{ replay: Replay }>(`GET /events/replays/${id}`)).replay;

    const startByHand = (perMinute: number) =>
      hand.start({ accountId: ids.accountId, endpointId: ids.toAccount, perMinute });

    /** Events that were delivered to the account's endpoint, one a second. */
    const delivered = (count: number, more: Partial<NewEvent> = {}): readonly NewEvent[] =>
      Array.from({ length: count }, (_, n) => ({
        accountId: ids.accountId,
        at: hourAgo + 1000 * n,
        to: [{ endpointId: ids.toAccount, state: "delivered", tries: 1 }],
        ...more,
      }));

    /** Writes many events in one commit. */
    const writeAtOnce = (events: readonly NewEvent[]) =>
      desk.house.store.transact(async (tx) => {
        const written: string[] = [];
        for (const event of events) written.push(await writeEvent(tx, { store: desk.house.store, event }));
        return written;
      });

    test("each step makes what a minute allows or a hundred, and the next one waits until it may", async () => {
      const events = await writeAtOnce(delivered(250));
      for (const [perMinute, steps] of [
        [
          6000,
          [
            [100, 1000],
            [100, 1000],
            [50, null],
          ],
        ],
        [
          100,
          [
            [100, 60_000],
            [100, 60_000],
            [50, null],
          ],
        ],
        [
          120,
          [
            [100, 50_000],
            [100, 50_000],
            [50, null],
          ],
        ],
      ] as const) {
        const { replay_id } = await startByHand(perMinute);
        let before = (await replayedTo(desk.house, ids.toAccount)).length;
        for (const [made, wait] of steps) {
          assert.equal(await hand.step(replay_id), wait);
          const now = (await replayedTo(desk.house, ids.toAccount)).length;
          assert.equal(now - before, made);
          before = now;
        }
        const { state, made } = await shown(replay_id);
        assert.deepEqual([state, made], ["done", 250]);
        assert.deepEqual((await replayedTo(desk.house, ids.toAccount)).slice(-250), events);
      }
    });

    test("few a minute means one at a time, also past very many events that do not fit", async () => {
      const others = delivered(1005, { to: [] });
      const events = [
        ...(await writeAtOnce(delivered(1))),
        ...(await writeAtOnce(others).then(() => [])),
        ...(await writeAtOnce(delivered(1))),
      ];
      const { replay_id, total } = await startByHand(1);
      assert.equal(total, 2);
      assert.equal(await hand.step(replay_id), 60_000);
      assert.deepEqual(await replayedTo(desk.house, ids.toAccount), events.slice(0, 1));
      const waits: (number | null)[] = [];
      do waits.push(await hand.step(replay_id));
      while (waits.at(-1) !== null && waits.length < 10);
      // The window of a thousand without one that fits costs no time.
      assert.deepEqual(waits.slice(0, 1), [0]);
      assert.equal(waits.at(-1), null);
      assert.deepEqual(await replayedTo(desk.house, ids.toAccount), events);
    });

    test("a step that dies before its commit is taken again: none is sent twice, none is left out", async () => {
      const events = await writeAtOnce(delivered(150));
      const { replay_id } = await startByHand(6000);
      await hand.step(replay_id);
      const { transact } = hand;
      const dying: Hand["transact"] = (change) =>
        transact(async (work) => {
          await change(work);
          throw new Error("the lights go out");
        });
      await assert.rejects(
        dying((work) => stepReplay(work, { replayId: replay_id })),
        /the lights go out/,
      );
      assert.equal((await shown(replay_id)).made, 100);
      // What happens after the start is not the replay's.
      await writeAtOnce(delivered(1));
      assert.equal(await hand.step(replay_id), null);
      assert.deepEqual(await replayedTo(desk.house, ids.toAccount), events);
      const { state, made } = await shown(replay_id);
      assert.deepEqual([state, made], ["done", 150]);
    });
  });
}
