import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Desk, openDesk } from "../callbacks/desk.ts";
import { faultOf } from "../support/ask.ts";
import { grounds } from "../support/house.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { idsOf, type NewEvent, writeEvent, writeEvents } from "./event-rows.ts";
import { type JsonApi, openJsonApi, type Page } from "./json-api.ts";

const patienceMs = 20_000;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let api: JsonApi;
    let accountId: string;
    /** The end of all that was there before the test. */
    let start: string;

    before(async () => {
      desk = await openDesk(ground);
      api = await openJsonApi(desk.house);
      ({ accountId } = await idsOf(desk.house));
    });

    beforeEach(async () => {
      const { read } = desk.house.store;
      const { count } = await read
        .selectFrom("events")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .where("account_id", "=", accountId)
        .executeTakeFirstOrThrow();
      ({ after: start } = await readOn({ after: "start", most: Number(count) }));
    });

    after(() => desk.close());

    const pageAfter = async (cursor: string, query = "") => {
      const { events, next_after, ...rest } = await api.ok<Page>(`GET /events?after=${cursor}${query}`);
      assert.deepEqual(rest, {});
      assert.ok(typeof next_after === "string");
      return { ids: events.map(({ event_id }) => event_id), after: next_after };
    };

    /** Reads page by page until it has met so many events: on a busy server it takes a moment until the last ones are final. */
    async function readOn(from: { readonly after: string; readonly most: number; readonly query?: string }) {
      const until = Date.now() + patienceMs;
      const met: string[] = [];
      let cursor = from.after;
      while (met.length < from.most) {
        const page = await pageAfter(cursor, from.query);
        met.push(...page.ids);
        cursor = page.after;
        if (page.ids.length > 0) continue;
        assert.ok(Date.now() < until, `${met.length} of ${from.most} were met`);
        await sleep(10);
      }
      return { met, after: cursor };
    }

    const some = (count: number, more: Partial<NewEvent> = {}): readonly NewEvent[] =>
      Array.from({ length: count }, () => ({ accountId, at: Date.now(), ...more }));

    test("oldest first, page by page, and from the end on only what is new", async () => {
      const written = await writeEvents(desk.house, some(5));
      const { met, after: end } = await readOn({ after: start, most: 5, query: "&limit=2" });
      assert.deepEqual(met, written);
      const empty = await pageAfter(end);
      assert.deepEqual(empty, { ids: [], after: end });

      const [next] = await writeEvents(desk.house, some(1));
      assert.deepEqual((await readOn({ after: end, most: 1 })).met, [next]);
      // Whoever was stopped before he kept the cursor meets the same again.
      assert.deepEqual((await readOn({ after: start, most: 6 })).met, [...written, next]);
    });

    test("a filter leaves events out, but not the place that has been read up to", async () => {
      const viewed = "signature_request_viewed";
      const query = `&type=${viewed}`;
      await writeEvents(desk.house, some(3));
      const { after: end } = await readOn({ after: start, most: 3 });
      assert.deepEqual(await pageAfter(start, query), { ids: [], after: end });

      const [, fits] = await writeEvents(desk.house, [...some(1), ...some(1, { type: viewed }), ...some(1)]);
      assert.deepEqual((await readOn({ after: end, most: 1, query })).met, [fits]);
    });

    test("while many write at once nothing is skipped, and nothing comes twice", async () => {
      const writers = Array.from({ length: 4 }, () => writeEvents(desk.house, some(12)));
      const { met } = await readOn({ after: start, most: 48, query: "&limit=5" });
      const written = (await Promise.all(writers)).flat();
      assert.equal(new Set(met).size, 48);
      assert.deepEqual(met.toSorted(), written.toSorted());
    });

    test("an event whose transaction stays open across reads while others commit is not skipped", {
      skip: ground.name === "SQLite" && "SQLite has one writer: nothing commits beside an open transaction",
    }, async () => {
      const { store } = desk.house;
      const gate = Promise.withResolvers<void>();
      const written = Promise.withResolvers<string>();
      const open = store.transact(async (tx) => {
        const [event] = some(1);
        assert.ok(event);
        written.resolve(await writeEvent(tx, { store, event }));
        await gate.promise;
      });
      const late = await written.promise;
      const first = await writeEvents(desk.house, some(2));
      const one = await pageAfter(start);
      const second = await writeEvents(desk.house, some(2));
      const two = await pageAfter(one.after);
      // They are there for everybody else: it is for the open one that the reader is made to wait.
      const { events } = await api.ok<Page>("GET /events?limit=4");
      assert.deepEqual(events.map(({ event_id }) => event_id).toReversed(), [...first, ...second]);

      gate.resolve();
      await open;
      const { met } = await readOn({ after: two.after, most: 5 - one.ids.length - two.ids.length });
      assert.deepEqual([...one.ids, ...two.ids, ...met], [late, ...first, ...second]);
    });

    test("an app's endpoint catches up with what it was owed of other accounts' requests as well, and with nothing else of theirs", async () => {
      const { clientId } = desk.house;
      const { toApp } = await idsOf(desk.house);
      const { email } = await makeSecondAccount(desk.house);
      const { read } = desk.house.store;
      const other = read.selectFrom("accounts").select("account_id as accountId").where("email", "=", email);
      const theirs = {
        ...(await other.executeTakeFirstOrThrow()),
        at: Date.now(),
        requestId: `theirs ${ground.name}`,
      };
      const owed = { clientId, to: [{ endpointId: toApp }] };
      const query = `&endpoint_id=${toApp}`;
      const start = (await pageAfter("start", query)).after;
      const [first, , second] = await writeEvents(desk.house, [
        { ...theirs, ...owed, seq: 1 },
        { ...theirs, seq: 2 },
        { ...theirs, ...owed, seq: 3 },
        { ...theirs, clientId, seq: 4 },
      ]);
      assert.deepEqual((await readOn({ after: start, most: 2, query })).met, [first, second]);
      const ofRequest = `${query}&signature_request_id=${encodeURIComponent(theirs.requestId)}`;
      assert.deepEqual((await pageAfter("1", ofRequest)).ids, [second]);
    });

    test("with a request, after is a sequence number", async () => {
      const of = (requestId: string, seq: number) => some(1, { requestId, seq });
      const requestId = `request of ${ground.name}`;
      // Written out of order: the sequence is what counts.
      const [third, first, , second] = await writeEvents(desk.house, [
        ...of(requestId, 3),
        ...of(requestId, 1),
        ...of("another", 2),
        ...of(requestId, 2),
      ]);
      const query = `&signature_request_id=${encodeURIComponent(requestId)}`;
      assert.deepEqual(await pageAfter("start", query), { ids: [first, second, third], after: "3" });
      assert.deepEqual(await pageAfter("0", `${query}&limit=2`), { ids: [first, second], after: "2" });
      assert.deepEqual(await pageAfter("2", query), { ids: [third], after: "3" });
      assert.deepEqual(await pageAfter("3", query), { ids: [], after: "3" });
    });

    test("what is no cursor is refused by its name", async () => {
      const cursor = (await pageAfter(start)).after;
      for (const [query, path] of [
        ["after=nonsense", "after"],
        ["after=5", "after"],
        [`after=${cursor.slice(0, -8)}`, "after"],
        [`after=${Buffer.from("-1:").toString("base64url")}`, "after"],
        [`after=${cursor}&signature_request_id=x`, "after"],
        ["after=-1&signature_request_id=x", "after"],
        [`after=${cursor}&cursor=x`, "cursor"],
        ["cursor=nonsense", "cursor"],
        [`cursor=${cursor}`, "cursor"],
      ])
        assert.deepEqual(faultOf(await api.ask(`GET /events?${query}`)), [400, "bad_request", path], query);
    });
  });
}
