import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { reviveStranded } from "../../src/outbox/jobs.ts";
import { databases } from "../storage/databases.ts";
import { faultOf } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { requestOf, send, untilState } from "../support/requests.ts";

const [sqlite] = grounds();
let house: House;

before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open({ COUNTERSIGN_TRUST_PROXY: "127.0.0.1" });
});

after(() => house.close());

const box = { document_index: 0, page: 1, x: 1, y: 1, width: 9, height: 9, required: false };

test("no more patterns than a request's share are taken, for each is judged while nobody else is served", async () => {
  const pattern = { validation_type: "custom_regex", validation_custom_regex: "a+" };
  const fields = Array.from({ length: limits.patternsPerRequest + 1 }, (_, index) => ({
    ...box,
    ...pattern,
    api_id: `f${index}`,
    type: "text",
    signer: 0,
  }));
  const answer = await send(house, { form_fields_per_document: fields });
  assert.deepEqual(faultOf(answer), [
    400,
    "bad_request",
    `form_fields_per_document[${limits.patternsPerRequest}][validation_type]`,
  ]);
});

test("the sender cannot sign for itself: me_now is refused for signatures, initials and dates", async () => {
  for (const type of ["signature", "initials", "date_signed"]) {
    const answer = await send(house, { form_fields_per_document: [{ ...box, api_id: "a", type, signer: "me_now" }] });
    assert.deepEqual(faultOf(answer), [400, "bad_request", "form_fields_per_document[0][signer]"], type);
  }
});

test("files that are too much together are refused, though each is small enough, and leave nothing", async () => {
  const half = new Uint8Array(Math.ceil(limits.requestBytes / 3) + 1).fill(32);
  const answer = await send(house, { files: [half, half, half] });
  assert.deepEqual(faultOf(answer), [400, "bad_request", "files"]);
});

test("behind a trusted proxy the audit trail names the signer's own address", async () => {
  const { signature_request_id: id, signatures } = requestOf(await send(house));
  await untilState(house, { id, not: ["processing"] });
  const [signature] = signatures;
  assert.ok(signature);
  const page = await pageOf(house, signature.signature_id);
  const claim = {
    kind: "embedded",
    token: page.token,
    tab: page.tab,
    clientId: house.clientId,
    parentOrigin: "http://localhost:9000",
  };
  const answer = await fetch(`${house.url}/sign-api/claim`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": "203.0.113.7" },
    body: JSON.stringify(claim),
  });
  assert.equal(answer.status, 200);
  const viewed = await house.store.read
    .selectFrom("trail")
    .select("ip")
    .where("request_id", "=", id)
    .where("kind", "=", "viewed")
    .execute();
  assert.deepEqual(viewed, [{ ip: "203.0.113.7" }]);
  await open(page);
});

test("signing_url, which names the request, says that the link is in the mail", async () => {
  const { signature_request_id: id, signatures } = requestOf(await send(house, { mailed: true }));
  assert.ok(signatures.length > 0);
  await untilState(house, { id, not: ["processing"] });
  const answer = await fetch(`${house.url}/sign/${id}`);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /Your link is in your mail/);
});

for (const database of databases()) {
  test(`${database.name}: a start takes up what a wrong clock has put off and the seals that were given up, and nothing else`, {
    skip: database.skip ?? false,
  }, async () => {
    const now = 1_790_000_000_000;
    const { store, close } = await database.open({ clock: () => now });
    const far = now + 30 * 24 * 3_600_000;
    const job = (
      job_id: string,
      more: { readonly kind: string; readonly state: string; readonly next_at: number },
    ) => ({
      job_id,
      request_id: null,
      payload_json: "{}",
      tries: 9,
      lease_no: 9,
      leased: 0,
      worker_id: null,
      created_at: now,
      last_error: null,
      ...more,
    });
    await store.transact((tx) =>
      tx
        .insertInto("jobs")
        .values([
          job("ahead", { kind: "prepare", state: "pending", next_at: far }),
          job("waiting", { kind: "prepare", state: "pending", next_at: now + 1000 }),
          job("expiry", { kind: "expire", state: "pending", next_at: far }),
          job("seal", { kind: "complete", state: "buried", next_at: far }),
          job("given up", { kind: "prepare", state: "buried", next_at: far }),
        ])
        .execute(),
    );
    await reviveStranded(store, { longestMs: 72_900_000 });
    const rows = await store.read.selectFrom("jobs").select(["job_id", "state", "next_at"]).orderBy("job_id").execute();
    assert.deepEqual(rows, [
      { job_id: "ahead", state: "pending", next_at: now },
      { job_id: "expiry", state: "pending", next_at: far },
      { job_id: "given up", state: "buried", next_at: far },
      { job_id: "seal", state: "pending", next_at: now },
      { job_id: "waiting", state: "pending", next_at: now + 1000 },
    ]);
    await close();
  });
}
