import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { pageTextName, pictureName } from "../../src/documents/derived.ts";
import { enqueue } from "../../src/outbox/jobs.ts";
import { derivedFolderOf } from "../../src/storage/blob-places.ts";
import { openBlobs } from "../../src/storage/folder-blobs.ts";
import type { PageText, PageView } from "../../src/wire/session.ts";
import { line, pdfOf, stream } from "../documents/papers.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { ann, type Shown, sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    test("each page of a document has its pictures and its text at addresses that nobody else can make up and that never change", async () => {
      const { hash, pages } = await opened(await sendPages(3));
      for (const [index, page] of pages.entries()) {
        for (const { url } of page.pictures) {
          const picture = await fetch(house.url + url);
          assert.deepEqual([picture.status, picture.headers.get("content-type")], [200, "image/png"], url);
          assert.match(picture.headers.get("cache-control") ?? "", /^private, max-age=31536000, immutable$/);
        }
        const text = await fetch(house.url + page.textUrl);
        assert.match(text.headers.get("cache-control") ?? "", /^private, max-age=31536000, immutable$/);
        const { pieces, width, height } = (await text.json()) as PageText;
        assert.deepEqual([pieces.map(([words]) => words), width, height], [[`Page number ${index + 1}`], 612, 792]);
      }

      const [first, second] = pages;
      assert.ok(first && second);
      const swapped = [
        first.textUrl.replace("/1-", "/2-"),
        first.textUrl.replace(/.$/, (end) => (end === "0" ? "1" : "0")),
        ...first.pictures.map(({ url }) => url.replace(/\/1-/, "/2-")),
        ...first.pictures.map(({ url }) => url.replace(hash, "0".repeat(64))),
        `/sign-api/texts/${hash}/1-${"0".repeat(32)}`,
        `/sign-api/texts/${hash}/1-`,
        `/sign-api/pictures/${hash}/1-900-${"0".repeat(32)}`,
        `/sign-api/pictures/${hash}/..%2f..%2fsecret.key`,
        first.pictures[0]?.url.replace("-900-", "-901-") ?? "",
        first.textUrl.replace("texts", "pictures"),
      ];
      for (const url of swapped) assert.equal((await fetch(house.url + url)).status, 404, url);
    });

    test("the first two pages are drawn before the request is sent, all others behind it in batches, and nobody is told", async () => {
      const count = limits.picturesPrepared + 2 * limits.picturesABatch + 1;
      const request = await sendPages(count);
      await house.quiet();
      const { hash } = await opened(request, { isQuiet: true });
      const blobs = await openBlobs({ folder: join(house.dataFolder, "blobs") });
      for (let page = 1; page <= count; page += 1) {
        for (const width of limits.pictureWidths)
          assert.ok(await blobs.readDerived(pictureName({ hash, page, width })), `page ${page}, ${width} pixels wide`);
        assert.ok(await blobs.readDerived(pageTextName({ hash, page })), `text of page ${page}`);
      }
      const jobs = await jobsOf(request);
      assert.deepEqual(
        jobs.filter(({ kind }) => kind === "pictures").map(({ payload_json }) => JSON.parse(payload_json).from),
        [3, 11, 19],
      );
      assert.ok(jobs.every(({ state }) => state === "done"));
      assert.deepEqual(await eventsOf(house, request.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
      ]);
    });

    test("a document of two pages has nothing left to draw", async () => {
      const request = await sendPages(2);
      assert.deepEqual(
        (await jobsOf(request)).filter(({ kind }) => kind === "pictures"),
        [],
      );
    });

    test("what is missing is drawn again when somebody looks at it", async () => {
      const { hash, pages } = await opened(await sendPages(3));
      await house.quiet();
      const [, , third] = pages;
      assert.ok(third);
      const addresses = [...third.pictures.map(({ url }) => url), third.textUrl];
      const bodies = async () =>
        Promise.all(
          [...addresses, ...addresses].map(async (url) =>
            Buffer.from(await (await fetch(house.url + url)).arrayBuffer()).toString("base64"),
          ),
        );
      const before = await bodies();
      rmSync(derivedFolderOf(join(house.dataFolder, "blobs"), hash), { recursive: true });
      assert.deepEqual(await bodies(), before);
      const blobs = await openBlobs({ folder: join(house.dataFolder, "blobs") });
      assert.ok(await blobs.readDerived(pageTextName({ hash, page: 3 })));
      assert.equal(await blobs.readDerived(pageTextName({ hash, page: 2 })), null);
    });

    test("of a long document only so many pages are drawn ahead; the others when somebody looks at them", async (t) => {
      if (ground.name !== "SQLite") return t.skip("drawn alike on both");
      const request = await sendPages(limits.picturesAhead + 3);
      const { hash, pages } = await opened(request, { isQuiet: true });
      const blobs = await openBlobs({ folder: join(house.dataFolder, "blobs") });
      const isKept = async (page: number) => (await blobs.readDerived(pageTextName({ hash, page }))) !== null;
      assert.deepEqual([await isKept(limits.picturesAhead), await isKept(limits.picturesAhead + 1)], [true, false]);
      const text = await fetch(house.url + (pages[limits.picturesAhead]?.textUrl ?? ""));
      assert.equal(text.status, 200);
      assert.ok(await isKept(limits.picturesAhead + 1));
      assert.equal(await isKept(limits.picturesAhead + 2), false);
    });

    test("nothing more is drawn for a request that was withdrawn", async () => {
      const request = await sendPages(2);
      const { hash } = await opened(request, { isQuiet: true });
      const { signature_request_id: id } = request;
      rmSync(derivedFolderOf(join(house.dataFolder, "blobs"), hash), { recursive: true });
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`)).status, 200);
      const work = { at: Date.now(), now: sql<number>`${house.store.now}`, wakes: new Set<"jobs" | "deliveries">() };
      await house.store.transact((tx) =>
        enqueue({ ...work, tx }, { kind: "pictures", requestId: id, payload: { from: 1 } }),
      );
      await house.quiet();
      assert.ok((await jobsOf(request)).some(({ kind, state }) => kind === "pictures" && state === "done"));
      const blobs = await openBlobs({ folder: join(house.dataFolder, "blobs") });
      assert.equal(await blobs.readDerived(pageTextName({ hash, page: 1 })), null);
    });

    function sendPages(count: number): Promise<Shown> {
      return sendAndWait(house, {
        files: [pagesOf(count)],
        signers: [ann],
        form_fields_per_document: [
          {
            document_index: 0,
            api_id: "sign",
            type: "signature",
            signer: 0,
            required: true,
            page: 1,
            x: 72,
            y: 600,
            width: 160,
            height: 20,
          },
        ],
      });
    }

    async function opened(
      request: Shown,
      { isQuiet = false } = {},
    ): Promise<{ readonly hash: string; readonly pages: readonly PageView[] }> {
      const { pages } = await open(await pageOf(house, signatureOf(request).signature_id));
      if (isQuiet) await house.quiet();
      const hash = /^\/sign-api\/texts\/([0-9a-f]{64})\//.exec(pages[0]?.textUrl ?? "")?.[1];
      assert.ok(hash);
      return { hash, pages };
    }

    function jobsOf({ signature_request_id: id }: Shown) {
      return house.store.read
        .selectFrom("jobs")
        .select(["kind", "state", "payload_json"])
        .where("request_id", "=", id)
        .orderBy("job_id")
        .execute();
    }
  });
}

/** A document of so many pages, each with its number on it. */
function pagesOf(count: number): Uint8Array {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const page = (index: number) =>
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`;
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${numbers.map((index) => `${4 + 2 * index} 0 R`).join(" ")}] /Count ${count} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...numbers.flatMap((index) => [page(index), stream("", line(72, 700, `Page number ${index + 1}`))]),
  ]);
}
