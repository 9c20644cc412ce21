import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { ask as askFor, type Desk, failing, heardOf, openDesk } from "../callbacks/desk.ts";
import { faultOf, wordsOf } from "../support/ask.ts";
import { grounds } from "../support/house.ts";
import { idsOf, writeEvents } from "./event-rows.ts";
import { type JsonApi, openJsonApi, type Replay } from "./json-api.ts";
import { forgetEvents, replayedTo } from "./replay-hand.ts";

type Started = { readonly count: number; readonly payload_removed_count: number; readonly replay: Replay };
type Replays = { readonly replays: readonly Replay[]; readonly next_cursor: string | null };
type Ids = Awaited<ReturnType<typeof idsOf>>;

const hourAgo = Date.now() - 3_600_000;

const stateOf = ({ replay_id, state }: Replay) => [replay_id, state];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let api: JsonApi;
    let ids: Ids;

    before(async () => {
      desk = await openDesk(ground);
      api = await openJsonApi(desk.house);
      ids = await idsOf(desk.house);
    });

    beforeEach(() => forgetEvents(desk.house));

    after(() => desk.close());

    const start = (json: object) => api.ok<Started>("POST /events/replays", { json });
    const shown = async (id: string) => (await api.ok<{ replay: Replay }>(`GET /events/replays/${id}`)).replay;

    test("a dry run counts and does nothing; a replay sends the same events again with the same ids", async () => {
      const { receiver, house } = desk;
      const requestIds: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        requestIds.push((await askFor(desk, { emails: [failing] })).signature_request_id);
        await house.quiet();
      }
      const ofAccount = () => receiver.heard.filter((one) => one.path === "/account" && one.payload.signature_request);
      assert.equal(ofAccount().length, 3);
      const dry: Started = await start({ dry_run: true });
      assert.deepEqual({ ...dry }, { count: 3, payload_removed_count: 0, replay: null });
      assert.deepEqual((await api.ok<{ replays: [] }>("GET /events/replays")).replays, []);

      const { count, replay } = await start({ expected_count: dry.count });
      assert.deepEqual([count, replay.endpoint_id, replay.total, replay.per_minute], [3, ids.toAccount, 3, 600]);
      await house.quiet();
      const { state, made, total } = await shown(replay.replay_id);
      assert.deepEqual([state, made, total], ["done", 3, 3]);
      assert.deepEqual(
        ofAccount()
          .map(({ payload }) => payload.signature_request?.signature_request_id)
          .toSorted(),
        [...requestIds, ...requestIds].toSorted(),
      );
      for (const id of requestIds) {
        const [first, again, ...more] = heardOf(receiver, { id, path: "/account" });
        assert.deepEqual(more, []);
        assert.deepEqual(again?.payload, first?.payload);
        assert.equal(again?.headers["countersign-event-id"], first?.headers["countersign-event-id"]);
        assert.notEqual(again?.headers["countersign-delivery-id"], first?.headers["countersign-delivery-id"]);
      }
    });

    test("it counts what was owed to the endpoint and fits, by how the newest delivery stands", async () => {
      const { accountId, toAccount, toApp } = ids;
      const { clientId } = desk.house;
      const to = (endpointId: string, state: string) => [{ endpointId, state, tries: 1 }];
      await writeEvents(desk.house, [
        { accountId, at: hourAgo, to: to(toAccount, "exhausted"), requestId: "r", seq: 1 },
        { accountId, at: hourAgo + 1000, to: to(toAccount, "delivered"), requestId: "r", seq: 2 },
        { accountId, at: hourAgo + 2000, to: to(toAccount, "skipped"), type: "signature_request_viewed" },
        { accountId, at: hourAgo + 3000, clientId, to: to(toApp, "exhausted") },
        { accountId, at: hourAgo, to: to(toAccount, "exhausted"), object: null },
        { accountId, at: hourAgo, to: to(toAccount, "delivered"), type: "callback_test", object: null },
        { accountId, at: hourAgo },
      ]);
      const second = Math.floor(hourAgo / 1000) + 2;
      for (const [json, count, removed] of [
        [{}, 3, 1],
        [{ endpoint_id: toApp }, 1, 0],
        [{ client_id: clientId }, 1, 0],
        [{ states: ["exhausted"] }, 1, 1],
        [{ states: ["delivered", "skipped"] }, 2, 0],
        [{ types: ["signature_request_viewed"] }, 1, 0],
        [{ signature_request_id: "r" }, 2, 0],
        [{ since: second }, 1, 0],
        [{ until: second }, 2, 1],
        [{ since: second + 60 }, 0, 0],
      ] as const) {
        const answer = await start({ ...json, dry_run: true });
        assert.deepEqual([answer.count, answer.payload_removed_count], [count, removed], JSON.stringify(json));
      }
      const { replay } = await start({ states: ["exhausted"] });
      await desk.house.quiet();
      assert.equal((await shown(replay.replay_id)).made, 1);
      assert.equal((await start({ states: ["exhausted"], dry_run: true })).count, 0);
    });

    test("a replay that runs can be canceled: what it made stays, and it makes no more", async () => {
      const { accountId, toAccount } = ids;
      const to = [{ endpointId: toAccount, state: "delivered", tries: 1 }];
      const events = await writeEvents(
        desk.house,
        [0, 1, 2].map((n) => ({ accountId, at: hourAgo + n, to })),
      );
      const { replay } = await start({ per_minute: 1 });
      await desk.receiver.waitFor(({ headers }) => headers["countersign-event-id"] === events[0]);
      const second = await api.ask("POST /events/replays", { json: {} });
      assert.deepEqual(faultOf(second), [409, "conflict"]);
      assert.match(wordsOf(second), new RegExp(replay.replay_id));

      for (let n = 0; n < 2; n += 1) {
        const canceled = await api.ok<{ replay: Replay }>(`POST /events/replays/${replay.replay_id}/cancel`);
        assert.deepEqual([canceled.replay.state, canceled.replay.made], ["canceled", 1]);
      }
      await desk.house.store.transact((tx) =>
        tx.updateTable("jobs").set({ next_at: 0 }).where("kind", "=", "replay").execute(),
      );
      await desk.house.quiet();
      assert.deepEqual(await replayedTo(desk.house, toAccount), events.slice(0, 1));
      assert.equal((await shown(replay.replay_id)).state, "canceled");

      const { replay: next } = await start({});
      await desk.house.quiet();
      const done = await api.ask(`POST /events/replays/${next.replay_id}/cancel`);
      assert.deepEqual(faultOf(done), [409, "conflict"]);
      const list = await api.ok<Replays>("GET /events/replays?limit=1");
      const rest = await api.ok<Replays>(`GET /events/replays?limit=1&cursor=${list.next_cursor}`);
      assert.deepEqual([...list.replays, ...rest.replays].map(stateOf), [
        [next.replay_id, "done"],
        [replay.replay_id, "canceled"],
      ]);
      assert.equal(rest.next_cursor, null);
    });

    test("of several who start one at once, one does, and the others hear which runs", async () => {
      const { accountId, toAccount } = ids;
      const to = [{ endpointId: toAccount, state: "delivered", tries: 1 }];
      await writeEvents(desk.house, [
        { accountId, at: hourAgo, to },
        { accountId, at: hourAgo, to },
      ]);
      const json = { per_minute: 1 };
      const answers = await Promise.all([0, 1, 2, 3].map(() => api.ask("POST /events/replays", { json })));
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409, 409, 409]);
      const { replays } = await api.ok<Replays>("GET /events/replays");
      assert.equal(replays.length, 1);
      const [running] = replays;
      for (const refused of answers.filter(({ status }) => status === 409))
        assert.ok(wordsOf(refused).includes(running?.replay_id ?? "none"));
      await api.ok(`POST /events/replays/${running?.replay_id}/cancel`);
    });

    test("a replay of more than was expected is refused, and one of less is not", async () => {
      const { accountId, toAccount } = ids;
      await writeEvents(desk.house, [{ accountId, at: hourAgo, to: [{ endpointId: toAccount, state: "delivered" }] }]);
      const refused = await api.ask("POST /events/replays", { json: { expected_count: 0 } });
      assert.deepEqual(faultOf(refused), [409, "conflict"]);
      assert.deepEqual(await replayedTo(desk.house, toAccount), []);
      assert.equal((await start({ expected_count: 2 })).count, 1);
    });
  });
}
