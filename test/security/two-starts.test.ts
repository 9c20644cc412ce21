import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ensureEnvironment, establish } from "../../src/accounts/first-start.ts";
import { systemClock } from "../../src/base/clock.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { databases } from "../storage/databases.ts";

for (const database of databases()) {
  test(`processes that start at once with a new key and a new client_id make each once, on ${database.name}`, {
    skip: database.skip ?? false,
  }, async (t) => {
    const { store, close } = await database.open();
    t.after(close);
    const secret = randomBytes(32);
    const transact = makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
    const founding = { email: "a@b.test", passwordHash: "none", apiKey: null, clientId: null, settings: {} };
    await transact((work) => establish(work, founding));
    const given = { apiKey: "8".repeat(64), clientId: "e".repeat(32) };

    await Promise.all([1, 2, 3, 4].map(() => transact((work) => ensureEnvironment(work, given))));

    const apps = await store.read.selectFrom("api_apps").select("client_id").execute();
    const keys = await store.read.selectFrom("api_keys").select("name").execute();
    assert.equal(apps.filter(({ client_id }) => client_id === given.clientId).length, 1);
    assert.equal(keys.length, 2);
  });
}
