import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, beforeEach, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import type { Blobs } from "../../src/storage/blobs.ts";
import { openBucket, readBucketAddress } from "../../src/storage/bucket.ts";
import { openBucketBlobs } from "../../src/storage/bucket-blobs.ts";
import { bucketOrphanWalks } from "../../src/storage/bucket-orphans.ts";
import type { Store } from "../../src/storage/store.ts";
import { startBucket, type TestBucket } from "../support/bucket.ts";
import { databases, type Opened } from "./databases.ts";
import { furnish, walkToEnd } from "./retention-rows.ts";

const hour = 3_600_000;

describe("documents in a bucket", () => {
  const [sqlite] = databases();
  let far: TestBucket;
  let folder: string;
  let blobs: Blobs;
  let opened: Opened;
  let store: Store;

  before(async () => {
    far = await startBucket();
    folder = mkdtempSync(join(tmpdir(), "countersign-bucket-"));
    assert.ok(sqlite);
    opened = await sqlite.open();
    store = opened.store;
    await furnish(store, ["complete"]);
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
    blobs = await openBucketBlobs({ bucket: openBucket(readBucketAddress(far.url)), folder });
  });

  const words = Buffer.from("A document of few words.");
  const sweep = async (at: number) => {
    for (const walk of bucketOrphanWalks({ store, bucket: openBucket(readBucketAddress(far.url)) }))
      await walkToEnd(walk, at);
  };

  test("a passing trouble of the bucket is met again, a lasting one is told as unavailable, and nothing is lost", async () => {
    far.set("busy once");
    const hash = await blobs.put(words);
    far.set("down");
    await assert.rejects(blobs.put(words), { name: "Fault", faultName: "unavailable" });
    await assert.rejects(blobs.read(hash), { name: "Fault", faultName: "unavailable" });
    far.set("good");
    assert.deepEqual(Buffer.from(await blobs.read(hash)), words);
  });

  test("a download that is cut off is an error, never half a document", async () => {
    const hash = await blobs.put(Buffer.alloc(500_000, "x"));
    far.set("cuts");
    await assert.rejects(blobs.read(hash));
    await assert.rejects(buffer(blobs.stream(hash)));
  });

  test("what no row names goes aside after a day and for good a day later; what is named or kept again stays", async () => {
    const now = Date.now();
    const [orphan, named, again] = await Promise.all(
      ["orphan", "named", "again"].map((text) => blobs.put(Buffer.from(text))),
    );
    assert.ok(orphan && named && again);
    await blobs.putDerived(`${orphan}/1-900.webp`, words);
    await store.transact((tx) => tx.updateTable("signature_requests").set({ document_blob: named }).execute());
    for (const object of far.objects.values()) object.at = now - 25 * hour;
    await sweep(now);
    assert.deepEqual(
      [...far.objects.keys()].filter((key) => key.includes("aside")).toSorted(),
      [orphan, again].toSorted().map((hash) => `some/where/aside/${hash}`),
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
    for (const object of far.objects.values()) object.at = now - 25 * hour;
    await sweep(now);
    await store.transact((tx) => tx.updateTable("signature_requests").set({ document_blob: hash }).execute());
    await sweep(now + 25 * hour);
    assert.deepEqual([...far.objects.keys()], [`some/where/files/${hash}`]);
  });

  test("more objects than one list holds are all walked", async () => {
    const now = Date.now();
    await store.transact((tx) => tx.updateTable("signature_requests").set({ document_blob: null }).execute());
    for (let n = 0; n < 450; n += 1) {
      const bytes = Buffer.from(`number ${n}`);
      far.objects.set(`some/where/files/${hashOf(bytes)}`, { bytes, at: now - 30 * hour });
    }
    await sweep(now);
    assert.equal([...far.objects.keys()].filter((key) => key.includes("/aside/")).length, 450);
    await sweep(now + 25 * hour);
    assert.equal(far.objects.size, 0);
  });

  test("an address that is none is refused in words, without its secret", () => {
    for (const given of ["nonsense", "https://host/bucket", "ftp://a:b@host/bucket", "https://a:b@host/"]) {
      assert.throws(() => readBucketAddress(given), /right would be https:\/\/KEY:SECRET@host\/bucket/);
      assert.throws(
        () => readBucketAddress(given),
        (error: Error) => !error.message.includes("a:b"),
      );
    }
  });
});
