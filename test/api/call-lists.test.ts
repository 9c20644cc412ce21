import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CallToWrite, writeCalls } from "../../src/accounts/write-calls.ts";
import { limits } from "../../src/base/limits.ts";
import { ask, faultOf } from "../support/ask.ts";
import { accountOf, callAt, writtenCalls } from "../support/calls.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { type JsonApi, openJsonApi } from "./json-api.ts";

type Listed = { readonly call_id: string; readonly called_at: number; readonly path: string };
type Page = { readonly calls: readonly Listed[]; readonly next_cursor: string | null };

const start = Date.parse("2026-03-01T12:00:00Z");
const [aRequest, bRequest] = ["a".repeat(40), "b".repeat(40)];

/** Calls of many kinds, one a minute. */
function manyCalls(accountId: string): readonly CallToWrite[] {
  const paths = ["/v3/account", "/v3/signature_request/send", "/api/calls%5f", "/v3/Signature_Request/list"];
  return Array.from({ length: 60 }, (_, n) =>
    callAt(start + n * 60_000, {
      account_id: accountId,
      method: n % 2 === 0 ? "GET" : "POST",
      path: paths[n % 4] ?? "",
      status: [200, 404, 200, 499, 500][n % 5] ?? 200,
      key_id: String(n % 3).repeat(16),
      request_id: [aRequest, null, bRequest][n % 3] ?? null,
    }),
  );
}

const filters: readonly (readonly [query: string, fits: (call: CallToWrite) => boolean])[] = [
  ["", () => true],
  ["status=errors", ({ status }) => status >= 400],
  ["status=404", ({ status }) => status === 404],
  ["status=200", ({ status }) => status === 200],
  ["status=302", () => false],
  ["method=post", ({ method }) => method === "POST"],
  ["path=SIGNATURE_request", ({ path }) => /signature_request/i.test(path)],
  ["path=_", ({ path }) => path.includes("_")],
  ["path=%255f", ({ path }) => path.includes("%5f")],
  [`signature_request_id=${aRequest}`, (call) => call.request_id === aRequest],
  [
    `signature_request_id=${bRequest}&status=errors&method=GET`,
    (call) => call.request_id === bRequest && call.status >= 400 && call.method === "GET",
  ],
  [`key_id=${"1".repeat(16)}`, (call) => call.key_id === "1".repeat(16)],
  [
    `since=${start / 1000 + 600}&until=${start / 1000 + 1200}`,
    ({ called_at: at }) => at >= start + 600_000 && at < start + 1_200_000,
  ],
];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let api: JsonApi;
    let accountId: string;
    let other: SecondAccount;
    let many: readonly CallToWrite[];
    before(async () => {
      house = await openHeardHouse(ground);
      api = await openJsonApi(house);
      accountId = await accountOf(house);
      other = await makeSecondAccount(house);
      many = manyCalls(accountId);
      await writeCalls(house.store, many);
    });
    after(() => house.close());

    /** Every page of a list of what was written above. */
    async function pagesOf(query: string): Promise<readonly Page[]> {
      const pages: Page[] = [];
      const until = query.includes("until=") ? "" : `&until=${start / 1000 + 86_400}`;
      for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)?.next_cursor ?? null) {
        const at = cursor === undefined ? "" : `&cursor=${cursor}`;
        pages.push(await api.ok<Page>(`GET /calls?limit=7&${query}${until}${at}`));
        assert.ok(pages.length < 100);
      }
      return pages;
    }

    for (const [query, fits] of filters) {
      test(`pages meet each call that fits exactly once, the newest first: ${query || "all"}`, async () => {
        const met = (await pagesOf(query)).flatMap(({ calls }) => calls.map(({ call_id: id }) => id));
        const wanted = many.filter(fits).map(({ call_id: id }) => id);
        assert.deepEqual(met, wanted.toReversed());
      });
    }

    test("what cannot be asked for is refused by the name of the parameter", async () => {
      for (const [query, path] of [
        ["status=40", "status"],
        ["status=all", "status"],
        ["since=x", "since"],
        ["since=5&until=5", "until"],
        ["limit=0", "limit"],
        ["cursor=x", "cursor"],
        ["path=a%3Fb", "path"],
      ])
        assert.deepEqual(faultOf(await api.ask(`GET /calls?${query}`)), [400, "bad_request", path], query);
    });

    test("another account's calls are a 404 and in no list, whatever it is filtered by", async () => {
      const [call] = many;
      assert.deepEqual(faultOf(await api.ask(`GET /calls/${call?.call_id}`, { key: other.apiKey })), [
        404,
        "not_found",
      ]);
      for (const [query] of filters) {
        const { calls } = await api.ok<Page>(
          `GET /calls?limit=100&until=${start / 1000 + 86_400}&${query.replace(/&?until=\d+/, "")}`,
          {
            key: other.apiKey,
          },
        );
        assert.deepEqual(calls, [], query);
      }
      const theirs = await api.ok<Page>("GET /calls?limit=100", { key: other.apiKey });
      assert.ok(theirs.calls.every(({ call_id: id }) => many.every((one) => one.call_id !== id)));
    });

    test("one call answers all that is known of it", async () => {
      const answer = await ask(house, "GET /account", { headers: { "user-agent": "shop" } });
      assert.equal(answer.status, 200);
      const row = (await writtenCalls(house)).findLast(({ user_agent: agent }) => agent === "shop");
      const { call, events } = await api.ok<{ call: Record<string, unknown>; events: [] }>(
        `GET /calls/${row?.call_id}`,
      );
      assert.deepEqual(events, []);
      const { called_at, request_id, account_id, ...same } = row ?? assert.fail("it is there");
      assert.deepEqual(call, { ...same, called_at: called_at / 1000, signature_request_id: request_id });
    });

    test("a page looks through so many calls and then asks whether to go on: none is left out", async () => {
      const early = start - 30 * 86_400_000;
      const dull = Array.from({ length: limits.callsLooked + 20 }, (_, n) =>
        callAt(early + 1000 + n, { account_id: accountId }),
      );
      const sought = [early, early + 1].map((at) => callAt(at, { account_id: accountId, path: "/v3/needle" }));
      for (let from = 0; from < dull.length; from += limits.callsPerWrite)
        await writeCalls(house.store, dull.slice(from, from + limits.callsPerWrite));
      await writeCalls(house.store, sought);
      const span = `until=${start / 1000 - 86_400}`;
      const first = await api.ok<Page>(`GET /calls?path=needle&${span}`);
      assert.deepEqual(first.calls, []);
      const second = await api.ok<Page>(`GET /calls?path=needle&${span}&cursor=${first.next_cursor}`);
      assert.deepEqual(
        second.calls.map(({ call_id: id }) => id),
        sought.map(({ call_id: id }) => id).toReversed(),
      );
      assert.equal(second.next_cursor, null);
    });
  });
}
