import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { ask as askFor, type Desk, failing, heardOf, openDesk } from "../callbacks/desk.ts";
import { faultOf, wordsOf } from "../support/ask.ts";
import { grounds } from "../support/house.ts";
import { acknowledge, type Heard } from "../support/receiver.ts";
import { idsOf, writeEvents } from "./event-rows.ts";
import { type JsonApi, openJsonApi, type Page, type Whole } from "./json-api.ts";

/** The payload as it came, byte for byte; its envelope has a boundary for each delivery. */
function textOf({ body }: Heard): string {
  const text = body.toString("latin1");
  return text.slice(text.indexOf("\r\n\r\n") + 4, text.lastIndexOf("\r\n--"));
}

type Resent = { readonly deliveries: Whole["deliveries"] };

const hourAgo = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let api: JsonApi;
    let ids: Awaited<ReturnType<typeof idsOf>>;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
      api = await openJsonApi(desk.house);
      ids = await idsOf(desk.house);
    });

    afterEach(() => {
      desk.receiver.answer = acknowledge;
    });

    after(() => desk.close());

    /** A request that fails at once, which is its one event. */
    async function failOne(): Promise<{ readonly requestId: string; readonly event: Page["events"][number] }> {
      const { signature_request_id: requestId } = await askFor(desk, { emails: [failing] });
      await desk.house.quiet();
      const { events } = await api.ok<Page>(`GET /events?signature_request_id=${requestId}`);
      const [event] = events;
      assert.ok(event && events.length === 1);
      return { requestId, event };
    }

    test("an event that is sent again comes with the same id and payload, byte for byte, in a new delivery, and what was stays", async () => {
      const { requestId, event } = await failOne();
      const { deliveries } = await api.ok<Resent>(`POST /events/${event.event_id}/resend`);
      assert.deepEqual(
        deliveries.map(({ endpoint_id, replay_no }) => [endpoint_id, replay_no]),
        [
          [ids.toAccount, 1],
          [ids.toApp, 1],
        ],
      );
      await desk.house.quiet();
      const toOne = await api.ok<Resent>(`POST /events/${event.event_id}/resend`, { json: { endpoint_id: ids.toApp } });
      assert.deepEqual(
        toOne.deliveries.map((one) => [one.endpoint_id, one.replay_no]),
        [[ids.toApp, 2]],
      );
      await desk.house.quiet();

      for (const [path, times] of [
        ["/account", 2],
        ["/app", 3],
      ] as const) {
        const heard = heardOf(desk.receiver, { id: requestId, path });
        assert.equal(heard.length, times);
        assert.deepEqual(
          new Set(heard.map(({ headers }) => headers["countersign-event-id"])),
          new Set([event.event_id]),
        );
        assert.equal(new Set(heard.map(({ headers }) => headers["countersign-delivery-id"])).size, times);
        assert.equal(new Set(heard.map(textOf)).size, 1);
        assert.equal(new Set(heard.map(({ headers }) => headers["content-sha256"])).size, 1);
      }
      const { event: whole } = await api.ok<{ event: Whole }>(`GET /events/${event.event_id}`);
      assert.deepEqual(
        whole.deliveries.map((one) => [one.client_id !== null, one.replay_no, one.state, one.attempts.length]),
        [
          [false, 0, "delivered", 1],
          [false, 1, "delivered", 1],
          [true, 0, "delivered", 1],
          [true, 1, "delivered", 1],
          [true, 2, "delivered", 1],
        ],
      );
    });

    test("several who send an event again at once each get deliveries of their own", async () => {
      const { event } = await failOne();
      const path = `POST /events/${event.event_id}/resend`;
      const made = await Promise.all([0, 1, 2, 3].map(() => api.ok<Resent>(path)));
      const numbers = (endpointId: string) =>
        made.flatMap(({ deliveries }) =>
          deliveries.filter((one) => one.endpoint_id === endpointId).map(({ replay_no }) => replay_no),
        );
      assert.deepEqual(numbers(ids.toAccount).toSorted(), [1, 2, 3, 4]);
      assert.deepEqual(numbers(ids.toApp).toSorted(), [1, 2, 3, 4]);
      await desk.house.quiet();
    });

    test("what cannot be sent again says why, and owes nothing", async () => {
      const { accountId, toAccount, toApp } = ids;
      const to = [{ endpointId: toAccount, state: "delivered" }];
      const at = hourAgo;
      const [removed, unheard, accounts, test, confirmed] = await writeEvents(desk.house, [
        { accountId, at, object: null, to },
        { accountId, at },
        { accountId, at, to },
        { accountId, at, clientId: desk.house.clientId, type: "callback_test", object: null, to: [] },
        { accountId, at, clientId: desk.house.clientId, type: "account_confirmed", to: [] },
      ]);
      const resend = (id = "", json: object = {}) => api.ask(`POST /events/${id}/resend`, { json });
      const gone = await resend(removed);
      assert.deepEqual(faultOf(gone), [410, "deleted"]);
      assert.match(wordsOf(gone), /payload of this event was removed/);
      const { event } = await api.ok<{ event: Whole }>(`GET /events/${removed}`);
      assert.deepEqual([event.payload_removed, event.signature_request], [true, null]);

      assert.deepEqual(faultOf(await resend(unheard)), [409, "conflict"]);
      assert.deepEqual(faultOf(await resend(accounts, { endpoint_id: toApp })), [400, "bad_request", "endpoint_id"]);
      for (const apps of [test, confirmed])
        assert.deepEqual(faultOf(await resend(apps, { endpoint_id: toAccount })), [400, "bad_request", "endpoint_id"]);
      assert.deepEqual(faultOf(await resend(accounts, { endpoint_id: "nobody" })), [404, "not_found"]);
      const { events } = await api.ok<Page>(`GET /events?state=pending&since=${at / 1000}&until=${at / 1000 + 1}`);
      assert.deepEqual(events, []);

      await desk.house.store.transact((tx) =>
        tx
          .updateTable("deliveries")
          .set({ replay_no: 100 })
          .where("event_id", "=", accounts ?? "")
          .execute(),
      );
      const often = await resend(accounts);
      assert.deepEqual(faultOf(often), [409, "conflict"]);
      assert.match(wordsOf(often), /100 times/);
    });

    test("a test that is sent again is one attempt, to whom it was sent", async () => {
      const { events } = await api.ok<Page>(`GET /events?type=callback_test&endpoint_id=${ids.toApp}`);
      const [first] = events;
      assert.ok(first && events.length === 1);
      desk.receiver.answer = () => ({ status: 500, body: "" });
      const { deliveries } = await api.ok<Resent>(`POST /events/${first.event_id}/resend`);
      assert.deepEqual(
        deliveries.map((one) => one.endpoint_id),
        [ids.toApp],
      );
      await desk.house.quiet();
      const { event } = await api.ok<{ event: Whole }>(`GET /events/${first.event_id}`);
      assert.deepEqual(
        event.deliveries.map(({ state, attempt_count }) => [state, attempt_count]),
        [
          ["delivered", 1],
          ["exhausted", 1],
        ],
      );
    });
  });
}
