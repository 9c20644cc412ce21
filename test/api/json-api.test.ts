import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { jsonApi } from "../../src/api/catalogue.ts";
import { type Desk, openDesk } from "../callbacks/desk.ts";
import { ask, basic, faultOf, read, wordsOf } from "../support/ask.ts";
import { writtenCalls } from "../support/calls.ts";
import { tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { idsOf, writeEvents, writeRequest } from "./event-rows.ts";
import { type JsonApi, openJsonApi, type Page, type Replay, untilFinal } from "./json-api.ts";

const hourAgo = Date.now() - 3_600_000;

/** What each operation refuses, and the parameter that it names. */
const wrong: readonly (readonly [on: string, json: object | null, path: string])[] = [
  ["GET /events?since=yesterday", null, "since"],
  ["GET /events?since=-1", null, "since"],
  ["GET /events?until=1.5", null, "until"],
  ["GET /events?since=10&until=10", null, "until"],
  ["GET /events?type=signature_request_signde", null, "type"],
  ["GET /events?state=lost", null, "state"],
  ["GET /events?limit=0", null, "limit"],
  ["GET /events?limit=101", null, "limit"],
  ["GET /events?cursor=x", null, "cursor"],
  ["GET /events/replays?limit=x", null, "limit"],
  ["GET /events/replays?cursor=x", null, "cursor"],
  ["POST /events/EVENT/resend", { endpoint_id: ["x"] }, "endpoint_id"],
  ["POST /events/replays", { types: "nothing" }, "types[0]"],
  ["POST /events/replays", { types: ["signature_request_sent", "nothing"] }, "types[1]"],
  ["POST /events/replays", { types: ["callback_test"] }, "types[0]"],
  ["POST /events/replays", { states: ["lost"] }, "states[0]"],
  ["POST /events/replays", { since: 10, until: 9 }, "until"],
  ["POST /events/replays", { per_minute: 0 }, "per_minute"],
  ["POST /events/replays", { per_minute: 6001 }, "per_minute"],
  ["POST /events/replays", { expected_count: -1 }, "expected_count"],
  ["POST /events/replays", { dry_run: "perhaps" }, "dry_run"],
  ["POST /events/replays", { endpoint_id: "x", client_id: "y" }, "client_id"],
  ["PUT /endpoints/ENDPOINT", { ordering: "random" }, "ordering"],
  ["PUT /endpoints/ENDPOINT", { state: "disabled" }, "state"],
  ["POST /endpoints/ENDPOINT/resume", { held: "burn" }, "held"],
  ["POST /endpoints/ENDPOINT/rotate_secret", { overlap_hours: -1 }, "overlap_hours"],
  ["POST /endpoints/ENDPOINT/rotate_secret", { overlap_hours: 169 }, "overlap_hours"],
];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let api: JsonApi;
    let other: SecondAccount;
    /** What there is of the first account, by the names of path parameters. */
    let things: Readonly<Record<string, string>>;

    before(async () => {
      desk = await openDesk(ground);
      const { house } = desk;
      api = await openJsonApi(house);
      other = await makeSecondAccount(house);
      const { accountId, toAccount } = await idsOf(house);
      const event = { accountId, at: hourAgo, to: [{ endpointId: toAccount, state: "delivered", tries: 1 }] };
      const [event_id = ""] = await writeEvents(house, [event]);
      const { replay } = await api.ok<{ replay: Replay }>("POST /events/replays", { json: {} });
      const signature_request_id = await writeRequest(house, accountId);
      const { listener } = await api.ok<{ listener: { listener_id: string } }>("POST /listeners", {
        json: { name: "first" },
      });
      const { listener_id } = listener;
      const { keys } = await api.ok<{ keys: readonly { key_id: string }[] }>("GET /keys");
      const key_id = keys[0]?.key_id ?? "";
      const [call] = await writtenCalls(house);
      things = {
        event_id,
        endpoint_id: toAccount,
        replay_id: replay.replay_id,
        signature_request_id,
        listener_id,
        key_id,
        call_id: call?.call_id ?? "",
      };
      await house.quiet();
    });

    after(() => desk.close());

    /** An operation's method and path, with its parameter filled. */
    const fill = (on: string, of: (name: string) => string) => on.replace(/\{(\w+)\}/, (_, name: string) => of(name));

    test("every operation asks for a key", async () => {
      const before = await tracesOf(desk.house);
      for (const { on } of jsonApi.operations) {
        const call = fill(on, (name) => things[name] ?? "");
        for (const headers of [{}, { authorization: basic("6".repeat(64)) }, { authorization: "Bearer x" }])
          assert.deepEqual(faultOf(await api.ask(call, { key: null, headers })), [401, "unauthorized"], on);
      }
      assert.deepEqual(await tracesOf(desk.house), before);
    });

    test("what belongs to another account is a 404 in every operation, like what never was", async () => {
      const before = await tracesOf(desk.house);
      const named = jsonApi.operations.filter(({ on }) => on.includes("{"));
      assert.ok(named.length >= 11);
      const outcome = { delivery_id: "x", lease: 1, url: "http://localhost:4000", duration_ms: 1, status: 200 };
      for (const { on } of named) {
        const asking = on.endsWith("/settle") ? { json: outcome } : {};
        const never = await api.ask(
          fill(on, () => "0".repeat(36)),
          asking,
        );
        assert.deepEqual(faultOf(never), [404, "not_found"], on);
        const theirs = await api.ask(
          fill(on, (name) => things[name] ?? ""),
          { key: other.apiKey, ...asking },
        );
        assert.deepEqual(faultOf(theirs), [404, "not_found"], on);
        assert.equal(wordsOf(theirs), wordsOf(never), on);
      }
      for (const json of [{ endpoint_id: things.endpoint_id }, { client_id: desk.house.clientId }, {}])
        for (const dry_run of [true, false])
          assert.deepEqual(
            faultOf(await api.ask("POST /events/replays", { key: other.apiKey, json: { ...json, dry_run } })),
            [404, "not_found"],
          );
      assert.deepEqual(await tracesOf(desk.house), before);
    });

    test("lists show nothing of another account, whatever they are filtered by", async () => {
      const { event_id, endpoint_id } = things;
      const requestIds = await desk.house.store.read.selectFrom("events").select("request_id").execute();
      const queries = [
        "",
        `endpoint_id=${endpoint_id}`,
        "state=delivered",
        `client_id=${desk.house.clientId}`,
        "after=start",
      ];
      for (const query of [...queries, `after=0&signature_request_id=${requestIds[0]?.request_id}`]) {
        const page = await api.ok<Page>(`GET /events?${query}`, { key: other.apiKey });
        assert.deepEqual(page.events, [], query);
      }
      const key = other.apiKey;
      assert.deepEqual((await api.ok<{ endpoints: [] }>("GET /endpoints", { key })).endpoints, []);
      assert.deepEqual((await api.ok<{ replays: [] }>("GET /events/replays", { key })).replays, []);
      assert.ok((await api.ok<Page>("GET /events")).events.some((one) => one.event_id === event_id));
    });

    test("what cannot be read is refused by the name of the parameter, and changes nothing", async () => {
      const before = await tracesOf(desk.house);
      for (const [on, json, path] of wrong) {
        const call = on.replace("EVENT", things.event_id ?? "").replace("ENDPOINT", things.endpoint_id ?? "");
        const answer = await api.ask(call, json === null ? {} : { json });
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], `${on} ${JSON.stringify(json)}`);
        assert.ok(wordsOf(answer).length > 10);
      }
      assert.deepEqual(await tracesOf(desk.house), before);
    });

    test("bodies may be forms as in v3", async () => {
      const form = new URLSearchParams([
        ["types[0]", "signature_request_sent"],
        ["dry_run", "1"],
      ]);
      const { count } = await api.ok<{ count: number }>("POST /events/replays", { form });
      assert.equal(count, 1);
      const query = "GET /events?state=delivered&type=signature_request_sent&limit=1";
      assert.equal((await api.ok<Page>(query)).events[0]?.event_id, things.event_id);
    });

    test("addresses and methods that are none answer as those of v3 do", async () => {
      const at = async (on: string) => {
        const [method = "", path = ""] = on.split(" ");
        const headers = { authorization: basic(desk.house.apiKey) };
        return faultOf(await read(await fetch(`${desk.house.url}${path}`, { method, headers })));
      };
      for (const on of [
        "GET /api/nothing",
        "GET /api",
        "GET /v3/events",
        "GET /v3/endpoints",
        "POST /api/events/x/cancel",
      ])
        assert.deepEqual(await at(on), [404, "not_found"], on);
      for (const on of ["DELETE /api/events", "PUT /api/events/x", "GET /api/endpoints/x/pause"])
        assert.deepEqual(await at(on), [405, "method_not_supported"], on);
    });

    test("an account's own endpoint is found once it has a URL", async () => {
      const json = { callback_url: `${desk.receiver.url}/other` };
      assert.equal((await ask(desk.house, "PUT /account", { key: other.apiKey, json })).status, 200);
      await desk.house.quiet();
      const dry = await api.ok<{ count: number }>("POST /events/replays", {
        key: other.apiKey,
        json: { dry_run: true },
      });
      assert.equal(dry.count, 0);
      const page = await untilFinal(api, "GET /events?after=start", { key: other.apiKey });
      assert.deepEqual(
        page.events.map((one) => [one.event_type, one.deliveries.map(({ state }) => state)]),
        [["callback_test", ["delivered"]]],
      );
    });
  });
}
