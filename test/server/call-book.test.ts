import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { openCallBook } from "../../src/server/call-book.ts";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start.ts";
import type { Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { ask } from "../support/ask.ts";
import { callAt } from "../support/calls.ts";
import { lookAt } from "../support/house.ts";
import { freePort } from "../support/server.ts";
import { until } from "../support/stage.ts";

const at = Date.parse("2026-03-01T12:00:00Z");

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    let told: object[];
    const log: Log = {
      ...silentLog,
      warn: (facts) => told.push(facts),
      error: (facts) => told.push({ failed: "err" in facts }),
    };

    beforeEach(async () => {
      opened = await database.open();
      store = opened.store;
      told = [];
    });
    afterEach(() => opened.close());

    const written = () => store.read.selectFrom("api_calls").select("call_id").orderBy("call_id").execute();
    const calls = (count: number) => Array.from({ length: count }, (_, n) => callAt(at + n, { account_id: "me" }));
    const rename = (from: string, to: string) =>
      store.transact((tx) => sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(tx));

    test("a NUL or half a character in what a call said loses neither it nor those that are written with it", async () => {
      const [one, two] = calls(2);
      assert.ok(one && two);
      const odd = "a\0b\ud800";
      const book = openCallBook({ store, log });
      book.note({ ...one, path: odd, error_message: odd, error_path: odd, user_agent: odd, signature_id: odd });
      book.note(two);
      await book.stop();
      assert.equal((await written()).length, 2);
      assert.deepEqual(told, []);
    });

    test("calls are written by themselves a while after they were noted", async () => {
      const book = openCallBook({ store, log });
      const [one, two] = calls(2);
      assert.ok(one && two);
      book.note(one);
      book.note(two);
      await until("they are written", async () => (await written()).length === 2);
      await book.stop();
      assert.deepEqual(told, []);
    });

    test("what is still in hand is written when the book is closed", async () => {
      const book = openCallBook({ store, log });
      for (const call of calls(limits.callsPerWrite + 3)) book.note(call);
      await book.stop();
      assert.equal((await written()).length, limits.callsPerWrite + 3);
    });

    test("more than fit into memory push out the oldest, and the log tells how many", async () => {
      const book = openCallBook({ store, log });
      const many = calls(limits.callsInHand + 50);
      for (const call of many) book.note(call);
      await book.stop();
      assert.deepEqual(
        (await written()).map(({ call_id: id }) => id),
        many.slice(50).map(({ call_id: id }) => id),
      );
      assert.deepEqual(told, [{ lost: 50 }]);
    });

    test("what could not be written is written later, with what came since", async () => {
      await rename("api_calls", "elsewhere");
      const book = openCallBook({ store, log });
      const [one, two] = calls(2);
      assert.ok(one && two);
      book.note(one);
      await until("it has failed", async () => told.length > 0);
      await rename("elsewhere", "api_calls");
      book.note(two);
      await until("both are written", async () => (await written()).length === 2);
      await book.stop();
    });

    test("what cannot be written at the end is told", async () => {
      await rename("api_calls", "elsewhere");
      const book = openCallBook({ store, log });
      for (const call of calls(3)) book.note(call);
      await book.stop();
      assert.deepEqual(told, [{ failed: true }, { lost: 3 }]);
      await rename("elsewhere", "api_calls");
    });

    test("what never can be written is let go, and does not keep others from being written", async () => {
      const book = openCallBook({ store, log });
      const [bad, good] = calls(2);
      assert.ok(bad && good);
      book.note({ ...bad, status: Number.NaN });
      await until("it was let go", async () => told.length > limits.callWriteTries);
      assert.deepEqual(told.at(-1), { lost: 1 });
      book.note(good);
      await book.stop();
      assert.deepEqual(await written(), [{ call_id: good.call_id }]);
    });
  });
}

test("a server that stops leaves no call unwritten", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "countersign-calls-"));
  const port = await freePort();
  const apiKey = "5".repeat(64);
  const settings = { PORT: String(port), COUNTERSIGN_DATA: dataFolder, COUNTERSIGN_API_KEY: apiKey };
  const server = await startServer(readConfig({ ...settings, COUNTERSIGN_LOG: "error" }));
  await ask({ url: `http://127.0.0.1:${port}`, apiKey }, "GET /account");
  await server.stop();
  const store = await lookAt({ dataFolder, databaseUrl: null });
  assert.deepEqual(await store.read.selectFrom("api_calls").select("path").execute(), [{ path: "/v3/account" }]);
  await store.close();
  rmSync(dataFolder, { recursive: true, force: true });
});
