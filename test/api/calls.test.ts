import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { keyIdOf } from "../../src/accounts/keys.ts";
import { hashOf } from "../../src/base/secrets.ts";
import type { ApiCallRow } from "../../src/storage/account-tables.ts";
import { ask, basic } from "../support/ask.ts";
import { callHouse, callsDuring, writtenCalls } from "../support/calls.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { formOf, onePage, send, sendAndWait, signatureOf } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { until } from "../support/stage.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const during = (act: () => Promise<unknown>) => callsDuring(house, act);
    const only = async (act: () => Promise<unknown>): Promise<ApiCallRow> => {
      const [call, ...more] = await during(act);
      assert.ok(call);
      assert.deepEqual(more, []);
      return call;
    };

    test("a call is written down once: what was called, with which key, from where, and how it went", async () => {
      const before = Date.now();
      const call = await only(() => callHouse(house, "GET /v3/account?a=b", { headers: { "user-agent": "shop/1.0" } }));
      assert.ok(call.called_at >= before - 1 && call.called_at <= Date.now());
      assert.ok(call.duration_ms >= 0 && (call.bytes_out ?? 0) > 100);
      const { call_id, called_at, duration_ms, account_id, bytes_out, ...rest } = call;
      assert.deepEqual(rest, {
        method: "GET",
        path: "/v3/account",
        operation: "accountGet",
        status: 200,
        error_name: null,
        error_message: null,
        error_path: null,
        key_id: keyIdOf({ key_hash: hashOf(house.apiKey) }),
        client_id: null,
        ip: "127.0.0.1",
        user_agent: "shop/1.0",
        bytes_in: null,
        request_id: null,
        made_id: null,
      });
    });

    test("a refused call keeps the error's name, words and parameter as answered", async () => {
      const answer = await ask(house, "POST /signature_request/send", { json: { signers: [{ name: "Ann" }] } });
      const { error } = answer.json as { readonly error: { readonly error_name: string; readonly error_msg: string } };
      const call = (await writtenCalls(house)).at(-1);
      assert.equal(call?.status, 400);
      assert.deepEqual(
        [call.error_name, call.error_message, call.error_path],
        [error.error_name, error.error_msg, "signers[0][email_address]"],
      );
    });

    test("addresses without an operation and wrong methods stand there too", async () => {
      const calls = await during(async () => {
        await callHouse(house, "GET /v3/nothing/here?x=1");
        await callHouse(house, "DELETE /v3/account");
        await callHouse(house, "POST /oauth/token");
        await callHouse(house, "GET /api/calls/none");
      });
      assert.deepEqual(
        calls.map((call) => [call.path, call.operation, call.status, call.error_name]),
        [
          ["/v3/nothing/here", null, 404, "not_found"],
          ["/v3/account", null, 405, "method_not_supported"],
          ["/oauth/token", "oauthTokenGenerate", 400, "invalid_request"],
          ["/api/calls/none", "callGet", 404, "not_found"],
        ],
      );
    });

    test("what is no call of the API leaves nothing: health, the description, pages", async () => {
      const calls = await during(async () => {
        for (const path of ["/healthz", "/openapi.json", "/verify", "/app/events", "/v3", "/v30/account"])
          await callHouse(house, `GET ${path}`);
      });
      assert.deepEqual(calls, []);
    });

    test("nothing of query strings, headers and bodies is kept, whatever is wrong with them", async () => {
      const secret = "sesame4711";
      const json = { "content-type": "application/json" };
      const form = { "content-type": "application/x-www-form-urlencoded" };
      await callHouse(house, `GET /v3/account?${secret}=${secret}&account_id=${secret}`, {
        headers: { "x-secret": secret, cookie: `a=${secret}`, referer: `http://${secret}.example/` },
      });
      await callHouse(house, `GET /v3/nothing?${secret}`, { headers: { "x-secret": secret } });
      await callHouse(house, `GET /api/events?type=${secret}&limit=${secret}`);
      for (const body of [
        `{"title": ${secret}`,
        secret,
        `{"a":"${secret}"}`,
        `["${secret}"]`,
        `{"test_mode":"${secret}"}`,
      ])
        for (const headers of [json, form])
          await callHouse(house, "POST /v3/signature_request/send", { headers, body });
      await callHouse(house, "POST /v3/signature_request/send", {
        headers: { "content-type": `text/${secret}` },
        body: secret,
      });
      const signers = [{ name: secret, email_address: secret }];
      await send(house, { title: secret, signers });
      await send(house, { title: secret, signers: [{ name: secret, email_address: `a@${secret}.example` }] });
      await callHouse(house, "POST /v3/signature_request/send", { body: formOf([onePage], { title: secret }) });
      const kept = await writtenCalls(house);
      assert.deepEqual(
        kept.filter((call) => JSON.stringify(call).includes(secret)),
        [],
      );
      assert.ok(!JSON.stringify(kept).includes(house.apiKey));
    });

    test("strangers leave nothing, wherever they call", async () => {
      const { status, json } = await ask(house, "GET /account");
      assert.equal(status, 200, JSON.stringify(json));
      const made = await callHouse(house, "POST /api/keys", { body: new URLSearchParams({ name: "short" }) });
      const { key, key_id: keyId } = (await made.json()) as { readonly key: string; readonly key_id: string };
      await callHouse(house, `DELETE /api/keys/${keyId}`);
      const calls = await during(async () => {
        for (const authorization of [null, basic("9".repeat(64)), basic(key), "Bearer x", "Basic", ""])
          for (const path of ["/v3/account", "/v3/nothing", "/v3/template/create", "/api/events", "/oauth/token"])
            await fetch(house.url + path, {
              method: path.startsWith("/oauth") ? "POST" : "GET",
              headers: authorization === null ? {} : { authorization },
            });
      });
      assert.deepEqual(calls, []);
    });

    test("the request that a call names or has made stands with it; a signature leads to its own account's request only", async () => {
      const request = await sendAndWait(house);
      const { signature_request_id: id } = request;
      const { signature_id: signatureId } = signatureOf(request);
      const other = { ...house, apiKey: (await makeSecondAccount(house)).apiKey };
      const calls = await during(async () => {
        await ask(house, `GET /embedded/sign_url/${signatureId}`);
        await ask(other, `GET /embedded/sign_url/${signatureId}`);
        await ask(house, `GET /signature_request/files/${id}`);
        await ask(house, "GET /signature_request/not-an-id");
        await ask(house, `POST /signature_request/cancel/${id}`);
      });
      assert.deepEqual(
        calls.map((call) => [call.status, call.request_id]),
        [
          [200, id],
          [404, null],
          [200, id],
          [404, null],
          [200, id],
        ],
      );
      const made = (await writtenCalls(house)).filter((call) => call.operation === "signatureRequestCreateEmbedded");
      assert.equal(made.at(-1)?.request_id, id);
    });

    test("what only asks again is left out while it goes well, and kept when it is refused", async () => {
      const opened = await callHouse(house, "POST /api/listeners", { body: new URLSearchParams({ name: "mine" }) });
      const { listener } = (await opened.json()) as { readonly listener: { readonly listener_id: string } };
      const calls = await during(async () => {
        await callHouse(house, `POST /api/listeners/${listener.listener_id}/take`);
        await callHouse(house, "GET /api/events?after=start");
        await callHouse(house, "GET /api/events");
        await callHouse(house, "POST /api/listeners/none/take");
        await callHouse(house, "GET /api/events?after=nonsense");
      });
      assert.deepEqual(
        calls.map((call) => [call.operation, call.status]),
        [
          ["eventList", 200],
          ["listenerTake", 404],
          ["eventList", 400],
        ],
      );
      await callHouse(house, `DELETE /api/listeners/${listener.listener_id}`);
    });

    test("a caller who hangs up before the whole answer stands there with 499", async () => {
      const made = await callHouse(house, "POST /api/keys", { body: new URLSearchParams({ name: "hangs up" }) });
      const { key, key_id: keyId } = (await made.json()) as { readonly key: string; readonly key_id: string };
      const { hostname, port } = new URL(house.url);
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      const head = ["PUT /v3/account HTTP/1.1", `Host: ${hostname}`, `Authorization: ${basic(key)}`];
      socket.write(`${[...head, "Content-Type: application/json", "Content-Length: 1000"].join("\r\n")}\r\n\r\n{`);
      // From its first use on it is somebody's call; before, it is a stranger's.
      await until("the key is used", async () => {
        const keys = await house.store.read.selectFrom("api_keys").select(["name", "last_used_at"]).execute();
        return keys.some(({ name, last_used_at: usedAt }) => name === "hangs up" && usedAt !== null);
      });
      socket.destroy();
      const hung = async () => (await writtenCalls(house)).find((call) => call.key_id === keyId);
      await until("it is written down", async () => (await hung()) !== undefined);
      const call = await hung();
      assert.deepEqual(
        [call?.status, call?.method, call?.path, call?.error_name, call?.bytes_in],
        [499, "PUT", "/v3/account", null, 1000],
      );
    });

    test("texts that a database cannot take, and very long ones, are written plain and cut", async () => {
      const call = await only(() =>
        callHouse(house, `GET /v3/${"x".repeat(900)}%00`, { headers: { "user-agent": "y".repeat(900) } }),
      );
      assert.deepEqual([call.path.length, call.user_agent?.length], [500, 300]);
    });
  });
}
