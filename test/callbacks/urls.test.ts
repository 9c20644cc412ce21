import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { type Ground, grounds, type House } from "../support/house.ts";
import { acknowledge, isEvent } from "../support/receiver.ts";
import { ask, type Desk, deliveriesOf, failing, heardOf, openDesk, setUrl, take } from "./desk.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
    });

    afterEach(() => {
      desk.receiver.answer = acknowledge;
    });

    after(() => desk.close());

    test("a new URL is tested once, without a ladder, and only there", async () => {
      const { house, receiver } = desk;
      receiver.answer = () => ({ status: 500, body: "" });
      await setUrl({ house, to: `${receiver.url}/tested`, clientId: house.clientId });
      await house.quiet();

      const tests = receiver.heard.filter(({ path }) => path === "/tested");
      assert.equal(tests.length, 1);
      assert.deepEqual(tests[0]?.payload.event.event_type, "callback_test");
      assert.deepEqual(Object.keys(tests[0]?.payload ?? {}), ["account_guid", "client_id", "event"]);
      const last = await lastTest(house);
      assert.deepEqual([last?.state, last?.tries], ["exhausted", 1]);
      await setUrl({ house, to: `${receiver.url}/app`, clientId: house.clientId });
      await house.quiet();
      assert.deepEqual((await lastTest(house))?.state, "exhausted");
    });

    test("the same URL again is no change, and is not tested", async () => {
      const { house, receiver } = desk;
      await house.quiet();
      const before = receiver.heard.length;
      await setUrl({ house, to: `${receiver.url}/account` });
      await house.quiet();
      assert.equal(receiver.heard.length, before);
    });

    test("a cleared URL holds what is owed, and once set again gets it all, in sequence", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id, signatures } = await ask(desk);
      await receiver.waitFor((heard) => heard.path === "/app" && isEvent("signature_request_sent", id)(heard));
      await house.quiet();
      await setUrl({ house, to: "", clientId: house.clientId });
      const pen = await take(desk, signatures[0]?.signature_id ?? "");
      await pen.finish();
      await receiver.waitFor(isEvent("signature_request_downloadable", id));
      await house.quiet();

      const states = (await deliveriesOf(house, id)).filter(({ app }) => app !== null).map(({ state }) => state);
      assert.deepEqual(states, ["delivered", "pending", "pending", "pending", "pending"]);
      assert.deepEqual(receiver.types(id, "/app"), ["signature_request_sent"]);
      await setUrl({ house, to: `${receiver.url}/moved`, clientId: house.clientId });
      await house.quiet();
      assert.deepEqual(receiver.types(id, "/moved"), receiver.types(id, "/account").slice(1));
      await setUrl({ house, to: `${receiver.url}/app`, clientId: house.clientId });
      await house.quiet();
    });

    test("an attempt under way when the URL is cleared still counts", async () => {
      const { house, receiver } = desk;
      const gate = Promise.withResolvers<void>();
      const arrived = Promise.withResolvers<void>();
      receiver.answer = async ({ payload }) => {
        if (payload.event.event_type !== "file_error") return acknowledge();
        arrived.resolve();
        await gate.promise;
        return acknowledge();
      };
      const { signature_request_id: id } = await ask(desk, { emails: [failing], withApp: false });
      await arrived.promise;
      await setUrl({ house, to: "" });
      gate.resolve();
      await house.quiet();
      await setUrl({ house, to: `${receiver.url}/account` });
      await house.quiet();

      assert.equal(heardOf(receiver, { id }).length, 1);
      const [delivery] = await deliveriesOf(house, id);
      assert.deepEqual([delivery?.state, delivery?.tries], ["delivered", 1]);
    });

    test("nothing stays behind when a URL is cleared and set again and again while events come", async () => {
      const { house, receiver } = desk;
      const toggles = Array.from(
        { length: 40 },
        (_, n) => () => setUrl({ house, to: n % 2 === 0 ? "" : `${receiver.url}/account` }),
      );
      const ids: string[] = [];
      const askAll = async () => {
        for (let n = 0; n < 40; n += 1)
          ids.push((await ask(desk, { emails: [failing], withApp: false })).signature_request_id);
      };
      const toggleAll = async () => {
        for (const toggle of toggles) await toggle();
      };
      await Promise.all([askAll(), toggleAll()]);
      await setUrl({ house, to: `${receiver.url}/account` });
      await house.quiet();

      const left = await house.store.read
        .selectFrom("deliveries")
        .select(["state", "request_id"])
        .where("request_id", "in", ids)
        .where("state", "!=", "delivered")
        .execute();
      assert.deepEqual(left, []);
      assert.ok(ids.every((id) => receiver.types(id).length === 1));
    });

    test("credentials in a URL go out as Authorization, are shown as stars and stored where nobody reads them", async () => {
      const { house, receiver } = desk;
      const secretUrl = receiver.url.replace("http://", "http://wärter:s%C3%BCssholz%3Araspeln@");
      const redacted = receiver.url.replace("http://", "http://***:***@");
      await setUrl({ house, to: `${secretUrl}/account` });
      await setUrl({ house, to: `${secretUrl}/app`, clientId: house.clientId });
      const { signature_request_id: id } = await ask(desk, { emails: [failing] });
      await house.quiet();

      const expected = `Basic ${Buffer.from("wärter:süssholz:raspeln").toString("base64")}`;
      const heard = heardOf(receiver, { id });
      assert.deepEqual(
        heard.map(({ headers }) => headers.authorization),
        [expected, expected],
      );
      const { body: account } = await house.call("GET", "/account");
      const { body: app } = await house.call("GET", `/api_app/${house.clientId}`);
      assert.equal(callbackUrlOf(account.account), `${redacted}/account`);
      assert.equal(callbackUrlOf(app.api_app), `${redacted}/app`);
      for (const word of ["raspeln", "S%C3%BCss", "wärter", "w%C3%A4rter", expected.slice(6)])
        assert.deepEqual(await placesOf(house, word), [], word);

      await setUrl({ house, to: `${receiver.url}/account` });
      await setUrl({ house, to: `${receiver.url}/app`, clientId: house.clientId });
      await house.quiet();
    });

    test("a call that is refused sends nothing and changes nothing", async () => {
      const { house, receiver } = desk;
      await house.quiet();
      const before = receiver.heard.length;
      for (const [method, path, body] of [
        ["PUT", "/account", { callback_url: "ftp://127.0.0.1/x" }],
        ["PUT", "/account", { callback_url: "not an address" }],
        ["PUT", "/account", { callback_url: `${receiver.url}/refused`, locale: "no locale" }],
        ["POST", "/api_app", { name: "New", domains: ["a.example"], callback_url: `http://%zz@127.0.0.1/refused` }],
        ["POST", "/api_app", { name: "New", domains: [], callback_url: `${receiver.url}/refused` }],
        ["POST", "/signature_request/create_embedded", { client_id: house.clientId, test_mode: true }],
      ] as const) {
        const { status, body: answer } = await house.call(method, path, body);
        assert.equal(status, 400, JSON.stringify(answer));
      }
      await house.quiet();

      assert.deepEqual(receiver.heard.slice(before), []);
      const { body: apps } = await house.call("GET", "/api_app/list");
      assert.equal((apps.api_apps as unknown as readonly object[]).length, 1);
      const { body: account } = await house.call("GET", "/account");
      assert.equal(callbackUrlOf(account.account), `${receiver.url}/account`);
    });
  });

  overriding(ground);
}

function overriding(ground: Ground): void {
  test(`${ground.name}: an app's URL silences the account's for that app's events, where the setting says so`, {
    skip: ground.skip,
  }, async () => {
    const desk = await openDesk(ground, { COUNTERSIGN_APP_OVERRIDES_ACCOUNT: "1" });
    const { house, receiver } = desk;
    try {
      const ofApp = await ask(desk, { emails: [failing] });
      const ofNone = await ask(desk, { emails: [failing], withApp: false });
      await house.quiet();
      await setUrl({ house, to: "", clientId: house.clientId });
      const withoutUrl = await ask(desk, { emails: [failing] });
      await house.quiet();

      const pathsOf = (id: string) => heardOf(receiver, { id }).map(({ path }) => path);
      assert.deepEqual(pathsOf(ofApp.signature_request_id), ["/app"]);
      assert.deepEqual(pathsOf(ofNone.signature_request_id), ["/account"]);
      assert.deepEqual(pathsOf(withoutUrl.signature_request_id), ["/account"]);
    } finally {
      await desk.close();
    }
  });
}

function callbackUrlOf(value: unknown): unknown {
  return (value as { readonly callback_url: unknown }).callback_url;
}

async function lastTest({ store }: House) {
  return store.read
    .selectFrom("deliveries")
    .select(["state", "tries"])
    .where("request_id", "is", null)
    .where("state", "=", "exhausted")
    .orderBy("created_at", "desc")
    .executeTakeFirst();
}

/** Where a word stands in the clear: tables of the database, and files of the data folder. */
async function placesOf({ store, dataFolder }: House, word: string): Promise<readonly string[]> {
  const tables = ["endpoints", "deliveries", "attempts", "events", "letters", "trail", "settings", "jobs"] as const;
  const places: string[] = [];
  for (const table of tables) {
    const rows = await store.read.selectFrom(table).selectAll().execute();
    if (JSON.stringify(rows).includes(word)) places.push(table);
  }
  for (const name of readdirSync(dataFolder, { recursive: true, encoding: "utf8" })) {
    const file = join(dataFolder, name);
    if (statSync(file).isFile() && readFileSync(file).includes(word)) places.push(name);
  }
  return places;
}
