import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Type } from "typebox";
import { ask, readAs } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";

const [sqlite] = grounds();
let house: House;

before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open();
});

after(() => house.close());

test("nobody signs after expires_at, even while the job that expires the request is late", async () => {
  const request = await sendAndWait(house);
  const page = await pageOf(house, signatureOf(request).signature_id);
  const early = await open(page);
  await house.store.transact(async (tx) => {
    await tx
      .updateTable("signature_requests")
      .set({ expires_at: Date.now() - 1 })
      .where("request_id", "=", request.signature_request_id)
      .execute();
  });

  const finished = await page.finish(Object.fromEntries(early.fields.map(({ apiId }) => [apiId, "Ann Lee"])));
  const claimed = await page.claim();

  assert.equal("code" in finished && finished.code, "request_expired");
  assert.equal("code" in claimed && claimed.code, "request_expired");
});

test("a request outlives its app: its signers still get in, from the app's domains only", async () => {
  const made = await ask(house, "POST /api_app", { json: { name: "Short-lived", domains: ["localhost"] } });
  const { client_id: clientId } = readAs(
    Type.Object({ api_app: Type.Object({ client_id: Type.String() }) }),
    made,
  ).api_app;
  const request = await sendAndWait(house, { client_id: clientId, test_mode: false });
  const { signature_id: signatureId } = signatureOf(request);
  assert.equal((await ask(house, `DELETE /api_app/${clientId}`)).status, 204);

  const stranger = await (await pageOf(house, signatureId, { clientId, parentOrigin: "https://evil.test" })).claim();
  const guest = await (await pageOf(house, signatureId, { clientId, parentOrigin: "http://localhost:9000" })).claim();

  assert.equal("code" in stranger && stranger.code, "domain_not_allowed");
  assert.equal(guest.ok, true, JSON.stringify(guest));
});
