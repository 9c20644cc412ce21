import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { pdfOf, stream } from "../documents/papers.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf, stateOf, untilState } from "../support/requests.ts";

test("a document as large as a file may be is taken in, signed and sealed", async (t) => {
  const [sqlite] = grounds();
  assert.ok(sqlite);
  const house = await sqlite.open();
  t.after(house.close);
  const ballast = stream("", "x".repeat(limits.fileBytes - 4096));
  const large = pdfOf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[4 0 R]/Count 1>>",
    ballast,
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
  ]);

  const request = await sendAndWait(house, { files: [large] });
  assert.deepEqual(signatureOf(request).error, null);
  await sign(house, signatureOf(request).signature_id);

  const { signature_request_id: id } = request;
  await untilState(house, { id, not: ["sealing"] });
  assert.equal(await stateOf(house, id), "complete");
});
