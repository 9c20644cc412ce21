import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { migrate, migrations } from "../../src/storage/migrate.ts";
import type { Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "./databases.ts";

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;

    beforeEach(async () => {
      opened = await database.open();
      store = opened.store;
    });

    afterEach(() => opened.close());

    test("a store is ready once opened, and not while a migration is missing", async () => {
      await store.ready();
      await store.transact((tx) => sql`delete from migrations where version > 0`.execute(tx));
      await assert.rejects(store.ready(), /version 0.*version \d/);
    });

    test("migrating again changes nothing", async () => {
      await store.transact((tx) => tx.insertInto("settings").values({ name: "kept", value: "0" }).execute());
      const again = await opened.reopen();

      assert.deepEqual(await again.read.selectFrom("settings").select("name").execute(), [{ name: "kept" }]);
      const { rows } = await sql`select version from migrations order by version`.execute(again.read);
      assert.deepEqual(rows, [{ version: 0 }, ...migrations.map(({ version }) => ({ version }))]);
    });

    test("a step that fails leaves the steps before it done and nothing of itself", async () => {
      const next = migrations.length + 1;
      const steps = [
        ...migrations,
        { version: next, name: "good", statements: ["create table good (n bigint)"] },
        { version: next + 1, name: "bad", statements: ["create table half (n bigint)", "create nonsense"] },
      ];

      await assert.rejects(migrate(store, steps), /syntax/i);
      await sql`select * from good`.execute(store.read);
      await assert.rejects(sql`select * from half`.execute(store.read), /half/);
    });

    test("a database newer than the code is refused, naming both versions", async () => {
      await store.transact((tx) => sql`insert into migrations values (999, 'future')`.execute(tx));
      await assert.rejects(opened.reopen(), new RegExp(`version 999.*versions up to ${migrations.length}`));
    });
  });
}
