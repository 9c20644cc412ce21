import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { systemClock } from "../../src/base/clock.ts";
import type { EventFilter } from "../../src/callbacks/log-filter.ts";
import { findEvents } from "../../src/callbacks/log-newest.ts";
import { readSearch } from "../../src/requests/search.ts";
import { bindDb } from "../../src/storage/bound.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { connectSqlite, type SqliteConnection } from "../../src/storage/sqlite-connection.ts";
import type { Db } from "../../src/storage/store.ts";
import { makeWorld } from "./finding-world.ts";

const tiny = { firstRows: 2, stepRows: 4, rows: 40, requests: 3 };

let folder: string;
let connection: SqliteConnection;
let read: Db;
/** The plans of the statements that were sent. */
const plans: string[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-plans-"));
  const file = join(folder, "house.db");
  const store = await openSqlite({ file, clock: systemClock });
  await makeWorld(store, { seed: 1, count: 60 });
  await store.close();
  connection = connectSqlite({ file, writes: true });
  read = bindDb({
    engine: {
      adapter: new SqliteAdapter(),
      compiler: new SqliteQueryCompiler(),
      introspector: (db) => new SqliteIntrospector(db),
    },
    run: async ({ sql, parameters }) => {
      const { rows } = connection.execute(`explain query plan ${sql}`, parameters);
      plans.push(rows.map((row) => (row as { readonly detail: string }).detail).join("\n"));
      return connection.execute(sql, parameters);
    },
  });
});

after(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

async function plansOf(filter: EventFilter): Promise<readonly string[]> {
  plans.length = 0;
  await findEvents({ read, kind: "sqlite" }, { accountId: "me", filter, page: { limit: 5 }, bounds: tiny });
  // The last one reads the deliveries of the page.
  return plans.filter((plan) => !plan.includes("SEARCH a USING"));
}

for (const [name, filter, index] of [
  ["no filter", {}, "events_newest"],
  ["a span of time", { since: 1, until: 2_000_000_000_000 }, "events_newest"],
  ["a type", { type: "file_error" }, "events_type"],
  ["an app", { clientId: "app" }, "events_app"],
  ["an app's endpoint", { endpointId: "toApp" }, "events_client"],
  ["what an app's endpoint gave up", { endpointId: "toApp", state: "exhausted" }, "deliveries_open"],
  ["a request", { requestId: "request 1" }, "events_request"],
  ["what is delivered", { state: "delivered" }, "events_newest"],
  ["what was given up", { state: "exhausted" }, "deliveries_open"],
  ["what is held", { state: "held" }, "deliveries_open"],
  ["words that many requests have", { words: readSearch("example") }, "events_newest"],
] as const)
  test(`for ${name} SQLite goes along the index ${index}, and sorts nothing`, async () => {
    const made = (await plansOf(filter)).join("\n");
    assert.match(made, new RegExp(`SEARCH (events|d) USING (COVERING )?INDEX ${index} `));
    if (index !== "events_request") assert.doesNotMatch(made, /TEMP B-TREE FOR ORDER BY/);
    assert.doesNotMatch(made, /SCAN (events|d|w|request_words)\b/);
  });

test("where a walk ends, and how long its sources are, is read from indexes alone", async () => {
  const made = await plansOf({ state: "exhausted", type: "file_error", clientId: "app", words: readSearch("ann") });
  for (const index of ["deliveries_open", "events_type", "events_app"])
    assert.ok(
      made.some((plan) => new RegExp(`USING COVERING INDEX ${index} `).test(plan)),
      index,
    );
});

test("words that few requests have are looked up by their trigrams, and then the events of these requests", async () => {
  const made = (await plansOf({ words: readSearch("person3@") })).join("\n");
  assert.match(made, /SCAN f VIRTUAL TABLE INDEX/);
  assert.match(made, /SEARCH w USING INTEGER PRIMARY KEY/);
});
