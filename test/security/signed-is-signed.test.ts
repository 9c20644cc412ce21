import assert from "node:assert/strict";
import { test } from "node:test";
import { grounds, type House } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { ann, bob, sendAndWait, signatureOf } from "../support/requests.ts";

const fields = [
  { api_id: "sum", type: "text", signer: 0, y: 10 },
  { api_id: "hand", type: "signature", signer: 1, y: 100 },
].map((field) => ({ document_index: 0, page: 1, required: true, x: 10, width: 100, height: 20, ...field }));

for (const ground of grounds()) {
  test(`what was agreed to is not changed by an answer that comes later, on ${ground.name}`, {
    skip: ground.skip,
  }, async (t) => {
    const house = await ground.open();
    t.after(house.close);
    const request = await sendAndWait(house, { signers: [ann, bob], form_fields_per_document: fields });
    const page = await pageOf(house, signatureOf(request).signature_id);
    await open(page);
    assert.deepEqual(await page.finish({ sum: "100 EUR" }), { ok: true, state: "signed" });

    const late = await page.save({ sum: "1 EUR" });

    assert.equal("code" in late && late.code, "already_signed");
    assert.deepEqual(await answersOf(house, request.signature_request_id), ['"100 EUR"']);
  });
}

async function answersOf({ store }: House, requestId: string): Promise<readonly string[]> {
  const rows = await store.read
    .selectFrom("answers")
    .select("value_json")
    .where("request_id", "=", requestId)
    .execute();
  return rows.map((row) => row.value_json);
}
