import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase, findCluster } from "./cluster.ts";

const cluster = findCluster();

describe("wakes between processes on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let here: Store;
  let there: Store;

  beforeEach(async () => {
    database = await createDatabase();
    here = await openPostgres({ url: database.url });
    there = await openPostgres({ url: database.url });
  });

  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    await database.drop();
  });

  /** Announces until it is heard: the connection that listens may not be there yet. */
  async function hear(heard: readonly string[], loop: string): Promise<void> {
    for (let n = 0; n < 200 && !heard.includes(loop); n += 1) {
      here.wakes?.announce(new Set([loop]));
      await sleep(50);
    }
    assert.ok(heard.includes(loop), `heard ${heard.join()}`);
  }

  test("what one process announces another hears, and hears again after its connection was cut", async () => {
    const heard: string[] = [];
    there.wakes?.onAnnounced((loop) => heard.push(loop));
    await hear(heard, "deliveries");
    const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'countersign wakes' and datname = current_database()`;
    await here.transact((tx) => cut.execute(tx));
    heard.length = 0;
    await hear(heard, "jobs");
  });

  test("announcements that come together go out as one, each loop once", async () => {
    const heard: string[] = [];
    there.wakes?.onAnnounced((loop) => heard.push(loop));
    await hear(heard, "ready");
    await sleep(100);
    heard.length = 0;
    for (let n = 0; n < 100; n += 1) here.wakes?.announce(new Set(["jobs", "deliveries"]));
    await hear(heard, "end");
    const counted = heard.filter((loop) => loop !== "end").toSorted();
    assert.deepEqual(counted, ["deliveries", "jobs"]);
  });
});
