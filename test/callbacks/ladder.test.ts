import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { grounds } from "../support/house.ts";
import { type Metrics, parseMetrics } from "../support/metrics.ts";
import { acknowledge, type Heard, isEvent } from "../support/receiver.ts";
import { until } from "../support/stage.ts";
import { ask, attemptsOf, type Desk, deliveriesOf, failing, heardOf, openDesk, setUrl, take } from "./desk.ts";

const steps = [0.05, 0.1, 0.15];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: steps.join(",") });
    });

    after(() => desk.close());

    test("what is never acknowledged is tried once and once more for each step, then kept as exhausted", async () => {
      const { house, receiver } = desk;
      receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "no" } : acknowledge());
      const { signature_request_id: id } = await ask(desk, { emails: [failing] });
      await house.quiet();
      receiver.answer = acknowledge;

      assert.equal(heardOf(receiver, { id, path: "/app" }).length, steps.length + 1);
      assert.equal(heardOf(receiver, { id, path: "/account" }).length, 1);
      const deliveries = await deliveriesOf(house, id);
      const ended = Object.fromEntries(deliveries.map(({ app, state, tries }) => [app ?? "account", [state, tries]]));
      assert.deepEqual(ended, {
        account: ["delivered", 1],
        [house.clientId]: ["exhausted", steps.length + 1],
      });
      const event = await house.store.read
        .selectFrom("events")
        .select("object_json")
        .where("request_id", "=", id)
        .executeTakeFirstOrThrow();
      assert.match(event.object_json ?? "", new RegExp(id));
    });

    test("attempts are numbered 1, 2, 3, … each with its outcome, and none comes earlier than its step", async () => {
      const { house, receiver } = desk;
      receiver.answer = () => ({ status: 503, body: "" });
      const { signature_request_id: id } = await ask(desk, { emails: [failing], withApp: false });
      await house.quiet();
      receiver.answer = acknowledge;

      const [delivery] = await deliveriesOf(house, id);
      const attempts = await attemptsOf(house, delivery?.delivery_id ?? "");
      assert.deepEqual(
        attempts.map(({ n, outcome }) => [n, outcome]),
        [1, 2, 3, 4].map((n) => [n, "http_5xx"]),
      );
      assert.deepEqual(
        heardOf(receiver, { id }).map(({ headers }) => headers["countersign-attempt"]),
        ["1", "2", "3", "4"],
      );
      attempts.slice(1).forEach((attempt, index) => {
        const waited = attempt.started_at - (attempts[index]?.started_at ?? 0);
        assert.ok(waited >= (steps[index] ?? 0) * 1000, `attempt ${attempt.n} came after ${waited} ms`);
      });
    });

    test("an acknowledgement ends the ladder", async () => {
      const { house, receiver } = desk;
      receiver.answer = ({ headers }) =>
        headers["countersign-attempt"] === "3" ? acknowledge() : { status: 200, body: "not yet" };
      const { signature_request_id: id } = await ask(desk, { emails: [failing], withApp: false });
      await house.quiet();
      receiver.answer = acknowledge;

      assert.equal(heardOf(receiver, { id }).length, 3);
      const [delivery] = await deliveriesOf(house, id);
      assert.deepEqual([delivery?.state, delivery?.tries], ["delivered", 3]);
    });

    test("a retry is the first attempt byte for byte, but for its number and the time that is signed with it", async () => {
      const { house, receiver } = desk;
      const tried = new Set<string>();
      receiver.answer = ({ path, payload: { event } }) => {
        const name = `${path} ${event.event_type} ${event.event_metadata.related_signature_id}`;
        if (tried.has(name)) return acknowledge();
        tried.add(name);
        return { status: 500, body: "" };
      };
      const { signature_request_id: id, signatures } = await ask(desk);
      await receiver.waitFor(isEvent("signature_request_sent", id));
      const pen = await take(desk, signatures[0]?.signature_id ?? "");
      await pen.finish();
      await receiver.waitFor(isEvent("signature_request_downloadable", id));
      await house.quiet();
      receiver.answer = acknowledge;

      const heard = heardOf(receiver, { id });
      const byDelivery = Map.groupBy(heard, ({ headers }) => headers["countersign-delivery-id"]);
      assert.equal(byDelivery.size, 10);
      for (const [first, second, ...more] of byDelivery.values()) {
        assert.ok(first && second);
        assert.equal(more.length, 0);
        assert.ok(first.body.equals(second.body), first.payload.event.event_type);
        assert.deepEqual(lasting(second), lasting(first));
        assert.deepEqual(
          [first, second].map(({ headers }) => headers["countersign-attempt"]),
          ["1", "2"],
        );
      }
      assert.equal(new Set(heard.map(({ headers }) => headers["countersign-event-id"])).size, 5);
    });

    test("the metrics move: an event and its callbacks, acknowledged or given up, and what then waits", async () => {
      const { house, receiver } = desk;
      const look = async () => {
        const answer = await fetch(`${house.url}/metrics`);
        assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        return parseMetrics(await answer.text());
      };
      const before = await look();
      const rise = (after: Metrics, name: string) => (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN);
      receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "no" } : acknowledge());
      await ask(desk, { emails: [failing] });
      await house.quiet();
      receiver.answer = acknowledge;
      await setUrl({ house, to: "" });
      await ask(desk, { emails: [failing], withApp: false });
      let after = before;
      await until("a callback is held", async () => {
        after = await look();
        return after.get('countersign_deliveries{state="held"}') === 1;
      });
      await setUrl({ house, to: `${receiver.url}/account` });

      assert.equal(rise(after, 'countersign_callback_attempts_total{outcome="acknowledged"}'), 1);
      assert.equal(rise(after, 'countersign_callback_attempts_total{outcome="failed"}'), steps.length + 1);
      assert.equal(rise(after, 'countersign_deliveries{state="exhausted"}'), 1);
      assert.equal(rise(after, 'countersign_events_total{event="file_error"}'), 2);
      assert.equal(rise(after, 'countersign_api_calls_total{status="2xx"}'), 3);
      assert.equal(after.get("countersign_database_answers"), 1);
      assert.ok((after.get("process_resident_memory_bytes") ?? 0) > 1e7);
    });
  });

  test(`${ground.name}: a Retry-After moves the next attempt, to twice the step at most`, {
    skip: ground.skip,
  }, async () => {
    const desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
    const { house, receiver } = desk;
    try {
      const waits = { modest: 4500, greedy: 100_000, none: 0 } as const;
      receiver.answer = ({ payload }) => {
        const title = payload.signature_request?.title as keyof typeof waits;
        return { status: 503, body: "", headers: title === "none" ? {} : { "retry-after": String(waits[title]) } };
      };
      for (const [title, least, most] of [
        ["modest", 4500, 4500],
        ["greedy", 7200, 7200],
        ["none", 3600, 3960],
      ] as const) {
        const before = Date.now();
        const { signature_request_id: id } = await ask(desk, { title, emails: [failing], withApp: false });
        await house.quiet();
        const row = await house.store.read
          .selectFrom("deliveries")
          .select("next_at")
          .where("request_id", "=", id)
          .executeTakeFirstOrThrow();
        assert.ok(row.next_at >= before + least * 1000, title);
        assert.ok(row.next_at <= Date.now() + most * 1000, title);
      }
    } finally {
      await desk.close();
    }
  });
}

/** The headers that must be the same each time. */
function lasting({ headers }: Heard) {
  const passing = new Set(["countersign-attempt", "webhook-timestamp", "webhook-signature"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !passing.has(name)));
}
