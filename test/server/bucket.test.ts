import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask } from "../support/ask.ts";
import { startBucket } from "../support/bucket.ts";
import { eventsOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf, sign } from "../support/page.ts";
import { send, sendAndWait, signatureOf } from "../support/requests.ts";

const [sqlite] = grounds();

test("a house on a bucket sends, shows, signs and hands out; no document is in its data folder, and a bucket that is down loses nothing", async (t) => {
  assert.ok(sqlite);
  const bucket = await startBucket();
  const house = await openHeardHouse(sqlite, { COUNTERSIGN_S3_URL: bucket.url, COUNTERSIGN_LOG: "silent" });
  t.after(async () => {
    await house.close();
    await bucket.close();
  });
  const shown = await sendAndWait(house);
  const { signature_request_id: id } = shown;
  const view = await open(await pageOf(house, signatureOf(shown).signature_id));
  assert.equal((await fetch(house.url + (view.pages[0]?.pictures[0]?.url ?? ""))).status, 200);
  await sign(house, signatureOf(shown).signature_id);
  assert.equal((await eventsOf(house, id)).at(-1), "signature_request_downloadable");
  const { bytes } = await ask(house, `GET /signature_request/files/${id}`);
  assert.ok(bytes.subarray(0, 5).toString() === "%PDF-" && bytes.length > 10_000);
  const files = readdirSync(join(house.dataFolder, "blobs"), { recursive: true, withFileTypes: true });
  assert.deepEqual(
    files.filter((file) => file.isFile()).map(({ name }) => name),
    [],
  );

  bucket.set("down");
  const refused = await send(house);
  assert.equal(refused.status, 503);
  assert.match(refused.bytes.toString("utf8"), /store of documents cannot be reached/);
  bucket.set("good");
  assert.equal((await send(house)).status, 200);
  assert.deepEqual(bucket.refused, []);
});
