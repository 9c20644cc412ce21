import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type EndpointOf,
  newWebhookSecret,
  readWebhookSecret,
  rotateWebhookSecret,
} from "../../src/accounts/webhook-secret.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Transact } from "../../src/events/work.ts";
import { isWebhookError, verifyWebhook } from "../../src/receiver/callbacks.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { grounds, type House } from "../support/house.ts";
import { acknowledge, type Heard, isEvent } from "../support/receiver.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { ask, type Desk, failing, heardOf, openDesk } from "./desk.ts";

const day = 24 * 60 * 60 * 1000;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;
    let transact: Transact;
    let endpoint: EndpointOf;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "1,1,1" });
      transact = transactOf(desk.house);
      endpoint = await accountEndpointOf(desk.house);
    });

    after(() => desk.close());

    const read = () => transact((work) => readWebhookSecret(work, endpoint));
    const rotate = (overlapMs: number) => transact((work) => rotateWebhookSecret(work, { ...endpoint, overlapMs }));

    test("the very first callback of a new endpoint is signed with the secret that is read afterwards", async () => {
      const first = await desk.receiver.waitFor(isEvent("callback_test"));
      const { id, timestamp } = verifyWebhook({ ...first, secret: await read() });
      assert.equal(id, first.headers["countersign-event-id"]);
      assert.ok(timestamp >= Number(first.payload.event.event_time));
      assert.equal(await read(), await read());
    });

    test("each endpoint has a secret of its own, and neither lies readable in the database", async () => {
      const { id } = await tell(desk);
      const secret = await read();
      const [toAccount, toApp] = ["/account", "/app"].map((path) => heardOf(desk.receiver, { id, path })[0]);
      assert.ok(toAccount && toApp);
      assert.equal(verdictOf(toAccount, secret), "genuine");
      assert.equal(verdictOf(toApp, secret), "no_match");
      const rows = await desk.house.store.read.selectFrom("endpoints").selectAll().execute();
      assert.equal(rows.length, 2);
      for (const row of rows) assert.match(row.secret_cipher ?? "", /^v1\./);
      assert.ok(!JSON.stringify(rows).includes(secret.slice("whsec_".length)));
    });

    test("a body with one byte changed, and a time beyond the tolerance, are refused", async () => {
      const { heard } = await tell(desk);
      const secret = await read();
      const body = Buffer.from(heard.body);
      body.writeUInt8(body.readUInt8(200) ^ 1, 200);
      assert.equal(verdictOf({ ...heard, body }, secret), "no_match");
      const now = Number(heard.headers["webhook-timestamp"]) * 1000;
      for (const [at, verdict] of [
        [now + 300_000, "genuine"],
        [now + 301_000, "timestamp_too_old"],
        [now - 301_000, "timestamp_too_new"],
      ] as const)
        assert.equal(verdictOf(heard, secret, at), verdict);
      const headers = { ...heard.headers, "webhook-timestamp": String(now / 1000 + 1) };
      assert.equal(verdictOf({ ...heard, headers }, secret), "no_match");
    });

    test("attempts 1 and 2 carry one id and one body, each its own time, and both are genuine", async () => {
      let refused = 0;
      desk.receiver.answer = ({ path, headers }) =>
        path === "/account" && headers["countersign-attempt"] === "1" && refused++ === 0
          ? { status: 500, body: "not now" }
          : acknowledge();
      const { id } = await tell(desk);
      desk.receiver.answer = acknowledge;

      const [first, second, ...more] = heardOf(desk.receiver, { id, path: "/account" });
      assert.ok(first && second);
      assert.equal(more.length, 0);
      const secret = await read();
      for (const one of [first, second]) assert.equal(verdictOf(one, secret), "genuine");
      assert.deepEqual([first, second].map(attemptOf), ["1", "2"]);
      assert.ok(first.body.equals(second.body));
      assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
      assert.ok(Number(first.headers["webhook-timestamp"]) < Number(second.headers["webhook-timestamp"]));
      assert.notEqual(first.headers["webhook-signature"], second.headers["webhook-signature"]);
    });

    test("after a rotation both secrets verify, newest first, until the overlap ends; then the new one alone", async () => {
      const old = await read();
      const fresh = await rotate(day);
      assert.notEqual(fresh, old);
      assert.equal(await read(), fresh);
      const during = (await tell(desk)).heard;
      assert.deepEqual([verdictOf(during, old), verdictOf(during, fresh)], ["genuine", "genuine"]);
      const [newest = "", older] = signaturesOf(during);
      assert.equal(
        verdictOf({ ...during, headers: { ...during.headers, "webhook-signature": newest } }, fresh),
        "genuine",
      );
      assert.ok(older);

      const next = await rotate(1);
      await sleep(5);
      const after = (await tell(desk)).heard;
      assert.equal(signaturesOf(after).length, 1);
      assert.deepEqual(
        [old, fresh, next].map((secret) => verdictOf(after, secret)),
        ["no_match", "no_match", "genuine"],
      );
    });

    test("rotating during an overlap drops the oldest: at most two secrets sign at once", async () => {
      const [one, two, three] = [await read(), await rotate(day), await rotate(day)];
      const { heard } = await tell(desk);
      assert.equal(signaturesOf(heard).length, 2);
      assert.deepEqual(
        [one, two, three].map((secret) => verdictOf(heard, secret)),
        ["no_match", "genuine", "genuine"],
      );
      const four = await rotate(0);
      const later = (await tell(desk)).heard;
      assert.deepEqual(
        [three, four].map((secret) => verdictOf(later, secret)),
        ["no_match", "genuine"],
      );
    });

    test("an endpoint from before there were secrets sends no webhook headers until its secret is read or rotated", async () => {
      for (const give of [read, () => rotate(day)]) {
        await forgetSecrets(desk.house, endpoint);
        const before = (await tell(desk)).heard;
        assert.deepEqual(
          Object.keys(before.headers).filter((name) => name.startsWith("webhook-")),
          [],
        );
        const secret = await give();
        const { heard } = await tell(desk);
        assert.equal(verdictOf(heard, secret), "genuine");
        assert.equal(signaturesOf(heard).length, 1);
      }
    });

    test("two first readings at once get one secret", async () => {
      await forgetSecrets(desk.house, endpoint);
      const secrets = await Promise.all([read(), read(), read()]);
      assert.equal(new Set(secrets).size, 1);
    });

    test("another account's endpoint, and one that does not exist, are not found and stay as they are", async () => {
      const { apiKey } = await makeSecondAccount(desk.house);
      const { account_id: stranger } = await desk.house.store.read
        .selectFrom("accounts")
        .select("account_id")
        .where("email", "=", "second@example.com")
        .executeTakeFirstOrThrow();
      assert.notEqual(apiKey, desk.house.apiKey);
      const before = await read();
      for (const owner of [
        { accountId: stranger, endpointId: endpoint.endpointId },
        { accountId: endpoint.accountId, endpointId: "none" },
      ]) {
        await assert.rejects(() => transact((work) => readWebhookSecret(work, owner)), { faultName: "not_found" });
        await assert.rejects(() => transact((work) => rotateWebhookSecret(work, { ...owner, overlapMs: 0 })), {
          faultName: "not_found",
        });
      }
      for (const overlapMs of [-1, 0.5, 7 * day + 1, Number.NaN])
        await assert.rejects(() => rotate(overlapMs), { faultName: "bad_request" });
      assert.equal(await read(), before);
    });
  });
}

test("every new secret is whsec_ and the base64 of 32 bytes, and no two are alike", () => {
  const secrets = Array.from({ length: 100 }, newWebhookSecret);
  for (const secret of secrets) {
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.equal(Buffer.from(secret.slice("whsec_".length), "base64").length, 32);
  }
  assert.equal(new Set(secrets).size, 100);
});

/** Transactions on a house's own database and with its own secret, as its dashboard's. */
function transactOf({ store, dataFolder }: House): Transact {
  const secret = readSecret({ given: null, dataFolder });
  return makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
}

async function accountEndpointOf({ store }: House): Promise<EndpointOf> {
  const row = await store.read
    .selectFrom("endpoints")
    .select(["account_id", "endpoint_id"])
    .where("client_id", "is", null)
    .executeTakeFirstOrThrow();
  return { accountId: row.account_id, endpointId: row.endpoint_id };
}

/** Makes an event of a request of its own; what the account heard of it, at the last attempt. */
async function tell(desk: Desk): Promise<{ readonly id: string; readonly heard: Heard }> {
  const { signature_request_id: id } = await ask(desk, { emails: [failing] });
  await desk.house.quiet();
  const heard = heardOf(desk.receiver, { id, path: "/account" }).at(-1);
  assert.ok(heard);
  return { id, heard };
}

async function forgetSecrets({ store }: House, { endpointId }: EndpointOf): Promise<void> {
  await store.transact(async (tx) => {
    await tx
      .updateTable("endpoints")
      .set({ secret_cipher: null, old_secret_cipher: null, old_secret_until: null })
      .where("endpoint_id", "=", endpointId)
      .execute();
  });
}

function verdictOf({ headers, body }: Pick<Heard, "headers" | "body">, secret: string, now = Date.now()): string {
  try {
    verifyWebhook({ headers, body, secret, now });
  } catch (error) {
    assert.ok(isWebhookError(error), String(error));
    return error.code;
  }
  return "genuine";
}

function signaturesOf({ headers }: Pick<Heard, "headers">): readonly string[] {
  return String(headers["webhook-signature"]).split(" ");
}

function attemptOf({ headers }: Pick<Heard, "headers">): unknown {
  return headers["countersign-attempt"];
}
