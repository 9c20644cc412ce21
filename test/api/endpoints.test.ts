import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { ask as askFor, type Desk, failing, heardOf, openDesk, setUrl } from "../callbacks/desk.ts";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { grounds } from "../support/house.ts";
import { acknowledge } from "../support/receiver.ts";
import { idsOf } from "./event-rows.ts";
import { type Endpoint, type JsonApi, openJsonApi, type Page, type Whole } from "./json-api.ts";

type One = { readonly endpoint: Endpoint };
type Secret = { readonly webhook_secret: string; readonly old_secret_until: number | null };

const none = { pending: 0, held: 0, exhausted: 0 };
const hour = 3600;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let api: JsonApi;
    let ids: Awaited<ReturnType<typeof idsOf>>;

    before(async () => {
      // One retry, and that in an hour: what fails stays behind while the tests look at the rest.
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
      api = await openJsonApi(desk.house);
      ids = await idsOf(desk.house);
    });

    afterEach(async () => {
      desk.receiver.answer = acknowledge;
      await api.ok(`POST /endpoints/${ids.toApp}/resume`);
    });

    after(() => desk.close());

    const toApp = async () => (await api.ok<One>(`GET /endpoints/${ids.toApp}`)).endpoint;

    /** What the app's deliveries of the request's events are shown as. */
    async function statesOf(requestId: string): Promise<readonly string[]> {
      const { events } = await api.ok<Page>(`GET /events?signature_request_id=${requestId}`);
      return events.flatMap(({ deliveries }) =>
        deliveries.filter((one) => one.client_id !== null).map(({ state }) => state),
      );
    }

    /** Requests whose one event is told to the account, while the app's endpoint is paused. */
    async function failWhilePaused(count: number): Promise<readonly string[]> {
      const { endpoint } = await api.ok<One>(`POST /endpoints/${ids.toApp}/pause`);
      assert.equal(endpoint.state, "paused");
      const requests = [];
      for (let n = 0; n < count; n += 1) requests.push(await askFor(desk, { emails: [failing] }));
      await desk.house.quiet();
      return requests.map(({ signature_request_id }) => signature_request_id);
    }

    test("the account's endpoint comes first, then the app's, each as its own address shows it", async () => {
      const { endpoints } = await api.ok<{ endpoints: Endpoint[] }>("GET /endpoints");
      assert.deepEqual(
        endpoints.map((one) => [one.endpoint_id, one.client_id, one.url, one.state, one.ordering, one.deliveries]),
        [
          [ids.toAccount, null, `${desk.receiver.url}/account`, "active", "best_effort", none],
          [ids.toApp, desk.house.clientId, `${desk.receiver.url}/app`, "active", "best_effort", none],
        ],
      );
      assert.deepEqual(await toApp(), endpoints[1]);
    });

    test("what happens while an endpoint is paused is held, shown so, and sent when it is resumed", async () => {
      const [requestId = ""] = await failWhilePaused(1);
      assert.deepEqual(await statesOf(requestId), ["held"]);
      assert.deepEqual((await toApp()).deliveries, { ...none, held: 1 });
      const { events } = await api.ok<Page>(`GET /events?state=held&endpoint_id=${ids.toApp}`);
      assert.deepEqual(
        events.map((one) => one.signature_request_id),
        [requestId],
      );
      assert.equal(events[0]?.deliveries[1]?.next_attempt_at, null);
      assert.equal(heardOf(desk.receiver, { id: requestId, path: "/account" }).length, 1);
      assert.equal(heardOf(desk.receiver, { id: requestId, path: "/app" }).length, 0);

      const { endpoint } = await api.ok<One>(`POST /endpoints/${ids.toApp}/resume`, { json: { held: "send" } });
      assert.equal(endpoint.state, "active");
      await desk.house.quiet();
      assert.deepEqual(await statesOf(requestId), ["delivered"]);
      assert.equal(heardOf(desk.receiver, { id: requestId, path: "/app" }).length, 1);
      assert.deepEqual((await toApp()).deliveries, none);
    });

    test("what was held can be skipped instead: it is never sent, and still there to be sent again", async () => {
      const requestIds = await failWhilePaused(2);
      await api.ok<One>(`POST /endpoints/${ids.toApp}/resume`, { json: { held: "skip" } });
      const after = await askFor(desk, { emails: [failing] });
      await desk.house.quiet();
      for (const id of requestIds) {
        assert.deepEqual(await statesOf(id), ["skipped"]);
        assert.equal(heardOf(desk.receiver, { id, path: "/app" }).length, 0);
      }
      assert.deepEqual(await statesOf(after.signature_request_id), ["delivered"]);

      const [skipped = ""] = requestIds;
      const { events } = await api.ok<Page>(`GET /events?signature_request_id=${skipped}`);
      await api.ok(`POST /events/${events[0]?.event_id}/resend`, { json: { endpoint_id: ids.toApp } });
      await desk.house.quiet();
      assert.deepEqual(await statesOf(skipped), ["skipped", "delivered"]);
      assert.equal(heardOf(desk.receiver, { id: skipped, path: "/app" }).length, 1);
    });

    test("skipping does nothing to an endpoint that holds nothing", async () => {
      desk.receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "" } : acknowledge());
      const { signature_request_id: id } = await askFor(desk, { emails: [failing] });
      await desk.house.quiet();
      await api.ok(`POST /endpoints/${ids.toApp}/resume`, { json: { held: "skip" } });
      assert.deepEqual(await statesOf(id), ["retrying"]);
    });

    test("ordering and state are set by PUT, each alone or both at once", async () => {
      for (const [json, ordering, state] of [
        [{ ordering: "strict" }, "strict", "active"],
        [{ state: "paused" }, "strict", "paused"],
        [{}, "strict", "paused"],
        [{ ordering: "best_effort", state: "active" }, "best_effort", "active"],
      ] as const) {
        const { endpoint } = await api.ok<One>(`PUT /endpoints/${ids.toApp}`, { json });
        assert.deepEqual([endpoint.ordering, endpoint.state], [ordering, state]);
        assert.deepEqual(await toApp(), endpoint);
      }
    });

    test("a test is sent on request and its event shows how it went; not to who takes nothing", async () => {
      desk.receiver.answer = () => ({ status: 404, body: "nobody here" });
      const { event_id } = await api.ok<{ event_id: string }>(`POST /endpoints/${ids.toApp}/test`);
      const heard = await desk.receiver.waitFor(({ headers }) => headers["countersign-event-id"] === event_id);
      assert.deepEqual([heard.path, heard.payload.event.event_type], ["/app", "callback_test"]);
      await desk.house.quiet();
      const { event } = await api.ok<{ event: Whole }>(`GET /events/${event_id}`);
      assert.deepEqual(
        event.deliveries.map(({ endpoint_id, state, attempts }) => [
          endpoint_id,
          state,
          attempts.map((one) => one.response_body),
        ]),
        [[ids.toApp, "exhausted", ["nobody here"]]],
      );

      await api.ok(`POST /endpoints/${ids.toApp}/pause`);
      const paused = await api.ask(`POST /endpoints/${ids.toApp}/test`);
      assert.deepEqual(faultOf(paused), [409, "conflict"]);
      assert.match(wordsOf(paused), /paused: resume it first/);
      await ask(desk.house, `PUT /api_app/${desk.house.clientId}`, { json: { callback_url: "" } });
      assert.match(wordsOf(await api.ask(`POST /endpoints/${ids.toApp}/test`)), /no callback URL/);
      assert.equal((await toApp()).url, null);
      desk.receiver.answer = acknowledge;
      await setUrl({ house: desk.house, to: `${desk.receiver.url}/app`, clientId: desk.house.clientId });
      await api.ok(`POST /endpoints/${ids.toApp}/resume`);
      await desk.house.quiet();
    });

    test("the secret stays until it is rotated; then the one before signs too, as long as was said", async () => {
      const path = `/endpoints/${ids.toApp}`;
      const signatures = async () => {
        const { event_id } = await api.ok<{ event_id: string }>(`POST ${path}/test`);
        const heard = await desk.receiver.waitFor(({ headers }) => headers["webhook-id"] === event_id);
        await desk.house.quiet();
        return String(heard.headers["webhook-signature"]).split(" ").length;
      };
      const first = await api.ok<Secret>(`GET ${path}/secret`);
      assert.match(first.webhook_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
      assert.equal(first.old_secret_until, null);
      assert.deepEqual(await api.ok<Secret>(`GET ${path}/secret`), first);
      assert.notEqual(
        (await api.ok<Secret>(`GET /endpoints/${ids.toAccount}/secret`)).webhook_secret,
        first.webhook_secret,
      );
      assert.equal(await signatures(), 1);

      const earliest = Math.floor(Date.now() / 1000);
      const second = await api.ok<Secret>(`POST ${path}/rotate_secret`);
      const until = second.old_secret_until ?? 0;
      assert.ok(until >= earliest + 24 * hour && until <= Date.now() / 1000 + 24 * hour);
      assert.notEqual(second.webhook_secret, first.webhook_secret);
      assert.deepEqual(await api.ok<Secret>(`GET ${path}/secret`), second);
      assert.equal(await signatures(), 2);

      const third = await api.ok<Secret>(`POST ${path}/rotate_secret`, { json: { overlap_hours: 0 } });
      assert.equal(third.old_secret_until, null);
      assert.equal(new Set([first, second, third].map((one) => one.webhook_secret)).size, 3);
      assert.equal(await signatures(), 1);
    });
  });
}
