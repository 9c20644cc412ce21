import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start.ts";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { startBucket, type TestBucket } from "../support/bucket.ts";
import { startFileHost } from "../support/file-host.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf, sign } from "../support/page.ts";
import { onePage, requestOf, send, sendAndWait, signatureOf, untilState } from "../support/requests.ts";
import { freePort } from "../support/server.ts";

for (const ground of grounds())
  describe(`a house on a bucket, with ${ground.name}`, { skip: ground.skip }, () => {
    let bucket: TestBucket;
    let house: HeardHouse;

    before(async () => {
      bucket = await startBucket();
      house = await openHeardHouse(ground, { COUNTERSIGN_S3_URL: bucket.url, COUNTERSIGN_LOG: "silent" });
    });

    beforeEach(() => bucket.set("good"));

    after(async () => {
      await house.close();
      await bucket.close();
      assert.deepEqual(bucket.refused, []);
    });

    const filesHere = () =>
      readdirSync(join(house.dataFolder, "blobs"), { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map(({ name }) => name);

    test("it sends, shows, signs and hands out; no document is in its data folder", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const view = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.equal((await fetch(house.url + (view.pages[0]?.pictures[0]?.url ?? ""))).status, 200);
      await sign(house, signatureOf(shown).signature_id);
      assert.equal((await eventsOf(house, id)).at(-1), "signature_request_downloadable");
      const { bytes } = await ask(house, `GET /signature_request/files/${id}`);
      assert.ok(bytes.subarray(0, 5).toString() === "%PDF-" && bytes.length > 10_000);
      assert.deepEqual(filesHere(), []);
      assert.ok([...bucket.objects.values()].some((object) => object.bytes.equals(bytes)));
    });

    test("while the bucket is down an upload is refused as unavailable, in words, and leaves nothing here", async () => {
      bucket.set("down");
      const refused = await send(house);
      assert.deepEqual(faultOf(refused), [503, "unavailable"]);
      assert.match(wordsOf(refused), /^The store of documents cannot be reached just now\. Try again later\.$/);
      assert.deepEqual(filesHere(), []);
      bucket.set("good");
      assert.equal((await send(house)).status, 200);
      await house.quiet();
    });

    /** Waits until a job of a request has failed for want of the bucket. */
    async function untilPostponed(id: string, kind: string): Promise<void> {
      for (;;) {
        const job = await house.store.read
          .selectFrom("jobs")
          .select(["tries", "last_error"])
          .where("request_id", "=", id)
          .where("kind", "=", kind)
          .executeTakeFirst();
        if ((job?.tries ?? 0) > 0) return assert.match(job?.last_error ?? "", /The store of documents/);
        await sleep(20);
      }
    }

    test("while the bucket is down, what was fetched is fetched again later and what all have signed is sealed later", async (t) => {
      const host = await startFileHost();
      t.after(host.close);
      const address = host.at("/a.pdf", (_, response) => {
        if (host.asked.get("/a.pdf") === 1) bucket.set("down");
        response.writeHead(200, { "content-type": "application/pdf" }).end(onePage);
      });
      const { signature_request_id: id } = requestOf(await send(house, { files: [], file_urls: [address] }));
      await untilPostponed(id, "prepare");
      assert.deepEqual(filesHere(), []);
      bucket.set("good");
      const shown = await untilState(house, { id, not: ["processing"] });

      bucket.set("down");
      await sign(house, signatureOf(shown).signature_id);
      await untilPostponed(id, "complete");
      bucket.set("good");
      assert.deepEqual((await eventsOf(house, id)).slice(-2), [
        "signature_request_all_signed",
        "signature_request_downloadable",
      ]);
    });

    test("a backup while it runs brings its documents along, and they come back elsewhere", async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "countersign-bucket-backup-"));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      await sendAndWait(house);
      const database = house.databaseUrl === null ? {} : { DATABASE_URL: house.databaseUrl };
      const target = join(folder, "backup");
      const words = ["backup", target, ...(house.databaseUrl === null ? [] : ["--documents"])];
      const made = await run(words, {
        ...database,
        COUNTERSIGN_DATA: house.dataFolder,
        COUNTERSIGN_S3_URL: bucket.url,
      });
      assert.equal(made.code, 0, made.err);
      const restored = await run(["restore", target], { ...database, COUNTERSIGN_DATA: join(folder, "elsewhere") });
      assert.equal(restored.code, 0, restored.err);
      const files = readdirSync(join(folder, "elsewhere", "blobs", "files"), { recursive: true, encoding: "utf8" });
      for (const key of bucket.objects.keys()) {
        const [, hash] = /^some\/where\/files\/(.+)$/.exec(key) ?? [];
        if (hash !== undefined)
          assert.ok(
            files.some((path) => path.endsWith(hash)),
            hash,
          );
      }
      bucket.set("down");
      const failed = await run(["backup", join(folder, "none"), ...words.slice(2)], {
        ...database,
        COUNTERSIGN_DATA: house.dataFolder,
        COUNTERSIGN_S3_URL: bucket.url,
      });
      assert.equal(failed.code, 1);
      assert.match(failed.err, /The store of documents cannot be reached just now.*it answered 503/);
      assert.deepEqual(readdirSync(folder).toSorted(), ["backup", "elsewhere"]);
    });
  });

/** Runs a command while this process, which has the bucket, goes on. */
async function run(words: readonly string[], env: Readonly<Record<string, string>>) {
  const command = new URL("../../bin/countersign", import.meta.url).pathname;
  const child = spawn("sh", [command, ...words], { env: { PATH: process.env.PATH, ...env } });
  let err = "";
  child.stderr.on("data", (piece: Buffer) => {
    err += piece.toString();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, err };
}

describe("a start with a bucket", () => {
  let bucket: TestBucket;
  let folder: string;

  before(async () => {
    bucket = await startBucket();
    folder = mkdtempSync(join(tmpdir(), "countersign-bucket-start-"));
  });

  after(async () => {
    await bucket.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (url: string) =>
    startServer(
      readConfig({
        PORT: String(await freePort()),
        COUNTERSIGN_DATA: mkdtempSync(join(folder, "data-")),
        COUNTERSIGN_API_KEY: "5".repeat(64),
        COUNTERSIGN_LOG: "silent",
        COUNTERSIGN_S3_URL: url,
      }),
    );

  test("that refuses the key fails in words that hold no secret; one that is down or whole lets the house start, and is left as it was", async () => {
    const wrong = new URL(bucket.url);
    wrong.password = "another-secret";
    await assert.rejects(start(wrong.href), (error: Error) => {
      assert.match(error.message, /The bucket of COUNTERSIGN_S3_URL refuses: it answered 403, SignatureDoesNotMatch/);
      assert.doesNotMatch(error.message, /another-secret|AKIATEST/);
      return true;
    });
    bucket.set("down");
    await (await start(bucket.url)).stop();
    bucket.set("good");
    await (await start(bucket.url)).stop();
    assert.deepEqual([...bucket.objects.keys()], []);
  });

  test("whose address cannot be read fails, and says what would be right", async () => {
    await assert.rejects(start("https://host/box"), /COUNTERSIGN_S3_URL cannot be used; right would be https:/);
  });
});
