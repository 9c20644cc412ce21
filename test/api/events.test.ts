import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { explainOutcome } from "../../src/callbacks/outcomes.ts";
import { ask as askFor, type Desk, failing, heardOf, openDesk } from "../callbacks/desk.ts";
import { grounds } from "../support/house.ts";
import { acknowledge } from "../support/receiver.ts";
import { idsOf, type NewEvent, writeEvents } from "./event-rows.ts";
import { type JsonApi, openJsonApi, type Page, type Whole } from "./json-api.ts";

const minute = 60_000;
let latest = 0;

/** A second of the last hours that no other test of this file writes its events around. */
function aSecond(): number {
  latest += 10 * minute;
  return Math.floor(Date.now() / 1000) * 1000 - 8 * 60 * minute + latest;
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let api: JsonApi;
    let ids: Awaited<ReturnType<typeof idsOf>>;

    before(async () => {
      latest = 0;
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
      api = await openJsonApi(desk.house);
      ids = await idsOf(desk.house);
    });

    afterEach(() => {
      desk.receiver.answer = acknowledge;
    });

    after(() => desk.close());

    const listed = async (query: string) =>
      (await api.ok<Page>(`GET /events?${query}`)).events.map(({ event_id }) => event_id);

    test("an event is listed with its deliveries, and shown whole with its payload and each attempt in words", async () => {
      desk.receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "out of order" } : acknowledge());
      const { signature_request_id: requestId } = await askFor(desk, { emails: [failing] });
      await desk.house.quiet();
      const { events } = await api.ok<Page>(`GET /events?signature_request_id=${requestId}`);
      const [event] = events;
      assert.ok(event && events.length === 1);
      const { deliveries, ...facts } = event;
      assert.deepEqual(
        [facts.event_type, facts.signature_request_id, facts.client_id, facts.sequence, facts.related_signature_id],
        ["file_error", requestId, desk.house.clientId, 1, null],
      );
      assert.deepEqual(
        deliveries.map((one) => [one.endpoint_id, one.client_id, one.url, one.state, one.last_outcome]),
        [
          [ids.toAccount, null, `${desk.receiver.url}/account`, "delivered", "acked"],
          [ids.toApp, desk.house.clientId, `${desk.receiver.url}/app`, "retrying", "http_5xx"],
        ],
      );
      const [done, waiting] = deliveries;
      assert.equal(done?.next_attempt_at, null);
      assert.ok(waiting?.next_attempt_at && waiting.next_attempt_at > Date.now() / 1000);

      const { event: whole } = await api.ok<{ event: Whole }>(`GET /events/${event.event_id}`);
      const [heard] = heardOf(desk.receiver, { id: requestId, path: "/app" });
      assert.deepEqual(whole.signature_request, heard?.payload.signature_request);
      assert.equal(whole.payload_removed, false);
      const { attempts = [], ...shown } = whole.deliveries[1] ?? {};
      assert.deepEqual(shown, waiting);
      assert.deepEqual(
        attempts.map(({ attempt, url, status, outcome, explanation, response_body }) => [
          [attempt, url, status, outcome, explanation, response_body],
        ]),
        [[[1, `${desk.receiver.url}/app`, 500, "http_5xx", explainOutcome("http_5xx"), "out of order"]]],
      );
    });

    test("each filter lets through what fits, newest first, and filters can be joined", async () => {
      const at = aSecond();
      const { accountId, toAccount, toApp } = ids;
      const { clientId } = desk.house;
      const of = (more: Partial<NewEvent>): NewEvent => ({ accountId, at: at + 1000, ...more });
      const both = (state: string, tries = 1) => [
        { endpointId: toAccount, state: "delivered" },
        { endpointId: toApp, state, tries },
      ];
      const [first, second, third, fourth, fifth] = await writeEvents(desk.house, [
        of({ at, requestId: "r1", seq: 1, to: [{ endpointId: toAccount, state: "exhausted", tries: 8 }] }),
        of({ requestId: "r1", seq: 2, type: "signature_request_viewed", clientId, to: both("pending", 0) }),
        of({ requestId: "r2", seq: 1, clientId, to: both("pending") }),
        of({ requestId: "r2", seq: 2, clientId, to: both("skipped") }),
        of({ at: at + 2000, requestId: "r2", seq: 3 }),
      ]);
      const seconds = at / 1000;
      const expected = {
        "": [fifth, fourth, third, second, first],
        [`since=${seconds + 1}`]: [fifth, fourth, third, second],
        [`until=${seconds + 2}`]: [fourth, third, second, first],
        "type=signature_request_viewed": [second],
        "signature_request_id=r2": [fifth, fourth, third],
        [`client_id=${clientId}`]: [fourth, third, second],
        [`endpoint_id=${toAccount}`]: [fourth, third, second, first],
        [`endpoint_id=${toApp}`]: [fourth, third, second],
        "endpoint_id=nobody": [],
        "state=pending": [second],
        "state=retrying": [third],
        "state=held": [],
        "state=delivered": [fourth, third, second],
        "state=exhausted": [first],
        "state=skipped": [fourth],
        [`state=delivered&endpoint_id=${toApp}`]: [],
        [`state=skipped&endpoint_id=${toApp}&signature_request_id=r2&client_id=${clientId}&type=signature_request_sent`]:
          [fourth],
      };
      for (const [query, wanted] of Object.entries(expected)) {
        // Said twice, the later parameter would count: the span stands for what the query does not say.
        const span = [
          ...(query.startsWith("since") ? [] : [`since=${seconds}`]),
          ...(query.startsWith("until") ? [] : [`until=${seconds + 60}`]),
        ];
        assert.deepEqual(await listed([...span, query].join("&")), wanted, query);
      }
    });

    test("a list goes on page by page, and the last one says that it is", async () => {
      const at = aSecond();
      const written = await writeEvents(
        desk.house,
        [0, 1, 2, 3, 4].map((n) => ({ accountId: ids.accountId, at: at + n })),
      );
      const query = `since=${at / 1000}&until=${at / 1000 + 60}`;
      const pages: string[][] = [];
      let cursor: string | null | undefined = "";
      while (typeof cursor === "string") {
        const page: Page = await api.ok(`GET /events?${query}&limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
        pages.push(page.events.map(({ event_id }) => event_id));
        cursor = page.next_cursor;
      }
      assert.equal(cursor, null);
      const [a, b, c, d, e] = written;
      assert.deepEqual(pages, [[e, d], [c, b], [a]]);
      assert.equal((await api.ok<Page>(`GET /events?${query}&limit=5`)).next_cursor, null);
    });
  });
}
