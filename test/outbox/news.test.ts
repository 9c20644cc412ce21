import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import { openNews } from "../../src/outbox/news.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase, findCluster } from "../storage/cluster.ts";

describe("news", () => {
  test("are heard by those who follow the account, until they follow no more", () => {
    const news = openNews(null);
    const heard: string[] = [];
    const unfollow = news.follow("a", () => heard.push("a"));
    news.follow("b", () => heard.push("b"));
    news.tell(["a", "c"]);
    news.tell(["b"]);
    unfollow();
    news.tell(["a"]);
    assert.deepEqual(heard, ["a", "b"]);
  });
});

const cluster = findCluster();

describe("news between processes on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let here: Store;
  let there: Store;
  before(async () => {
    database = await createDatabase();
    [here, there] = [await openPostgres({ url: database.url }), await openPostgres({ url: database.url })];
  });
  after(async () => {
    await Promise.all([here.close(), there.close()]);
    await database.drop();
  });

  test("what one process tells the other hears; of very many accounts at once, that it may be any", async () => {
    const [teller, hearer] = [openNews(here.wakes), openNews(there.wakes)];
    const heard: string[] = [];
    hearer.follow("mine", () => heard.push("mine"));
    hearer.follow("other", () => heard.push("other"));
    // The connection that listens may not be there yet.
    for (let n = 0; n < 200 && heard.length === 0; n += 1) {
      teller.tell(["mine"]);
      await sleep(50);
    }
    assert.deepEqual([...new Set(heard)], ["mine"]);
    teller.tell(Array.from({ length: limits.newsNames + 1 }, (_, n) => `account ${n}`));
    for (let n = 0; n < 200 && !heard.includes("other"); n += 1) await sleep(50);
    assert.ok(heard.includes("other"));
  });
});
