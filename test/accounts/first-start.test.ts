import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  ensureEnvironment,
  establish,
  type Founding,
  isEstablished,
  knowsSecret,
} from "../../src/accounts/first-start.ts";
import { findAccountByKey, findPrimaryKey } from "../../src/accounts/keys.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Transact } from "../../src/events/work.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { databases, type Opened } from "../storage/databases.ts";

const secret = randomBytes(32);
const founding: Founding = {
  email: "me@example.com",
  passwordHash: "none",
  apiKey: null,
  clientId: null,
  settings: { colour: "blue" },
};

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let transact: Transact;

    beforeEach(async () => {
      opened = await database.open();
      transact = makeTransact({ store: opened.store, clock: systemClock, secret, reactions: [], wake: () => {} });
    });

    afterEach(() => opened.close());

    const count = async (table: "accounts" | "api_keys" | "api_apps") => {
      const { read } = opened.store;
      return (await read.selectFrom(table).select("account_id").execute()).length;
    };

    test("the first start makes one account with one primary key and one app for this machine", async () => {
      assert.equal(await isEstablished(opened.store.read), false);
      const made = await transact((work) => establish(work, founding));
      assert.ok(made);
      assert.match(made.apiKey, /^[0-9a-f]{64}$/);
      assert.match(made.clientId, /^[0-9a-f]{32}$/);
      assert.equal(await isEstablished(opened.store.read), true);

      const account = await findAccountByKey(opened.store.read, made.apiKey);
      assert.equal(account?.account.email, founding.email);
      const accountId = account?.account.account_id ?? "";
      assert.equal(await findPrimaryKey(opened.store.read, { accountId, secret }), made.apiKey);
      const apps = await opened.store.read.selectFrom("api_apps").selectAll().execute();
      assert.deepEqual(
        apps.map(({ client_id, domains_json }) => [client_id, JSON.parse(domains_json)]),
        [[made.clientId, ["localhost", "127.0.0.1"]]],
      );
    });

    test("ten first starts at the same moment make one account; the others are told that they came late", async () => {
      const made = await Promise.all(Array.from({ length: 10 }, () => transact((work) => establish(work, founding))));
      assert.equal(made.filter((one) => one !== null).length, 1);
      assert.deepEqual([await count("accounts"), await count("api_keys"), await count("api_apps")], [1, 1, 1]);
    });

    test("the environment's key and client_id are there after every start, once, and the first key stays primary", async () => {
      const made = await transact((work) => establish(work, founding));
      const environment = { apiKey: "k".repeat(64), clientId: "environment" };
      for (let start = 0; start < 3; start += 1) await transact((work) => ensureEnvironment(work, environment));

      assert.deepEqual([await count("accounts"), await count("api_keys"), await count("api_apps")], [1, 2, 2]);
      const account = await findAccountByKey(opened.store.read, environment.apiKey);
      const accountId = account?.account.account_id ?? "";
      assert.equal(await findPrimaryKey(opened.store.read, { accountId, secret }), made?.apiKey);
    });

    test("starts at the same moment that bring a new key and client_id bring them once", async () => {
      await transact((work) => establish(work, founding));
      const environment = { apiKey: "k".repeat(64), clientId: "environment" };
      await Promise.all(Array.from({ length: 6 }, () => transact((work) => ensureEnvironment(work, environment))));
      assert.deepEqual([await count("api_keys"), await count("api_apps")], [2, 2]);
    });

    test("the database knows the secret that it was made with, and no other", async () => {
      await transact((work) => establish(work, founding));
      assert.equal(await knowsSecret(opened.store.read, secret), true);
      assert.equal(await knowsSecret(opened.store.read, randomBytes(32)), false);
    });

    test("a key leads to its account alone, and stands in the database neither in clear nor for another secret", async () => {
      const made = await transact((work) => establish(work, founding));
      assert.ok(made);
      for (const key of ["", "0".repeat(64), made.apiKey.slice(1), made.apiKey.toUpperCase()])
        assert.equal(await findAccountByKey(opened.store.read, key), null);
      const rows = await opened.store.read.selectFrom("api_keys").selectAll().execute();
      assert.ok(!JSON.stringify(rows).includes(made.apiKey));
      const accountId = rows[0]?.account_id ?? "";
      await assert.rejects(findPrimaryKey(opened.store.read, { accountId, secret: randomBytes(32) }));
    });
  });
}
