import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fastify from "fastify";
import { openGate } from "../../src/base/gate.ts";
import { pageTextName } from "../../src/documents/derived.ts";
import { pageTextKey, pictureKey } from "../../src/signing/view.ts";
import { openBlobs } from "../../src/storage/folder-blobs.ts";
import { mountPictures } from "../../src/web/pictures.ts";
import { line, paper } from "../documents/papers.ts";
import { workshop } from "../documents/preparing.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-pictures-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const secret = new Uint8Array(32).fill(7);
const blobs = await openBlobs({ folder });
const desk = openGate({ atOnce: 4, most: 50, waitMs: 60_000 });

/** Doors to pictures, and how many pages the real workshop has been asked for behind them. */
function openDoors() {
  const asked: number[] = [];
  const counting: typeof workshop = {
    ...workshop,
    picture(order) {
      asked.push(...order.pages);
      return workshop.picture(order);
    },
  };
  const app = fastify();
  mountPictures(app, { blobs, workshop: counting, desk, secret, isKept: blobs.has });
  after(() => app.close());
  return { asked, get: (url: string) => app.inject({ url }) };
}

function addressesOf(hash: string, page: number): readonly string[] {
  const widths = [900, 1600].map(
    (width) => `/sign-api/pictures/${hash}/${page}-${width}-${pictureKey(secret, { hash, page, width })}`,
  );
  return [...widths, `/sign-api/texts/${hash}/${page}-${pageTextKey(secret, { hash, page })}`];
}

test("a page is drawn once for all who ask for it at once, and kept for all who come later, also at another door", async () => {
  const hash = await blobs.put(paper({ content: line(72, 700, "Once") }));
  const addresses = addressesOf(hash, 1);
  const { asked, get } = openDoors();
  const answers = await Promise.all([...addresses, ...addresses, ...addresses].map(get));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    answers.map(() => 200),
  );
  assert.deepEqual(asked, [1]);

  const other = openDoors();
  for (const [index, url] of addresses.entries())
    assert.deepEqual((await other.get(url)).rawPayload, answers[index]?.rawPayload, url);
  assert.deepEqual(other.asked, []);
  assert.equal(answers[2]?.json().pieces[0][0], "Once");
});

test("a page that cannot be drawn is told each time, keeps nothing, and is tried again", async () => {
  const hash = await blobs.put(Buffer.from("This is no document."));
  const { asked, get } = openDoors();
  for (const url of addressesOf(hash, 1)) {
    const { statusCode, headers } = await get(url);
    assert.ok(statusCode >= 500, `${statusCode}`);
    assert.equal(headers["cache-control"], undefined);
  }
  assert.deepEqual(asked, [1, 1, 1]);
  assert.equal(await blobs.readDerived(pageTextName({ hash, page: 1 })), null);
});

test("an address with a wrong key is not found, and nothing is drawn for it", async () => {
  const hash = await blobs.put(paper({ content: line(72, 700, "Wrong") }));
  const { asked, get } = openDoors();
  for (const url of addressesOf(hash, 1)) {
    const wrong = url.replace(/[0-9a-f]$/, (end) => (end === "0" ? "1" : "0"));
    assert.ok((await get(wrong)).statusCode >= 400, wrong);
  }
  assert.deepEqual(asked, []);
});
