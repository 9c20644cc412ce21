import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  endSession,
  findSession,
  startPasswordSession,
  startSession,
  touchSession,
} from "../../src/accounts/sessions.ts";
import { limits } from "../../src/base/limits.ts";
import { type Transact, theHouse } from "../../src/events/work.ts";
import { makeTransact } from "../../src/server/transact.ts";
import type { Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "../storage/databases.ts";

const accountId = "a".repeat(40);

for (const { name, skip, open } of databases()) {
  describe(`sessions on ${name}`, { skip: skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    let now = 1_800_000_000_000;
    let transact: Transact;
    before(async () => {
      opened = await open();
      store = opened.store;
      transact = makeTransact({ store, clock: () => now, secret: new Uint8Array(32), reactions: [], wake: () => {} });
      const row = { account_id: accountId, email: "a@x.test", password_hash: "none", locale: "en-US", created_at: now };
      await store.transact((tx) => tx.insertInto("accounts").values(row).execute());
    });
    after(() => opened.close());

    const start = () => transact((work) => startSession(work, accountId), { ...theHouse, ip: "192.0.2.1" });
    const find = (token: string) => findSession(store.read, { token, at: now });

    test("a token opens the account that it was made for, and the database does not hold it", async () => {
      const token = await start();
      assert.match(token, /^[0-9a-f]{64}$/);
      const session = await find(token);
      assert.equal(session?.account.account_id, accountId);
      assert.match(session?.formKey ?? "", /^[0-9a-f]{64}$/);
      assert.equal(await find("0".repeat(64)), null);
      const rows = await store.read.selectFrom("sessions").selectAll().execute();
      assert.equal(JSON.stringify(rows).includes(token), false);
      assert.equal(rows[0]?.ip, "192.0.2.1");
    });

    test("two sessions have two tokens and two form keys", async () => {
      const [one, other] = [await start(), await start()];
      assert.notEqual(one, other);
      assert.notEqual((await find(one))?.formKey, (await find(other))?.formKey);
    });

    test("signing out ends one session and no other", async () => {
      const [one, other] = [await start(), await start()];
      await transact((work) => endSession(work, one));
      assert.equal(await find(one), null);
      assert.ok(await find(other));
    });

    test("a session ends when nobody has used it for twelve hours, and use puts that off", async () => {
      const [idle, used] = [await start(), await start()];
      now += limits.sessionIdleMs - 1;
      assert.ok(await find(idle));
      await transact((work) => touchSession(work, used));
      now += 1;
      assert.equal(await find(idle), null);
      assert.ok(await find(used));
    });

    test("a session ends after seven days, however much it is used", async () => {
      const token = await start();
      const end = now + limits.sessionMs;
      while (now + limits.sessionIdleMs / 2 < end) {
        now += limits.sessionIdleMs / 2;
        await transact((work) => touchSession(work, token));
      }
      now = end - 1;
      assert.ok(await find(token));
      now = end;
      assert.equal(await find(token), null);
    });

    test("a password that was changed after it was checked begins no session", async () => {
      const session = await find(await start());
      assert.ok(session);
      const { account } = session;
      const begin = () => transact((work) => startPasswordSession(work, account));
      assert.match((await begin()) ?? "", /^[0-9a-f]{64}$/);
      await store.transact((tx) => tx.updateTable("accounts").set({ password_hash: "another" }).execute());
      assert.equal(await begin(), null);
    });

    test("who signs in sweeps out what has ended", async () => {
      await start();
      now += limits.sessionMs;
      await start();
      const { count } = await store.read
        .selectFrom("sessions")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      assert.equal(Number(count), 1);
    });
  });
}
