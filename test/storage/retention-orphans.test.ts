import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { hashOf } from "../../src/base/secrets.ts";
import { asidePlaceOf, placeOf } from "../../src/storage/blob-places.ts";
import type { Blobs } from "../../src/storage/blobs.ts";
import { openBlobs } from "../../src/storage/folder-blobs.ts";
import { blobColumns, orphanWalks } from "../../src/storage/orphans.ts";
import type { Store } from "../../src/storage/store.ts";
import { nameBlobs } from "./blob-names.ts";
import { databases, type Opened } from "./databases.ts";
import { furnish, removedBy, walkToEnd } from "./retention-rows.ts";

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    let folder: string;
    let blobs: Blobs;
    let now: number;

    beforeEach(async () => {
      opened = await database.open();
      store = opened.store;
      folder = mkdtempSync(join(tmpdir(), "countersign-orphans-"));
      blobs = await openBlobs({ folder });
      now = Date.now();
      await furnish(store, ["complete"]);
    });

    afterEach(async () => {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test("a blob that no row names is put aside after a day, still read there, and gone a day later", async () => {
      const hash = await keep("orphan", 25);
      await blobs.putDerived(`${hash}/1-900.webp`, Buffer.from("picture"));

      assert.equal(await sweep(), 0);
      assert.equal(existsSync(placeOf(folder, hash)), false);
      assert.equal(Buffer.from(await blobs.read(hash)).toString(), "orphan");
      assert.equal(await blobs.has(hash), true);
      assert.equal(await sweep({ after: 23 * 3_600_000 }), 0);
      assert.equal(await blobs.has(hash), true);

      assert.equal(await sweep({ after: 25 * 3_600_000 }), 1);
      assert.equal(await blobs.has(hash), false);
      assert.equal(await blobs.readDerived(`${hash}/1-900.webp`), null);
    });

    test("a young blob stays, and so does each that a row names", async () => {
      const young = await keep("young", 23);
      const named = await Promise.all(blobColumns.map((_, n) => keep(`named ${n}`, 400)));
      await nameBlobs(store, named);
      const orphan = await keep("orphan", 400);

      await sweep();
      await sweep({ after: 2 * 24 * 3_600_000 });
      for (const hash of named) assert.equal(existsSync(placeOf(folder, hash)), true);
      assert.equal(await blobs.has(orphan), false);
      assert.equal(await blobs.has(young), true, "put aside by the second sweep, two days later");
    });

    test("every column that holds a blob's name is asked", async () => {
      const { rows } = await sql<{ table: string; column: string }>`${
        store.kind === "sqlite"
          ? sql`select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'`
          : sql`select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'public'`
      }`.execute(store.read);
      const found = rows
        .filter(({ column }) => /(^|_)blob$/.test(column))
        .map(({ table, column }) => `${table}.${column}`);
      assert.deepEqual(found.toSorted(), blobColumns.map(({ table, column }) => `${table}.${column}`).toSorted());
    });

    test("bytes that are kept anew are a young file, whichever way they come, and stay", async () => {
      const put = await keep("again by put", 400);
      const received = await keep("again by receive", 400);
      await blobs.put(Buffer.from("again by put"));
      const coming = await blobs.receive(pieces("again by receive"), { limit: 100 });
      await coming.keep();

      await sweep();
      assert.equal(existsSync(placeOf(folder, put)), true);
      assert.equal(existsSync(placeOf(folder, received)), true);
    });

    test("bytes that are kept anew while the old ones lie aside outlive them, named or not yet", async () => {
      const hash = await keep("comes again", 400);
      await blobs.putDerived(`${hash}/1-900.webp`, Buffer.from("picture"));
      await sweep();
      await blobs.put(Buffer.from("comes again"));

      assert.equal(await endAside(25 * 3_600_000), 1);
      assert.equal(existsSync(asidePlaceOf(folder, hash)), false);
      assert.equal(Buffer.from(await blobs.read(hash)).toString(), "comes again");
      assert.notEqual(await blobs.readDerived(`${hash}/1-900.webp`), null);
    });

    test("a blob whose row came when it lay aside already is put back", async () => {
      const hash = await keep("late row", 400);
      await sweep();
      await nameBlobs(store, [hash]);

      assert.equal(await sweep({ after: 25 * 3_600_000 }), 0);
      assert.equal(existsSync(placeOf(folder, hash)), true);
      assert.equal(existsSync(asidePlaceOf(folder, hash)), false);
    });

    test("bytes that are kept again and again while they are swept are never missing", async () => {
      const hash = await keep("contested", 400);
      let done = false;
      const sweeping = (async () => {
        while (!done) await sweep();
      })();
      for (let n = 0; n < 100; n += 1) {
        await blobs.put(Buffer.from("contested"));
        assert.equal(Buffer.from(await blobs.read(hash)).toString(), "contested");
        age(hash, 400);
        assert.equal(Buffer.from(await blobs.read(hash)).toString(), "contested");
      }
      done = true;
      await sweeping;
      assert.equal(await blobs.has(hash), true);
    });

    test("two sweeps at once remove an orphan once and nothing that is named", async () => {
      const named = await keep("named", 400);
      await nameBlobs(store, [named]);
      const orphans = await Promise.all(Array.from({ length: 50 }, (_, n) => keep(`orphan ${n}`, 400)));
      await Promise.all([sweep(), sweep()]);
      const both = await Promise.all([endAside(25 * 3_600_000), endAside(25 * 3_600_000)]);

      assert.equal(both[0] + both[1], orphans.length);
      assert.equal(await blobs.has(named), true);
      for (const hash of orphans) assert.equal(await blobs.has(hash), false);
    });

    test("a step looks at one folder, and the walk goes on where it stood", async () => {
      const hashes = await Promise.all(Array.from({ length: 20 }, (_, n) => keep(`one of many ${n}`, 400)));
      const folders = new Set(hashes.map((hash) => hash.slice(0, 4)));
      const [, walk] = orphanWalks({ store, folder });
      assert.ok(walk);
      const first = await walk.step({ at: now, after: null });
      assert.equal(hashes.filter((hash) => existsSync(placeOf(folder, hash))).length >= 18, true);
      assert.match(first.after ?? "", /^[0-9a-f]{2}\/[0-9a-f]{2}$/);
      assert.equal((await walkToEnd(walk, now)).length, folders.size + 1);
    });

    /** Keeps a text as a blob that was written so many hours ago. */
    async function keep(text: string, hours: number): Promise<string> {
      const hash = await blobs.put(Buffer.from(text));
      assert.equal(hash, hashOf(text));
      age(hash, hours);
      return hash;
    }

    function age(hash: string, hours: number): void {
      const then = new Date(now - hours * 3_600_000);
      try {
        utimesSync(placeOf(folder, hash), then, then);
      } catch {
        // It lies aside just now.
      }
    }

    /** Takes both walks to their ends; answers how many blobs are gone for good. */
    async function sweep({ after = 0 }: { readonly after?: number } = {}): Promise<number> {
      let removed = 0;
      for (const walk of orphanWalks({ store, folder })) removed += await removedBy(walk, now + after);
      return removed;
    }

    async function endAside(after: number): Promise<number> {
      const [walk] = orphanWalks({ store, folder });
      assert.ok(walk);
      return removedBy(walk, now + after);
    }
  });
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
