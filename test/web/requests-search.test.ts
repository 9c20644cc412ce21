import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newId } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import { ask } from "../support/ask.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { sign } from "../support/page.ts";
import { signatureOf } from "../support/requests.ts";
import { openReader, type Reader } from "./reader.ts";
import type { Visitor } from "./visitor.ts";

describe("the search on the page of requests", () => {
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  let told: Reader["told"];
  before(async () => {
    ({ house, visitor, read, told } = await openReader());
  });
  after(() => house.close());

  const idsOf = (text: string) => [...text.matchAll(/<tr data-key="([^"]+)"/g)].map(([, id]) => id ?? "");
  const nextOf = (text: string) => /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
  const shownIn = (text: string, id: string) => new RegExp(`<input id="${id}"[^>]* value="([^"]*)"`).exec(text)?.[1];
  const find = async (fields: Readonly<Record<string, string>>) =>
    idsOf(await read(`/app/requests?${new URLSearchParams(fields).toString()}`));

  test("finds requests by words, by state and by a span of time, and shows what it was asked for", async () => {
    const lease = await told({ title: 'Lease & "more"' }, "signature_request_sent");
    const loan = await told({ title: "Loan" }, "signature_request_sent");
    const { signature_request_id: id } = lease;
    const page = await read(`/app/requests?${new URLSearchParams({ text: ' LEASE & "more" ' }).toString()}`);
    assert.deepEqual([idsOf(page), shownIn(page, "text")], [[id], "LEASE &amp; &quot;more&quot;"]);
    assert.match(page, /data-live="requests"/);
    assert.match(await read("/app/requests?text=nothing+of+it"), /No request fits<\/h2>/);

    await sign(house, signatureOf(loan).signature_id);
    await house.quiet();
    assert.deepEqual(await find({ state: "complete" }), [loan.signature_request_id]);
    assert.deepEqual(await find({ state: "awaiting", text: "lease" }), [id]);
    assert.deepEqual(await find({ state: "awaiting", text: "loan" }), []);
    assert.deepEqual((await find({ state: "unheard-of" })).length, 2);
    await ask(house, `POST /signature_request/cancel/${id}`);
    assert.deepEqual(await find({ state: "canceled" }), [id]);

    const minute = (at: number) => new Date(at).toISOString().slice(0, 16);
    const [hourAgo, inAnHour] = [minute(Date.now() - 3_600_000), minute(Date.now() + 3_600_000)];
    const within = await read(`/app/requests?text=lease&from=${hourAgo}&to=${inAnHour}`);
    assert.deepEqual([idsOf(within), shownIn(within, "from"), shownIn(within, "to")], [[id], hourAgo, inAnHour]);
    assert.deepEqual(await find({ text: "lease", from: inAnHour }), []);
    assert.deepEqual(await find({ text: "lease", to: hourAgo }), []);
    assert.equal((await visitor.get(`/app/requests?text=${"x".repeat(limits.searchLength + 1)}`)).status, 400);
  });

  test("keeps what it was asked for from page to page, and a removed request is on none", async () => {
    const one = await house.store.read.selectFrom("signature_requests").selectAll().limit(1).executeTakeFirstOrThrow();
    const rows = Array.from({ length: limits.dashboardRows + 3 }, (_, n) => ({
      ...one,
      request_id: newId(),
      state: "declined",
      created_at: 1_000_000_000_000 + n,
    }));
    const [gone] = rows;
    await house.store.transact((tx) => tx.insertInto("signature_requests").values(rows).execute());
    await ask(house, `POST /signature_request/remove/${gone?.request_id}`);
    assert.equal((await visitor.get(`/app/requests/${gone?.request_id}`)).status, 404);
    const first = await read("/app/requests?state=declined&to=2010-01-01T00:00");
    const next = nextOf(first) ?? assert.fail("there is another page");
    const second = await read(next);
    const expected = rows
      .slice(1)
      .map(({ request_id }) => request_id)
      .toReversed();
    assert.deepEqual([...idsOf(first), ...idsOf(second)], expected);
    assert.match(second, /<option value="declined" selected>/);
    assert.equal(nextOf(second), undefined);
  });
});
