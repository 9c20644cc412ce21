import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newId } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import { ask } from "../support/ask.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { onePage, sendAndWait } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { openReader, type Reader } from "./reader.ts";
import type { Visitor } from "./visitor.ts";

describe("the lists of events and requests", () => {
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  let told: Reader["told"];
  let eventOf: Reader["eventOf"];
  before(async () => {
    ({ house, visitor, read, told, eventOf } = await openReader());
  });
  after(() => house.close());

  test("go through more than a page, from the newest to the oldest, without leaving one out", async () => {
    await told({}, "signature_request_sent");
    const { account_id } = await house.store.read.selectFrom("accounts").select("account_id").executeTakeFirstOrThrow();
    const all = await house.store.read.selectFrom("signature_requests").selectAll().executeTakeFirstOrThrow();
    const rows = Array.from({ length: limits.dashboardRows + 5 }, (_, index) => ({
      ...all,
      account_id,
      request_id: newId(),
      title: `Many ${index}`,
      created_at: 1_700_000_000_000,
    }));
    await house.store.transact((tx) => tx.insertInto("signature_requests").values(rows).execute());
    assert.deepEqual(
      (await everyPage("/app/requests", "requests"))
        .filter((id) => rows.some(({ request_id }) => request_id === id))
        .toSorted(),
      rows.map(({ request_id }) => request_id).toSorted(),
    );

    const events = await house.store.read.selectFrom("events").select("event_id").orderBy("event_id", "desc").execute();
    const [one] = await house.store.read.selectFrom("events").selectAll().limit(1).execute();
    assert.ok(one);
    const older = Array.from({ length: limits.dashboardRows }, (_, index) => ({
      ...one,
      event_id: `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`,
      request_id: null,
      seq: 0,
    }));
    await house.store.transact((tx) => tx.insertInto("events").values(older).execute());
    const expected = [...events, ...older.toReversed()].map(({ event_id }) => event_id);
    assert.deepEqual(await everyPage("/app/events", "events"), expected);
  });

  async function everyPage(start: string, kind: string): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let path: string | undefined = start; path !== undefined; ) {
      const text = await read(path);
      ids.push(
        ...[...text.matchAll(new RegExp(`class="plain" href="/app/${kind}/([^"]+)"`, "g"))].map(([, id]) => id ?? ""),
      );
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
    }
    return ids;
  }

  const owed = () => house.store.read.selectFrom("deliveries").select("delivery_id").orderBy("delivery_id").execute();

  test("hold nothing of another account, whose pages are nowhere and to which nothing can be done", async () => {
    const second = await makeSecondAccount(house);
    await ask(house, "PUT /account", { key: second.apiKey, json: { callback_url: `${house.receiver.url}/second` } });
    const asked = { ...house, apiKey: second.apiKey, clientId: second.clientId };
    const { signature_request_id: id } = await sendAndWait(asked, {
      title: "Theirs",
      files: [onePage],
      use_text_tags: false,
    });
    const eventId = await eventOf(id, "signature_request_sent");
    const key = await visitor.key();
    const { event_id: testId } = await house.store.read
      .selectFrom("events")
      .innerJoin("accounts", "accounts.account_id", "events.account_id")
      .select("event_id")
      .where("email", "=", second.email)
      .where("type", "=", "callback_test")
      .executeTakeFirstOrThrow();
    for (const path of [
      `events/${eventId}`,
      `requests/${id}`,
      `settings/apps/${second.clientId}`,
      `settings?test=${testId}`,
    ])
      assert.equal((await visitor.get(`/app/${path}`)).status, 404, path);
    const before = await owed();
    assert.equal((await visitor.post(`/app/events/${eventId}/resend`, { key })).status, 404);
    for (const action of ["url", "test", "pause", "resume", "secret", "rotate"])
      assert.equal(
        (await visitor.post(`/app/settings/${action}`, { key, app: second.clientId, url: "" })).status,
        404,
        action,
      );
    for (const path of [
      "/app/events",
      "/app/requests",
      `/app/events?request=${id}`,
      `/app/events?app=${second.clientId}`,
    ])
      assert.doesNotMatch(await read(path), /Theirs|Second app/, path);
    assert.deepEqual(await owed(), before);
  });
});
