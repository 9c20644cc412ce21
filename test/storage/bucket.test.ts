import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../src/base/faults.ts";
import type { Blobs } from "../../src/storage/blobs.ts";
import { openBucket } from "../../src/storage/bucket.ts";
import { readBucketAddress } from "../../src/storage/bucket-address.ts";
import { openBucketBlobs } from "../../src/storage/bucket-blobs.ts";
import { isRefusal, type Trouble } from "../../src/storage/bucket-calls.ts";
import { startBucket, type TestBucket } from "../support/bucket.ts";

const unavailable = { name: "Fault", faultName: "unavailable" };

describe("documents in a bucket", () => {
  let far: TestBucket;
  let folder: string;
  let blobs: Blobs;
  let troubles: Trouble[];

  before(async () => {
    far = await startBucket();
    folder = mkdtempSync(join(tmpdir(), "countersign-bucket-"));
  });

  after(async () => {
    assert.deepEqual(far.refused, []);
    await far.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    far.set("good");
    far.objects.clear();
    troubles = [];
    blobs = await openBucketBlobs({ bucket: open({}), folder });
  });

  const words = Buffer.from("A document of few words.");
  const large = Buffer.alloc(500_000, "x");
  const open = (patience: { readonly tryMs?: number; readonly url?: string }) =>
    openBucket(readBucketAddress(patience.url ?? far.url), {
      tryMs: patience.tryMs ?? 10_000,
      retryMs: [1, 1, 1],
      onTrouble: (trouble) => troubles.push(trouble),
    });

  test("a passing trouble of the bucket is met again, a lasting one is told as unavailable, and nothing is lost", async () => {
    far.set("busy once");
    const hash = await blobs.put(words);
    far.set("cuts once");
    assert.deepEqual(Buffer.from(await blobs.read(hash)), words);
    assert.deepEqual(troubles, []);

    far.set("down");
    const calls = far.calls();
    await assert.rejects(blobs.put(words), unavailable);
    assert.equal(far.calls() - calls, 4, "a call is tried so often and no more");
    await assert.rejects(blobs.read(hash), unavailable);
    await assert.rejects(blobs.has(hash), unavailable);
    far.set("good");
    assert.deepEqual(Buffer.from(await blobs.read(hash)), words);
  });

  test("a bucket that takes calls and never answers, or stops in the middle, is given up", async () => {
    const hash = await blobs.put(large);
    const hasty = await openBucketBlobs({ bucket: open({ tryMs: 40 }), folder });
    far.set("hangs");
    await assert.rejects(hasty.put(Buffer.from("short")), unavailable);
    await assert.rejects(hasty.read(hash), unavailable);
    far.set("stalls");
    await assert.rejects(hasty.read(hash), unavailable);
    await assert.rejects(buffer(hasty.stream(hash)));
  });

  test("who reads slowly is not cut off: only the bucket's own silence counts", async () => {
    const bytes = Buffer.alloc(4_000_000, "y");
    const hash = await blobs.put(bytes);
    const hasty = await openBucketBlobs({ bucket: open({ tryMs: 1500 }), folder });
    const read: Uint8Array[] = [];
    for await (const piece of hasty.stream(hash)) {
      if (read.length < 2) await sleep(1000);
      read.push(piece as Uint8Array);
    }
    assert.ok(Buffer.concat(read).equals(bytes));
  });

  test("a download that is cut off is an error, never half a document", async () => {
    const hash = await blobs.put(large);
    far.set("cuts");
    await assert.rejects(blobs.read(hash), unavailable);
    await assert.rejects(buffer(blobs.stream(hash)));
  });

  test("an upload that cannot be kept stays until it is kept or discarded", async () => {
    const kept = await blobs.receive(Readable.from([words]), { limit: 100 });
    const discarded = await blobs.receive(Readable.from([Buffer.from("never")]), { limit: 100 });
    far.set("down");
    await assert.rejects(kept.keep(), unavailable);
    const failing = discarded.keep();
    const done = discarded.discard();
    await assert.rejects(failing, unavailable);
    await done;
    far.set("good");
    await kept.keep();
    assert.deepEqual(Buffer.from(await blobs.read(kept.hash)), words);
    assert.deepEqual(readdirSync(join(folder, "incoming")), []);
  });

  test("callers learn nothing of where the bucket is; whoever runs the house learns why, without key and secret", async () => {
    const other = await startBucket();
    try {
      const address = readBucketAddress(other.url);
      const wrong = openBucket(
        { ...address, secretKey: "another secret" },
        { onTrouble: (trouble) => troubles.push(trouble) },
      );
      const error: unknown = await wrong.read("files/x").catch((caught: unknown) => caught);
      assert.ok(error instanceof Fault && isRefusal(error));
      assert.match(error.cause.message, /^it answered 403, SignatureDoesNotMatch, No\.$/);
      assert.equal(other.calls(), 1, "a refusal is not tried again");

      other.set("no bucket");
      await assert.rejects(openBucket(address).read("files/x"), isRefusal);
    } finally {
      await other.close();
    }
    const gone: unknown = await open({ url: other.url })
      .has("files/x")
      .catch((caught: unknown) => caught);
    assert.ok(gone instanceof Fault && !isRefusal(gone));
    assert.doesNotMatch(gone.message, /127\.0\.0\.1|ECONN/);
    assert.match(troubles.at(-1)?.trouble ?? "", /ECONNREFUSED/);
    assert.doesNotMatch(JSON.stringify(troubles), /AKIATEST|secret/);
  });

  test("an address is read whole, and one that cannot be used is refused in words, without its secret", () => {
    const { origin } = new URL("https://minio.example:9000");
    assert.deepEqual(readBucketAddress("https://KEY:a%2Fb+c@minio.example:9000/box/in/here/?region=eu-west-1"), {
      base: `${origin}/box`,
      bucket: "box",
      prefix: "in/here",
      region: "eu-west-1",
      keyId: "KEY",
      secretKey: "a/b+c",
    });
    assert.equal(readBucketAddress("https://K:S@s3.example/box?style=virtual").base, "https://box.s3.example");
    const refused = [
      ["nonsense", /right would be https:\/\/KEY:SECRET@host\/bucket/],
      ["https://host/bucket", /right would be/],
      ["ftp://a:hidden@host/bucket", /right would be/],
      ["https://a:hid/den@host/bucket", /In the secret, \/ is written %2F/],
      ["https://a:hidden@host/", /names no bucket/],
      ["https://a:hidden@host/bucket/white%20space", /prefix/],
      ["https://a:hidden@host/bucket?regoin=x", /unknown regoin/],
      ["https://a:hidden@host/bucket?region=x%2Fy", /region/],
      ["https://a:hidden@host/bucket?style=odd", /style/],
      ["https://a:hidden%zz@host/bucket", /% itself is written %25/],
    ] as const;
    for (const [given, says] of refused) {
      assert.throws(() => readBucketAddress(given), says, given);
      assert.throws(
        () => readBucketAddress(given),
        (error: Error) => !error.message.includes("hid"),
      );
    }
  });
});
