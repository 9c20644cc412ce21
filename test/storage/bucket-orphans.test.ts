import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import type { Blobs } from "../../src/storage/blobs.ts";
import { openBucket } from "../../src/storage/bucket.ts";
import { readBucketAddress } from "../../src/storage/bucket-address.ts";
import { openBucketBlobs } from "../../src/storage/bucket-blobs.ts";
import { bucketOrphanWalks } from "../../src/storage/bucket-orphans.ts";
import type { Store } from "../../src/storage/store.ts";
import { startBucket, type TestBucket } from "../support/bucket.ts";
import { databases, type Opened } from "./databases.ts";
import { furnish, walkToEnd } from "./retention-rows.ts";

const hour = 3_600_000;

for (const kind of databases())
  describe(`documents in a bucket that no row names, with ${kind.name}`, { skip: kind.skip }, () => {
    let far: TestBucket;
    let folder: string;
    let blobs: Blobs;
    let opened: Opened;
    let store: Store;

    before(async () => {
      far = await startBucket();
      folder = mkdtempSync(join(tmpdir(), "countersign-bucket-"));
      opened = await kind.open();
      store = opened.store;
      await furnish(store, ["complete"]);
      blobs = await openBucketBlobs({ bucket: bucket(), folder });
    });

    after(async () => {
      assert.deepEqual(far.refused, []);
      await opened.close();
      await far.close();
      rmSync(folder, { recursive: true, force: true });
    });

    beforeEach(async () => {
      far.set("good");
      far.objects.clear();
      await store.transact((tx) => tx.updateTable("signature_requests").set({ document_blob: null }).execute());
    });

    const bucket = () => openBucket(readBucketAddress(far.url));
    const sweep = async (at: number) => {
      for (const walk of bucketOrphanWalks({ store, bucket: bucket() })) await walkToEnd(walk, at);
    };
    const name = (hash: string) =>
      store.transact((tx) => tx.updateTable("signature_requests").set({ document_blob: hash }).execute());
    const age = (at: number) => {
      for (const object of far.objects.values()) object.at = at;
    };
    const asideKeys = () => [...far.objects.keys()].filter((key) => key.startsWith("some/where/aside/"));

    test("what no row names goes aside after a day and for good a day later; what is named or kept again stays", async () => {
      const now = Date.now();
      const [orphan, named, again] = await Promise.all(
        ["orphan", "named", "again"].map((text) => blobs.put(Buffer.from(text))),
      );
      assert.ok(orphan && named && again);
      await blobs.putDerived(`${orphan}/1-900.webp`, Buffer.from("picture"));
      await name(named);
      age(now - 25 * hour);
      await sweep(now);
      assert.deepEqual(
        asideKeys()
          .map((key) => key.split("/")[3])
          .toSorted(),
        [orphan, again].toSorted(),
      );
      assert.equal(await blobs.has(orphan), true);
      assert.equal(Buffer.from(await blobs.read(orphan)).toString(), "orphan");

      await blobs.put(Buffer.from("again"));
      await sweep(now + 25 * hour);
      assert.equal(await blobs.has(orphan), false);
      assert.equal(await blobs.readDerived(`${orphan}/1-900.webp`), null);
      assert.equal(await blobs.has(again), true);
      assert.equal(await blobs.has(named), true);
    });

    test("what was put aside and is named meanwhile comes back", async () => {
      const now = Date.now();
      const hash = await blobs.put(Buffer.from("late"));
      age(now - 25 * hour);
      await sweep(now);
      await name(hash);
      await sweep(now + 25 * hour);
      assert.deepEqual([...far.objects.keys()], [`some/where/files/${hash}`]);
    });

    test("what is kept again and named while it is being put aside stays, whenever that happens", async () => {
      const now = Date.now();
      for (const moment of ["PUT", "DELETE"]) {
        const hash = await blobs.put(Buffer.from(moment));
        age(now - 25 * hour);
        far.before(async ({ method, key }) => {
          if (method !== moment || !key.includes(hash)) return;
          far.set("good");
          await blobs.put(Buffer.from(moment));
          await name(hash);
        });
        await sweep(now);
        assert.equal(Buffer.from(await blobs.read(hash)).toString(), moment);
        age(now);
        await sweep(now + 25 * hour);
        assert.equal(Buffer.from(await blobs.read(hash)).toString(), moment);
      }
    });

    test("a walk that has lost its turn removes no copy that another has put aside since", async () => {
      const now = Date.now();
      const hash = await blobs.put(Buffer.from("twice"));
      age(now - 25 * hour);
      await sweep(now);
      far.before(async ({ method, key }) => {
        if (method !== "DELETE" || !key.includes("/aside/")) return;
        far.set("good");
        await blobs.put(Buffer.from("twice"));
        age(now - 25 * hour);
        const [, setAside] = bucketOrphanWalks({ store, bucket: bucket() });
        assert.ok(setAside);
        await walkToEnd(setAside, now);
        await name(hash);
      });
      await sweep(now + 25 * hour);
      assert.equal(Buffer.from(await blobs.read(hash)).toString(), "twice");
      assert.equal(asideKeys().length, 1);
    });

    test("more objects than one list holds are all walked", async () => {
      const now = Date.now();
      for (let n = 0; n < 450; n += 1) {
        const bytes = Buffer.from(`number ${n}`);
        far.objects.set(`some/where/files/${hashOf(bytes)}`, { bytes, at: now - 30 * hour });
      }
      await sweep(now);
      assert.equal(asideKeys().length, 450);
      await sweep(now + 25 * hour);
      assert.equal(far.objects.size, 0);
    });
  });
