import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { writeCalls } from "../../src/accounts/write-calls.ts";
import { limits } from "../../src/base/limits.ts";
import { callBeside, completeSecret, destroy, findWord, sendSecret } from "../requests/secret-lease.ts";
import { ask, wordsOf } from "../support/ask.ts";
import { accountOf, callAt, callHouse, callsDuring, writtenCalls } from "../support/calls.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { type JsonApi, openJsonApi } from "./json-api.ts";

type Event = {
  readonly event_id: string;
  readonly event_type: string;
  readonly deliveries: readonly { readonly state: string }[];
};

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let api: JsonApi;
    before(async () => {
      house = await openHeardHouse(ground);
      api = await openJsonApi(house);
    });
    after(() => house.close());

    const eventsUnder = async (callId: string) => (await api.ok<{ events: Event[] }>(`GET /calls/${callId}`)).events;
    /** The types of events that a call led to, by operation and status. */
    async function ledTo(act: () => Promise<unknown>): Promise<Readonly<Record<string, readonly string[]>>> {
      const calls = await callsDuring(house, act);
      await house.quiet();
      const pairs = calls.map(
        async (call) =>
          [`${call.operation} ${call.status}`, (await eventsUnder(call.call_id)).map((one) => one.event_type)] as const,
      );
      return Object.fromEntries(await Promise.all(pairs));
    }

    test("events stand under the call that led to them, and not under those that read or were refused", async () => {
      const found = await ledTo(async () => {
        const request = await sendAndWait(house, { mailed: true });
        const { signature_request_id: id } = request;
        await ask(house, `GET /embedded/sign_url/${signatureOf(request).signature_id}`);
        await ask(house, `POST /signature_request/remind/${id}`, { json: { email_address: "nobody@example.com" } });
        await ask(house, `POST /signature_request/cancel/${id}`);
        await callBeside(house, `DELETE /signature_requests/${id}/data`);
      });
      assert.deepEqual(found, {
        "signatureRequestSend 200": ["signature_request_sent"],
        "signatureRequestGet 200": [],
        "embeddedSignUrl 409": [],
        "signatureRequestRemind 400": [],
        "signatureRequestCancel 200": ["signature_request_canceled"],
        "signatureRequestDestroy 200": ["signature_request_destroyed"],
      });
    });

    test("what signers did stands under the last call before it, with how its callbacks went", async () => {
      const calls = await callsDuring(house, () => completeSecret(house));
      await house.quiet();
      const made = calls.find(({ operation }) => operation === "signatureRequestSend");
      const events = await eventsUnder(made?.call_id ?? "");
      assert.deepEqual(
        events.map((one) => one.event_type),
        ["sent", "viewed", "signed", "all_signed", "downloadable"].map((name) => `signature_request_${name}`),
      );
      assert.ok(
        events.every((one) => one.deliveries.length > 0 && one.deliveries.every(({ state }) => state === "delivered")),
      );
    });

    test("the test of a callback URL stands under the call that asked for it", async () => {
      const found = await ledTo(async () => {
        const { endpoints } = await api.ok<{ endpoints: readonly { endpoint_id: string }[] }>("GET /endpoints");
        await callHouse(house, `POST /api/endpoints/${endpoints[0]?.endpoint_id}/test`);
        await ask(house, "PUT /account", { json: { locale: "en-US" } });
      });
      assert.deepEqual(found, {
        "endpointList 200": [],
        "endpointTest 200": ["callback_test"],
        "accountUpdate 200": [],
      });
    });

    test("what another account's call did stands under the last own call before it", async () => {
      const calls = await callsDuring(house, () => sendAndWait(house, { mailed: true }));
      const made = calls.find(({ operation }) => operation === "signatureRequestSend");
      const theirs = callAt(Date.now(), { account_id: "of somebody else" });
      await writeCalls(house.store, [theirs]);
      const set = { call_id: theirs.call_id };
      await house.store.transact((tx) =>
        tx
          .updateTable("events")
          .set(set)
          .where("request_id", "=", made?.request_id ?? null)
          .execute(),
      );
      const events = await eventsUnder(made?.call_id ?? "");
      assert.deepEqual(
        events.map((one) => one.event_type),
        ["signature_request_sent"],
      );
    });

    test("of tests that are asked for at the same moment each stands under its own call", async () => {
      const { endpoints } = await api.ok<{ endpoints: readonly { endpoint_id: string }[] }>("GET /endpoints");
      const on = `POST /api/endpoints/${endpoints[0]?.endpoint_id}/test`;
      const told: string[] = [];
      const askOne = async () => {
        told.push(((await (await callHouse(house, on)).json()) as { event_id: string }).event_id);
      };
      const calls = await callsDuring(house, () => Promise.all([1, 2, 3, 4].map(askOne)));
      await house.quiet();
      const found = await Promise.all(calls.map(({ call_id: id }) => eventsUnder(id)));
      assert.deepEqual(
        found.map((events) => events.map(({ event_type }) => event_type)),
        calls.map(() => ["callback_test"]),
      );
      assert.deepEqual(told.toSorted(), found.flatMap((events) => events.map(({ event_id: id }) => id)).toSorted());
      const { read } = house.store;
      const newest = read.selectFrom("events").select("call_id").orderBy("event_id", "desc").limit(calls.length);
      const ids = (await newest.execute()).map(({ call_id: id }) => id);
      assert.deepEqual(ids.toSorted(), calls.map(({ call_id: id }) => id).toSorted());
    });

    test("of very many events the first are shown", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      const [one] = await house.store.read.selectFrom("events").selectAll().where("request_id", "=", id).execute();
      assert.ok(one);
      const rows = Array.from({ length: limits.callEventsShown + 5 }, (_, n) => ({
        ...one,
        event_id: one.event_id.slice(0, -4) + String(n).padStart(4, "0"),
        seq: one.seq + 1 + n,
      }));
      await house.store.transact((tx) => tx.insertInto("events").values(rows).execute());
      const made = (await writtenCalls(house)).findLast(
        ({ request_id: about, method }) => about === id && method === "POST",
      );
      assert.equal((await eventsUnder(made?.call_id ?? "")).length, limits.callEventsShown);
    });

    test("when the data of a request is destroyed, its calls keep that they were, and nothing that quotes it", async () => {
      const { id, word, signer } = await sendSecret(house);
      const json = { email_address: signer.email_address };
      await ask(house, `POST /signature_request/remind/${id}`, { json });
      const refused = await ask(house, `POST /signature_request/remind/${id}`, { json });
      await ask(house, `POST /signature_request/cancel/${id}`);
      assert.ok(wordsOf(refused).includes(word), wordsOf(refused));
      const before = await writtenCalls(house);
      assert.ok((await findWord(house, word)).includes("api_calls.error_message"));
      await destroy(house, id);
      await house.quiet();
      const about = (await writtenCalls(house)).filter(({ request_id: one }) => one === id);
      assert.deepEqual(await findWord(house, word), []);
      assert.equal(about.length, before.filter(({ request_id: one }) => one === id).length + 1);
      const call = about.find(({ error_name: name }) => name !== null);
      assert.deepEqual(
        [call?.operation, call?.error_message, call?.error_path],
        ["signatureRequestRemind", null, null],
      );
    });

    test("a call that is written down only after the destruction keeps no words either", async () => {
      const { id, word } = await completeSecret(house);
      const { signature_id: signatureId } = await house.store.read
        .selectFrom("signatures")
        .select("signature_id")
        .where("request_id", "=", id)
        .executeTakeFirstOrThrow();
      await destroy(house, id);
      await house.quiet();
      const given = {
        account_id: await accountOf(house),
        status: 409,
        error_name: "conflict",
        error_message: `${word} has signed already.`,
        error_path: word,
      };
      const open = await sendSecret(house);
      await writeCalls(house.store, [
        callAt(Date.now(), { ...given, request_id: id }),
        callAt(Date.now(), { ...given, signature_id: signatureId }),
        callAt(Date.now(), { ...given, request_id: open.id, error_message: "kept\0\ud800", error_path: null }),
      ]);
      assert.deepEqual(await findWord(house, word), []);
      const kept = (await writtenCalls(house)).filter(({ request_id: about }) => about === open.id);
      assert.deepEqual(
        kept.map(({ error_message: words }) => words).filter((words) => words !== null),
        ["kept\ufffd\ufffd"],
      );
    });
  });
}
