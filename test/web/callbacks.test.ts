import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { openJsonApi } from "../api/json-api.ts";
import { callHouse } from "../support/calls.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { acknowledge } from "../support/receiver.ts";
import { until } from "../support/stage.ts";
import { openReader, type Reader } from "./reader.ts";
import type { Visitor } from "./visitor.ts";

describe("the page of callbacks", () => {
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  let told: Reader["told"];
  before(async () => {
    ({ house, visitor, read, told } = await openReader());
  });
  after(() => house.close());
  beforeEach(() => {
    house.receiver.answer = acknowledge;
  });

  const cardOf = (page: string, name: string) => {
    const start = page.indexOf(`>${name}</h2>`);
    assert.notEqual(start, -1, `there is no card of ${name}`);
    return page.slice(start, page.indexOf("</section>", start));
  };
  const figure = (card: string, name: string) =>
    new RegExp(`<dt>${name}</dt><dd>(.*?)</dd>`).exec(card)?.[1]?.replace(/<[^>]+>/g, "");

  test("shows for each endpoint what was acknowledged, what failed and what waits, as figures, chart and table", async () => {
    house.receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "" } : acknowledge());
    await told({}, "signature_request_sent");
    const page = await read("/app/callbacks");
    const [account, app] = [cardOf(page, "Account"), cardOf(page, "App “First app”")];
    // The test of the URL, and the event.
    assert.deepEqual([figure(account, "Acknowledged"), figure(account, "Failed attempts")], ["2", "0"]);
    assert.deepEqual(
      [figure(app, "Acknowledged"), figure(app, "Failed attempts"), figure(app, "Waiting")],
      ["1", "1", "1"],
    );
    assert.match(app, /role="img" aria-label="1 attempt acknowledged, 1 failed"/);
    assert.match(app, /<rect class="good"[^>]*\/><rect class="poor"/);
    assert.match(app, /<td>1<\/td><td>1<\/td><td>0<\/td>/);
    assert.match(app, /No attempt has been acknowledged since/);
    assert.match(account, /Active<\/span>/);
    assert.doesNotMatch(app, /Active<\/span>/);
    const link = /href="(\/app\/events\?endpoint=[^"]+state=retrying)"/.exec(app)?.[1]?.replaceAll("&amp;", "&") ?? "";
    assert.equal([...(await read(link)).matchAll(/<tr data-key/g)].length, 1);
  });

  test("shows who listens at a command line", async () => {
    const api = await openJsonApi(house);
    const { listener } = await api.ok<{ readonly listener: { readonly listener_id: string } }>("POST /listeners", {
      json: { name: "ann's laptop" },
    });
    assert.match(cardOf(await read("/app/callbacks"), "Account"), /Active/);
    assert.match(await read("/app/callbacks"), /countersign listen<\/code>, named ann&#39;s laptop/);
    assert.match(await read("/app/callbacks"), /Listening/);
    assert.equal((await callHouse(house, `DELETE /api/listeners/${listener.listener_id}`)).status, 204);
    assert.doesNotMatch(await read("/app/callbacks"), /countersign listen/);
  });

  test("looks back further when asked, and takes what is no such time for a day", async () => {
    for (const [query, current] of [
      ["?window=7d", "7 days"],
      ["?window=30d", "30 days"],
      ["?window=toString", "24 hours"],
      ["", "24 hours"],
    ] as const)
      assert.match(await read(`/app/callbacks${query}`), new RegExp(`aria-current="true">${current}`));
  });

  test("a range is counted first, then replayed, and no more than was counted", async () => {
    const request = await told({}, "signature_request_sent");
    const before = house.receiver.heard.length;
    const page = await read("/app/callbacks/replay");
    const endpoint = /<option value="([0-9a-f-]{36})">Account/.exec(page)?.[1] ?? assert.fail("no endpoint to choose");
    const counted = await read(
      `/app/callbacks/replay?endpoint=${endpoint}&type=signature_request_sent&state=delivered`,
    );
    const expected = Number(/name="expected" value="(\d+)"/.exec(counted)?.[1]);
    assert.ok(expected >= 1);
    const form = { key: await visitor.key(), endpoint, type: "signature_request_sent", state: "delivered" };
    const less = await visitor.post("/app/callbacks/replay", { ...form, expected: String(expected - 1) });
    assert.equal(less.status, 409);
    assert.match(less.text, /events fit by now, more than the/);
    const started = await visitor.post("/app/callbacks/replay", { ...form, expected: String(expected) });
    assert.deepEqual([started.status, started.location], [303, "/app/callbacks/replay?done=started"]);
    await until("all were heard again", async () => house.receiver.heard.length === before + expected);
    const again = house.receiver.heard.slice(before);
    assert.ok(
      again.every(({ path, payload }) => path === "/account" && payload.event.event_type === "signature_request_sent"),
    );
    assert.ok(
      again.some(({ payload }) => payload.signature_request?.signature_request_id === request.signature_request_id),
    );
    await until("it is done", async () => (await read("/app/callbacks/replay")).includes(">Done</span>"));
  });

  test("a question that cannot be is answered in words", async () => {
    const endpoint = /<option value="([0-9a-f-]{36})">Account/.exec(await read("/app/callbacks/replay"))?.[1] ?? "";
    assert.match(
      await read(`/app/callbacks/replay?endpoint=${endpoint}&since=yesterday`),
      /since not valid: write a time such as/,
    );
    assert.match(await read("/app/callbacks/replay?endpoint=nonsense"), /There is no such endpoint/);
    assert.match(await read(`/app/callbacks/replay?endpoint=${endpoint}&until=2020-01-01T00:00`), /No event fits/);
  });
});
