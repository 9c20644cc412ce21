import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { shareOut } from "../../src/callbacks/share.ts";
import { openTraffic } from "../../src/outbox/traffic.ts";

describe("lanes", () => {
  test("an endpoint has at most ten attempts under way, and one that ends makes room", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    const trips = Array.from({ length: limits.callbacksInFlightPerEndpoint }, () => traffic.begin("A", 0));
    assert.equal(traffic.free("A", 0), 0);
    const [first] = trips;
    assert.ok(first);
    traffic.end(first, 5);
    assert.equal(traffic.free("A", 5), 1);
    assert.equal(traffic.underWay("A"), 9);
  });

  test("endpoints that hang lose their places among the quick ones, however many they are", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    let endpoints = 0;
    while (traffic.free(`hangs ${endpoints}`, 0) > 0) {
      const id = `hangs ${endpoints}`;
      for (let free = traffic.free(id, 0); free > 0; free -= 1) traffic.begin(id, 0);
      endpoints += 1;
    }
    assert.equal(traffic.free("quick", 0), 0, "for a moment every place is taken");
    const later = limits.slowAttemptMs + 1;
    assert.equal(traffic.free("quick", later), limits.callbacksInFlightPerEndpoint);
    assert.equal(traffic.free("hangs 0", later), 0, "who hangs gets no more until it has answered");
  });

  test("an endpoint known to be slow has two places, none held ready, and quick answers bring it back", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    traffic.end(traffic.begin("A", 0), 30_000);
    assert.equal(traffic.free("A", 30_000), limits.slowCallbacksPerEndpoint);
    assert.equal(traffic.ahead("A", 30_000), 0);
    for (let n = 0; n < 20; n += 1) traffic.end(traffic.begin("A", 30_000), 30_001);
    assert.equal(traffic.free("A", 30_001), limits.callbacksInFlightPerEndpoint);
  });

  test("the slow lane is full at its limit and leaves the quick one alone", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    for (let n = 0; n < limits.slowCallbacksInFlight; n += 1) {
      traffic.end(traffic.begin(`slow ${n}`, 0), 10_000);
      traffic.begin(`slow ${n}`, 10_000);
    }
    assert.equal(traffic.free("slow 0", 10_000), 0);
    assert.equal(traffic.free("quick", 10_000), limits.callbacksInFlightPerEndpoint);
  });

  test("what is held ready is what an endpoint of its speed takes in a moment", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    for (const [id, took] of [
      ["1 ms", 1],
      ["100 ms", 100],
      ["1 s", 1000],
    ] as const)
      traffic.end(traffic.begin(id, 0), took);
    assert.deepEqual(
      ["1 ms", "100 ms", "1 s"].map((id) => traffic.ahead(id, 1000)),
      [limits.claimBatch, 5, 0],
    );
  });
});

describe("shares", () => {
  const due = (...ids: readonly string[]) =>
    ids.map((endpoint_id) => ({ endpoint_id, ordering: "best_effort", breaker_until: null }));

  test("those with the least to do come first, and nobody gets more than may begin or be held ready", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    for (let n = 0; n < 4; n += 1) traffic.begin("A", 0);
    const shares = shareOut(due("A", "B"), { traffic, queued: () => 0, inHands: 4, at: 0 });
    assert.deepEqual(
      shares.map(([{ endpoint_id }, room]) => [endpoint_id, room]),
      [
        ["B", 20],
        ["A", 16],
      ],
    );
  });

  test("what the hands still hold is shared equally, and full hands take nothing", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    const ids = Array.from({ length: 40 }, (_, n) => `e${n}`);
    const share = (inHands: number) =>
      shareOut(due(...ids), { traffic, queued: () => 0, inHands, at: 0 }).map(([, room]) => room);
    assert.ok(share(limits.deliveriesInHands - 80).every((room) => room === 2));
    assert.equal(
      share(limits.deliveriesInHands).reduce((sum, room) => sum + Math.max(0, room), 0),
      0,
    );
  });

  test("no more is taken before half of what is ready has gone", () => {
    const traffic = openTraffic({ perEndpoint: limits.callbacksInFlightPerEndpoint });
    const roomWith = (queued: number) =>
      shareOut(due("A"), { traffic, queued: () => queued, inHands: queued, at: 0 })[0]?.[1];
    assert.equal(roomWith(6), 0);
    assert.equal(roomWith(5), 15);
  });
});
