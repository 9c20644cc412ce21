import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { leaseFor } from "../../src/outbox/leases.ts";
import { reviveStranded, takeUpSeals } from "../../src/outbox/stranded.ts";
import { databases } from "../storage/databases.ts";
import { furnish } from "../storage/retention-rows.ts";
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
    const hour = 3_600_000;
    const far = now + 60 * 24 * hour;
    const end = now + 10 * 24 * hour;
    const weekBefore = end - 7 * 24 * hour;
    const fresh = {
      tries: 0,
      lease_no: 0,
      leased: 0,
      worker_id: null,
      last_error: null,
      request_id: null,
      payload_json: "{}",
      state: "pending",
      created_at: now,
    };
    const failed = { tries: 9, lease_no: 9 };
    const held = { leased: 1, lease_no: 1 };
    const dated = { request_id: "awaiting" };
    const least = now + leaseFor(store, limits.jobLeaseMs);
    // Its kind and how it stands, when it is due, and when it is due afterwards.
    const cases: readonly (readonly [kind: string, more: object, before: number, after: number])[] = [
      ["prepare", failed, far, now],
      ["prepare", failed, now + 1000, now + 1000],
      ["prepare", held, now + 5 * hour, least],
      ["complete", { ...failed, state: "buried" }, far, now],
      ["prepare", { ...failed, state: "buried" }, far, far],
      ["alert", {}, now + hour, now + hour],
      ["alert", {}, now + 5 * hour, now],
      ["expire", failed, far, far],
      ["expire", dated, end + 5 * hour, end],
      ["expire", dated, end + 20, end + 20],
      ["expire", dated, end - hour, end - hour],
      ["expire", { ...dated, ...failed }, end + 60_000, end + 60_000],
      ["expire", { ...dated, ...held }, far, end + least - now],
      ["expire", { request_id: "late" }, now + 5 * hour, now],
      ["remind", dated, weekBefore + 5 * hour, weekBefore],
      ["remind", dated, end - 3 * 24 * hour + 5 * hour, end - 3 * 24 * hour],
      ["remind", dated, weekBefore, weekBefore],
    ];
    await furnish(store, ["awaiting", "late"]);
    await store.transact(async (tx) => {
      await tx
        .updateTable("endpoints")
        .set({ alerted_at: now + 5 * hour })
        .execute();
      for (const [id, expires_at] of [
        ["awaiting", end],
        ["late", now - hour],
      ] as const)
        await tx.updateTable("signature_requests").set({ expires_at }).where("request_id", "=", id).execute();
      const rows = cases.map(([kind, more, next_at], n) => ({
        ...fresh,
        job_id: `job ${n + 10}`,
        kind,
        next_at,
        ...more,
      }));
      await tx.insertInto("jobs").values(rows).execute();
    });
    await reviveStranded(store, { longestMs: 72_900_000 });
    await takeUpSeals(store);

    const rows = await store.read.selectFrom("jobs").selectAll().orderBy("job_id").execute();
    for (const [n, [kind, more, , after]] of cases.entries())
      assert.equal(rows[n]?.next_at, after, `${kind} ${JSON.stringify(more)} ${n}`);
    assert.deepEqual(
      rows.filter(({ state }) => state === "buried").map(({ kind }) => kind),
      ["prepare"],
    );
    const endpoint = await store.read.selectFrom("endpoints").select("alerted_at").executeTakeFirst();
    assert.equal(endpoint?.alerted_at, now, "what fails from now on makes a letter");
    await close();
  });
}
