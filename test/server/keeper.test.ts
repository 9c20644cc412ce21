import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { claimJobs, enqueue } from "../../src/outbox/jobs.ts";
import { type Keeper, keepOnce, prepareGround, startKeeping } from "../../src/server/keeper.ts";
import { orphanWalks } from "../../src/storage/orphans.ts";
import type { Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { countOf, day, furnish, remember, today } from "../storage/retention-rows.ts";

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    let now: number;
    let folder: string;

    beforeEach(async () => {
      now = today;
      opened = await database.open({ clock: () => now });
      store = opened.store;
      folder = mkdtempSync(join(tmpdir(), "countersign-keeper-"));
      await furnish(store, ["complete"]);
    });

    afterEach(async () => {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const keeping = {
      attemptsMs: 90 * day,
      payloadsMs: 90 * day,
      lettersMs: 90 * day,
      callsMs: 30 * day,
      requestsMs: null,
    };
    const keeper = (parts: Partial<Keeper> = {}): Keeper => ({
      store,
      keeping,
      longestMs: day,
      log: silentLog,
      orphans: orphanWalks({ store, folder: join(folder, "blobs") }),
      ...parts,
    });
    const keep = (parts: Partial<Keeper> = {}, signal = new AbortController().signal) =>
      keepOnce(keeper(parts), signal);

    test("a round removes what is due, the next one comes an hour later", async () => {
      await remember(store, [{ ageMs: 91 * day, deliveries: ["delivered"], attempts: 3 }]);
      const removed = await keep();
      assert.deepEqual([removed?.get("attempts"), removed?.get("payloads")], [3, 1]);

      now += limits.keeperEveryMs - 1;
      assert.equal(await keep(), null);
      now += 1;
      assert.ok(await keep());
    });

    test("of two keepers at once one has the round, and all that is due goes once", async () => {
      const pasts = Array.from({ length: 450 }, (_, n) => ({
        ageMs: 91 * day,
        deliveries: ["delivered"],
        attempts: 1,
        seq: n + 1,
      }));
      await remember(store, pasts);
      const rounds = await Promise.all([keep(), keep(), keep()]);

      const [round, ...more] = rounds.filter((one) => one !== null);
      assert.deepEqual(more, []);
      assert.deepEqual([round?.get("attempts"), round?.get("payloads")], [450, 450]);
      assert.equal(await countOf(store, "deliveries"), 450);
    });

    test("the round of a keeper that died is taken over once its lease is over", async () => {
      await keep();
      const dead = JSON.stringify({ dueAt: now + limits.keeperLeaseMs, walks: {} });
      await store.transact((tx) =>
        tx.updateTable("settings").set({ value: dead }).where("name", "=", "keeper").execute(),
      );
      assert.equal(await keep(), null);
      now += limits.keeperLeaseMs;
      assert.ok(await keep());
    });

    test("a clock that was years ahead does not keep the keeper away", async () => {
      now += 3 * 365 * day;
      await keep();
      now = today;
      assert.ok(await keep());
    });

    test("a database whose clock was ahead while we run strands nothing: each keeper sees to it, round or not", async () => {
      await keep();
      now += 5 * 3_600_000;
      await store.transact(async (tx) => {
        const promising = { tx, at: now, now: store.now, wakes: new Set<"jobs">() };
        await enqueue(promising, { kind: "prepare", requestId: null, payload: {} });
      });
      now = today;
      assert.equal(await keep(), null);
      // The embedded database's own clock never goes back while its one process runs.
      const claimed = await claimJobs(store, { workerId: "one", most: 1 });
      assert.equal(claimed.length, store.kind === "postgres" ? 1 : 0);
    });

    test("a stopped keeper ends at once, and the next round need not wait", async () => {
      await remember(store, [{ ageMs: 91 * day, deliveries: ["delivered"] }]);
      const stopped = await keep({}, AbortSignal.abort());
      assert.equal(stopped?.size, 1, "it came no further than the first walk");
      assert.equal((await keep())?.get("payloads"), 1);
    });

    test("a round goes on where the last one stood, and the one after begins anew", async () => {
      const past = { deliveries: ["delivered"] };
      await remember(store, [
        { ...past, ageMs: 95 * day, seq: 1 },
        { ...past, ageMs: 93 * day, seq: 2 },
      ]);
      const payloads = { after: `${today - 94 * day}:`, restsUntil: 0 };
      const value = JSON.stringify({ dueAt: 0, walks: { payloads } });
      await store.transact((tx) => tx.insertInto("settings").values({ name: "keeper", value }).execute());

      assert.equal((await keep())?.get("payloads"), 1);
      const left = await store.read.selectFrom("events").select("seq").where("object_json", "is not", null).execute();
      assert.deepEqual(left, [{ seq: 1 }]);
      now += limits.keeperEveryMs;
      assert.equal((await keep())?.get("payloads"), 1);
    });

    test("a walk that fails is told in the log, and the others are taken", async () => {
      const told: string[] = [];
      const log: Log = { ...silentLog, error: (facts) => told.push("walk" in facts ? String(facts.walk) : "?") };
      await remember(store, [{ ageMs: 91 * day, deliveries: ["delivered"] }]);
      await store.transact((tx) => sql`drop table letters`.execute(tx));

      assert.equal((await keep({ log }))?.get("payloads"), 1);
      assert.deepEqual(told, ["letters"]);
    });

    test("the loop stops while it waits for its first round", async () => {
      const loop = startKeeping(keeper());
      await loop.stop();
      assert.deepEqual(await store.read.selectFrom("settings").selectAll().execute(), []);
    });

    test("a start makes this week's table of attempts, and two starts at once do no harm", async () => {
      await Promise.all([prepareGround(keeper()), prepareGround(keeper({ store: await opened.reopen() }))]);
      await remember(store, [{ ageMs: 0, deliveries: ["delivered"], attempts: 1 }]);
      if (store.kind === "sqlite") return assert.equal(await countOf(store, "attempts"), 1);

      const { rows } = await sql`select tableoid::regclass::text as name from attempts`.execute(store.read);
      assert.deepEqual(rows, [{ name: "attempts_20260730" }]);
    });
  });
}
