import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { macOf } from "../../src/base/secrets.ts";
import { runCommand } from "../cli/terminal.ts";
import { ask, basic, faultOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";

type Key = {
  readonly key_id: string;
  readonly name: string;
  readonly is_primary: boolean;
  readonly last_used_at: number | null;
};

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const call = async (
      method: string,
      path: string,
      { body, key = house.apiKey }: { body?: object; key?: string } = {},
    ) => {
      const response = await fetch(`${house.url}/api/keys${path}`, {
        method,
        headers: { authorization: basic(key), ...(body ? { "content-type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      return { status: response.status, json: (text === "" ? {} : JSON.parse(text)) as never };
    };
    const list = async () => ((await call("GET", "")).json as { keys: Key[] }).keys;
    const create = async (name: string) =>
      (await call("POST", "", { body: { name } })).json as Key & { readonly key: string };

    test("a new key opens what the one before opens, beside it; it is told once, and when it was used last", async () => {
      const made = await create("CI of the shop");
      assert.match(made.key, /^[0-9a-f]{64}$/);
      assert.equal(made.is_primary, false);
      const before = (await list()).find(({ key_id: id }) => id === made.key_id);
      assert.deepEqual([before?.name, before?.last_used_at], ["CI of the shop", null]);
      assert.ok(!JSON.stringify(await list()).includes(made.key));
      assert.equal((await ask({ ...house, apiKey: made.key }, "GET /account")).status, 200);
      assert.equal((await ask(house, "GET /account")).status, 200);
      const after = (await list()).find(({ key_id: id }) => id === made.key_id);
      assert.ok(after?.last_used_at && Math.abs(after.last_used_at - Date.now() / 1000) < 60);
    });

    test("a revoked key opens nothing from then on; the primary one cannot be revoked", async () => {
      const made = await create("short-lived");
      assert.equal((await call("DELETE", `/${made.key_id}`)).status, 204);
      assert.deepEqual(faultOf(await ask({ ...house, apiKey: made.key }, "GET /account")).slice(0, 2), [
        401,
        "unauthorized",
      ]);
      assert.equal((await call("DELETE", `/${made.key_id}`)).status, 404);
      const primary = (await list()).find(({ is_primary: is }) => is);
      assert.equal((await call("DELETE", `/${primary?.key_id}`)).status, 409);
      assert.equal((await ask(house, "GET /account")).status, 200);
    });

    test("callbacks are signed by the key that was made primary, and by that alone", async () => {
      const made = await create("next");
      const first = (await list())[0];
      const { signature_request_id: before } = await sendAndWait(house);
      const signer = async (id: string) => {
        const heard = await house.receiver.waitFor(
          ({ payload }) => payload.signature_request?.signature_request_id === id,
        );
        const { event_time: time, event_type: type, event_hash: hash } = heard.payload.event;
        return [house.apiKey, made.key].filter((key) => macOf(key, time + type) === hash);
      };
      assert.deepEqual(await signer(before), [house.apiKey]);
      assert.equal((await call("POST", `/${made.key_id}/primary`)).status, 200);
      const { signature_request_id: later } = await sendAndWait(house);
      assert.deepEqual(await signer(later), [made.key]);
      assert.deepEqual(
        (await list()).filter(({ is_primary: is }) => is).map(({ key_id: id }) => id),
        [made.key_id],
      );
      await call("POST", `/${first?.key_id}/primary`);
    });

    test("of several that are made primary at once one is, and a key that becomes primary is not revoked", async () => {
      const made = await Promise.all(["a", "b", "c"].map(create));
      const all = await Promise.all(
        made.flatMap(({ key_id: id }) => [call("POST", `/${id}/primary`), call("DELETE", `/${id}`)]),
      );
      assert.deepEqual(
        [...new Set(all.map(({ status }) => status))].filter((status) => ![200, 204, 404, 409].includes(status)),
        [],
      );
      const primary = (await list()).filter(({ is_primary: is }) => is);
      assert.equal(primary.length, 1);
      const own = (await list()).find(({ name }) => name !== "a" && name !== "b" && name !== "c");
      assert.equal((await call("POST", `/${own?.key_id}/primary`)).status, 200);
    });

    test("a name is needed, and fifty keys are enough", async () => {
      assert.equal((await call("POST", "", { body: { name: " " } })).status, 400);
      assert.equal((await call("POST", "", { body: {} })).status, 400);
      let last = 201;
      for (let n = 0; last === 201 && n < 60; n += 1)
        last = (await call("POST", "", { body: { name: `key ${n}` } })).status;
      assert.equal(last, 400);
      assert.equal((await list()).length, 50);
      for (const { key_id: id, is_primary: is } of await list()) if (!is) await call("DELETE", `/${id}`);
    });

    test("the command makes, lists and revokes them", async () => {
      const env = { COUNTERSIGN_URL: house.url, COUNTERSIGN_API_KEY: house.apiKey };
      const made = await runCommand(["keys", "create", "from the command line"], env);
      const [, key = "", id = ""] = /^([0-9a-f]{64})\n.*id is (\w{16})/.exec(made.out) ?? [];
      assert.equal((await ask({ ...house, apiKey: key }, "GET /account")).status, 200);
      const listed = await runCommand(["keys"], env);
      assert.match(listed.out, /KEY ID +NAME[\s\S]*primary: signs callbacks\n[\s\S]*from the command line/);
      assert.equal((await runCommand(["keys", "revoke", id], env)).out, `${id} opens nothing any more.\n`);
      assert.equal((await ask({ ...house, apiKey: key }, "GET /account")).status, 401);
      const none = await runCommand(["keys", "revoke", id], env);
      assert.deepEqual([none.code, /There is no such API key/.test(none.err)], [1, true]);
      assert.equal((await runCommand(["keys", "create"], env)).code, 2);
    });
  });
}
