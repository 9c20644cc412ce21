import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { firstUuid } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import { openJsonApi, type Page } from "../api/json-api.ts";
import { runCommand } from "../cli/terminal.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { openReader, type Reader } from "./reader.ts";
import type { Visitor } from "./visitor.ts";

describe("the search on the page of events", () => {
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  let told: Reader["told"];
  before(async () => {
    ({ house, visitor, read, told } = await openReader());
  });
  after(() => house.close());

  const rowsOf = (text: string) => [...text.matchAll(/<tr><td>/g)].length;
  const nextOf = (text: string) => /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
  const shownIn = (text: string, id: string) => new RegExp(`<input id="${id}"[^>]* value="([^"]*)"`).exec(text)?.[1];

  test("finds events by words and by a span of time, and shows what it was asked for", async () => {
    const { signature_request_id: id } = await told({ title: 'Lease & "more"' }, "signature_request_sent");
    await told({ title: "Loan" }, "signature_request_sent");
    const found = await read(`/app/events?${new URLSearchParams({ text: ' LEASE & "more" ' }).toString()}`);
    assert.equal(rowsOf(found), 1);
    assert.match(found, new RegExp(id));
    assert.equal(shownIn(found, "text"), "LEASE &amp; &quot;more&quot;");
    assert.match(await read("/app/events?text=nothing+of+it"), /No event fits/);

    const minute = (at: number) => new Date(at).toISOString().slice(0, 16);
    const [hourAgo, inAnHour] = [minute(Date.now() - 3_600_000), minute(Date.now() + 3_600_000)];
    const within = await read(`/app/events?text=lease&from=${hourAgo}&to=${inAnHour}`);
    assert.deepEqual([rowsOf(within), shownIn(within, "from"), shownIn(within, "to")], [1, hourAgo, inAnHour]);
    assert.equal(rowsOf(await read(`/app/events?text=lease&from=${inAnHour}`)), 0);
    assert.equal(rowsOf(await read(`/app/events?text=lease&to=${hourAgo}:30`)), 0);
    assert.equal(rowsOf(await read("/app/events?text=lease&from=yesterday&to=9999-99-99T99:99")), 1);
  });

  test("keeps what it was asked for from page to page", async () => {
    const { event_id, ...one } = await house.store.read
      .selectFrom("events")
      .selectAll()
      .limit(1)
      .executeTakeFirstOrThrow();
    assert.ok(event_id);
    const rows = Array.from({ length: limits.dashboardRows + 3 }, (_, n) => ({
      ...one,
      event_id: `01000000-0000-7000-8000-${String(n).padStart(12, "0")}`,
      type: "callback_test",
      request_id: null,
      seq: 0,
    }));
    await house.store.transact((tx) => tx.insertInto("events").values(rows).execute());
    const first = await read("/app/events?text=callback_te&to=2010-01-01T00:00");
    assert.equal(rowsOf(first), limits.dashboardRows);
    const next = nextOf(first) ?? assert.fail("there is another page");
    const second = await read(next);
    assert.deepEqual([rowsOf(second), shownIn(second, "text")], [3, "callback_te"]);
    assert.equal(nextOf(second), undefined);
  });

  test("a text that is too long is refused in words", async () => {
    const { status, text } = await visitor.get(`/app/events?text=${"x".repeat(limits.searchLength + 1)}`);
    assert.equal(status, 400);
    assert.match(text, /at most 200 characters/);
  });

  test("over very many events it stops, says how far it came, and goes on from there; the API and the command line do as well", async () => {
    const { account_id } = await house.store.read.selectFrom("accounts").select("account_id").executeTakeFirstOrThrow();
    // Older than all others: a second between two of them, and one at the end that is looked for.
    const start = Date.parse("2001-01-01T00:00:00Z");
    const prefix = (at: number) => firstUuid(at).slice(0, 13);
    await house.store.transact((tx) =>
      sql`
        with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${limits.walkRows + 2 * limits.walkStepRows})
        insert into events (event_id, account_id, type, seq, occurred_at, message, object_json, position)
        select ${prefix(start)} || printf('-7000-8000-%012x', n), ${account_id},
          case n when 0 then 'signature_request_expired' else 'callback_test' end, 0, ${start}, null, null, 0 from numbers`.execute(
        tx,
      ),
    );
    const cut = await read("/app/events?text=qq");
    assert.equal(rowsOf(cut), 0);
    assert.match(cut, /No event fits so far/);
    assert.match(cut, /Searched back to <time datetime="2001-01-01T00:00:00\.000Z"/);
    assert.match(cut, />Search further<\/a>/);
    assert.match(await read(nextOf(cut) ?? assert.fail("it goes on")), /No event fits<\/h2>/);

    const api = await openJsonApi(house);
    const page = await api.ok<Page>("GET /events?text=request_expired&type=signature_request_expired");
    assert.equal(page.events.length, 1);
    const before = new URLSearchParams({ text: "qq" });
    const short = await api.ok<Page>(`GET /events?${before.toString()}`);
    assert.deepEqual(short.events, []);
    before.set("cursor", short.next_cursor ?? assert.fail("there is a cursor"));
    assert.deepEqual(await api.ok<Page>(`GET /events?${before.toString()}`), { events: [], next_cursor: null });

    const { code, out } = await runCommand(["events", "list", "--text", "qq request_expired"], {
      COUNTERSIGN_URL: house.url,
      COUNTERSIGN_API_KEY: house.apiKey,
    });
    assert.deepEqual([code, out], [0, "There are no such events.\n"]);
  });
});
