import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import type { Blobs } from "../../src/storage/blobs.ts";
import { openBucket } from "../../src/storage/bucket.ts";
import { readBucketAddress } from "../../src/storage/bucket-address.ts";
import { openBucketBlobs } from "../../src/storage/bucket-blobs.ts";
import { openBlobs } from "../../src/storage/folder-blobs.ts";
import { startBucket } from "../support/bucket.ts";
import { startChild } from "./child.ts";

const words = Buffer.from("A document of few words.");
const hash = createHash("sha256").update(words).digest("hex");

/** Where documents may be: each store, and the names of what it holds. */
type Shelf = { readonly name: string; readonly open: () => Promise<Shelved> };
type Shelved = {
  readonly again: () => Promise<Blobs>;
  readonly held: () => readonly string[];
  readonly close: () => Promise<void>;
};

const shelves: readonly Shelf[] = [
  {
    name: "in a folder",
    async open() {
      const folder = mkdtempSync(join(tmpdir(), "countersign-blobs-"));
      const held = () =>
        filesIn(folder).map((path) => path.replaceAll(/(?<=^(?:files|derived)\/)[0-9a-f]{2}\/[0-9a-f]{2}\//g, ""));
      const close = async () => rmSync(folder, { recursive: true, force: true });
      return { again: () => openBlobs({ folder }), held, close };
    },
  },
  {
    name: "in a bucket",
    async open() {
      const folder = mkdtempSync(join(tmpdir(), "countersign-blobs-"));
      const far = await startBucket();
      const bucket = openBucket(readBucketAddress(far.url));
      const held = () => [
        ...filesIn(folder),
        ...[...far.objects.keys()].map((key) => key.replace(/^some\/where\//, "")),
      ];
      const close = async () => {
        assert.deepEqual(far.refused, []);
        await far.close();
        rmSync(folder, { recursive: true, force: true });
      };
      return { again: () => openBucketBlobs({ bucket, folder }), held, close };
    },
  },
];

for (const shelf of shelves)
  describe(`blobs ${shelf.name}`, () => {
    let shelved: Shelved;
    let blobs: Blobs;

    beforeEach(async () => {
      shelved = await shelf.open();
      blobs = await shelved.again();
    });

    afterEach(() => shelved.close());

    test("bytes come back under their SHA-256, whole or as a stream, after a new start too", async () => {
      assert.equal(await blobs.put(words), hash);

      const again = await shelved.again();
      assert.deepEqual(Buffer.from(await again.read(hash)), words);
      assert.deepEqual(await buffer(again.stream(hash)), words);
      assert.equal(await again.has(hash), true);
    });

    test("the same bytes twice are one file, whichever way they came", async () => {
      await Promise.all([blobs.put(words), blobs.put(words), blobs.put(words)]);
      const received = await blobs.receive(inPieces(words, 5), { limit: 100 });
      await received.keep();

      assert.deepEqual(shelved.held(), [`files/${hash}`]);
    });

    test("a received stream is measured, hashed and shown, and a blob only once kept", async () => {
      const bytes = randomBytes(300_000);
      const received = await blobs.receive(inPieces(bytes, 7000), { limit: 300_000 });

      assert.equal(received.hash, createHash("sha256").update(bytes).digest("hex"));
      assert.equal(received.bytes, 300_000);
      assert.deepEqual(Buffer.from(received.head), bytes.subarray(0, limits.blobHeadBytes));
      assert.equal(await blobs.has(received.hash), false);

      await received.keep();
      await received.keep();
      await received.discard();
      assert.deepEqual(Buffer.from(await blobs.read(received.hash)), bytes);
    });

    test("an empty stream is a blob of no bytes", async () => {
      const received = await blobs.receive(inPieces(Buffer.alloc(0), 1), { limit: 10 });
      await received.keep();
      assert.deepEqual([received.bytes, received.head.length, (await blobs.read(received.hash)).length], [0, 0, 0]);
    });

    test("one byte past the limit is refused, names its parameter and leaves nothing", async () => {
      const tooLong = blobs.receive(inPieces(Buffer.alloc(101), 10), { limit: 100, path: "files[0]" });
      await assert.rejects(tooLong, { name: "Fault", faultName: "bad_request", path: "files[0]" });
      assert.deepEqual(shelved.held(), []);
    });

    test("a stream that breaks leaves nothing", async () => {
      async function* breaking(): AsyncGenerator<Uint8Array> {
        yield words;
        throw new Error("the line went dead");
      }
      await assert.rejects(blobs.receive(breaking(), { limit: 100 }), /went dead/);
      assert.deepEqual(shelved.held(), []);
    });

    test("every blob is listed, and what was made of it is not", async () => {
      const all = await Promise.all(["one", "two", "three"].map((text) => blobs.put(Buffer.from(text))));
      await blobs.putDerived(`${all[0]}/1-900.webp`, words);
      const listed = new Set<string>();
      for await (const name of blobs.list()) listed.add(name);
      assert.deepEqual([...listed].toSorted(), all.toSorted());
    });

    test("discard leaves nothing", async () => {
      const received = await blobs.receive(inPieces(words, 5), { limit: 100 });
      await received.discard();
      await received.discard();
      assert.deepEqual(shelved.held(), []);
    });

    test("what is not there is said so", async () => {
      assert.equal(await blobs.has(hash), false);
      await assert.rejects(blobs.read(hash), new RegExp(`blob ${hash} is missing`));
      await assert.rejects(buffer(blobs.stream(hash)), { code: "ENOENT" });
      await blobs.remove(hash);
    });

    test("removing a blob takes along what was derived from it", async () => {
      await blobs.put(words);
      await blobs.putDerived(`${hash}/1-900.webp`, Buffer.from("picture"));
      await blobs.remove(hash);

      assert.equal(await blobs.has(hash), false);
      assert.equal(await blobs.readDerived(`${hash}/1-900.webp`), null);
      assert.deepEqual(shelved.held(), []);
    });

    test("derived files come back by name, and the last one written wins", async () => {
      const name = `${hash}/3-900.webp`;
      assert.equal(await blobs.readDerived(name), null);
      await blobs.putDerived(name, Buffer.from("first"));
      await blobs.putDerived(name, Buffer.from("second"));
      assert.equal(Buffer.from((await blobs.readDerived(name)) ?? []).toString(), "second");
    });

    test("no name leads out of the folder", async () => {
      const escapes = [
        `${hash}/../../x`,
        `${hash}/..`,
        `../${hash}`,
        `${hash}`,
        `${hash}/a/b`,
        `/${hash}/a`,
        `${hash}/A\0`,
      ];
      for (const name of escapes) {
        await assert.rejects(blobs.putDerived(name, words), /derived file is named|64 hex digits/, name);
      }
      await assert.rejects(blobs.read("../../etc/passwd"), /64 hex digits/);
      assert.throws(() => blobs.stream(`${hash}\n`), /64 hex digits/);
      assert.deepEqual(shelved.held(), []);
    });
  });

describe("blobs in a folder alone", () => {
  let folder: string;
  let blobs: Blobs;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "countersign-blobs-"));
    blobs = await openBlobs({ folder });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("kill -9 between the last byte and the name leaves no blob, and the leftover is swept an hour later", async (t) => {
    const child = startChild("child-receives.ts", folder);
    t.after(child.kill);
    await child.printed(1);
    await child.kill();
    const leftovers = filesIn(folder);
    assert.equal(leftovers.length, 1);
    assert.match(leftovers[0] ?? "", /^incoming/);

    await openBlobs({ folder });
    assert.deepEqual(filesIn(folder), leftovers, "a young one may be another process's");
    const old = (Date.now() - limits.blobLeftoverMs) / 1000 - 60;
    utimesSync(join(folder, leftovers[0] ?? ""), old, old);
    await openBlobs({ folder });
    assert.deepEqual(filesIn(folder), []);
  });

  test("files and folders are closed to other users", async () => {
    await blobs.put(words);
    await blobs.putDerived(`${hash}/1-900.webp`, words);
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const stats = statSync(join(folder, path));
      assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, path);
    }
  });
});

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.filter((path) => statSync(join(folder, path)).isFile()).toSorted();
}
