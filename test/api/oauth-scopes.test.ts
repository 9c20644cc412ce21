import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { oauthScopes } from "../../src/accounts/oauth-member.ts";
import { jsonApi, operations } from "../../src/api/catalogue.ts";
import { operationScopes } from "../../src/api/scopes.ts";
import { hashOf } from "../../src/base/secrets.ts";
import { type Answered, ask, faultOf, read, wordsOf } from "../support/ask.ts";
import { writtenCalls } from "../support/calls.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { bearer, letIn, type OauthApp, setUpOauth } from "../support/oauth.ts";
import { onePage } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { knownPassword, signIn, type Visitor } from "../web/visitor.ts";
import { type Endpoint, type JsonApi, openJsonApi, type Page, type Whole } from "./json-api.ts";

for (const ground of grounds()) {
  describe(`access tokens on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;
    /** The second account's app, which the first account lets in. */
    let app: OauthApp;
    let visitor: Visitor;

    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      other = await makeSecondAccount(house);
      const owner = { ...house, apiKey: other.apiKey };
      app = await setUpOauth(owner, { clientId: other.clientId, scopes: oauthScopes });
      visitor = await signIn(house);
    });

    after(() => house?.close());

    const withToken = (token: string, on: string, json?: unknown) =>
      ask(house, on, { key: null, headers: bearer(token), ...(json === undefined ? {} : { json }) });
    const send = (token: string, given: Readonly<Record<string, unknown>> = {}) =>
      withToken(token, "POST /signature_request/send", {
        title: "Lease",
        test_mode: true,
        signers: [{ name: "Ann", email_address: "ann@example.com" }],
        file_urls: ["https://files.example/lease.pdf"],
        ...given,
      });

    test("a scope opens the operations that name it and is 403 at all others, whatever else is wrong with the call", async () => {
      for (const scope of oauthScopes) {
        const { access_token: token } = await letIn(house, { visitor, app, scope });
        for (const { id, on, isOpen } of operations) {
          if (isOpen) continue;
          const answer = await withToken(token, on.replace(/\{\w+\}/, "x"));
          const isOpened = (operationScopes[id] ?? []).includes(scope);
          assert.equal(answer.status === 403, !isOpened, `${scope} at ${id}: ${answer.status}`);
          assert.notEqual(answer.status, 401, id);
          if (!isOpened) {
            assert.deepEqual(faultOf(answer), [403, "forbidden"]);
            assert.match(answer.headers.get("www-authenticate") ?? "", /error="insufficient_scope"/);
          }
        }
      }
    });

    test("a token with every scope opens nothing of the JSON API", async () => {
      const { access_token: token } = await letIn(house, { visitor, app });
      for (const { on } of jsonApi.operations) {
        const [method = "", path = ""] = on.replace(/\{\w+\}/, "x").split(" ");
        const answer = await read(await fetch(`${house.url}/api${path}`, { method, headers: bearer(token) }));
        assert.deepEqual(faultOf(answer), [403, "forbidden"], on);
      }
    });

    test("an expired, an unknown and an empty token are 401 in the contract's words, and the header says why", async () => {
      const { access_token: token } = await letIn(house, { visitor, app });
      const refused = async (header: string) => {
        const answer = await ask(house, "GET /account", { key: null, headers: { authorization: header } });
        assert.deepEqual([...faultOf(answer), wordsOf(answer)], [401, "unauthorized", "Unauthorized user."]);
        assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer .*error="invalid_token"/);
      };
      await refused(`Bearer ${"f".repeat(64)}`);
      await refused("Bearer");
      await refused(`Bearer ${house.apiKey}`);
      assert.equal(
        (await ask(house, "GET /account", { key: null, headers: { authorization: `bearer ${token}` } })).status,
        200,
      );
      await house.store.transact((tx) =>
        tx
          .updateTable("oauth_tokens")
          .set({ expires_at: Date.now() - 1 })
          .where("token_hash", "=", hashOf(token))
          .execute(),
      );
      await refused(`Bearer ${token}`);
    });

    test("a token acts for the account that allowed it: not for the app's owner, and for nobody else", async () => {
      const { access_token: token } = await letIn(house, { visitor, app });
      assert.equal(emailIn(await withToken(token, "GET /account")), "admin@localhost");
      assert.deepEqual(faultOf(await withToken(token, `GET /api_app/${app.clientId}`)), [404, "not_found"]);
      const made = await send(token);
      const byOwner = await ask({ ...house, apiKey: other.apiKey }, `GET /signature_request/${idIn(made)}`);
      assert.deepEqual(faultOf(byOwner), [404, "not_found"]);
      assert.equal((await ask(house, `GET /signature_request/${idIn(made)}`)).status, 200);
    });

    test("a request made through a token is the app's, whose owner hears of it beside the account", async () => {
      const appUrl = `${house.receiver.url}/app-of-another`;
      const owner = { ...house, apiKey: other.apiKey };
      assert.equal((await ask(owner, `PUT /api_app/${app.clientId}`, { json: { callback_url: appUrl } })).status, 200);
      const { access_token: token } = await letIn(house, { visitor, app });
      const form = new FormData();
      form.set("signers", JSON.stringify([{ name: "Ann", email_address: "ann@example.com" }]));
      form.set("test_mode", "true");
      form.set("files[0]", new Blob([onePage]), "lease.pdf");
      const made = await ask(house, "POST /signature_request/send", { key: null, headers: bearer(token), form });
      const id = idIn(made);
      assert.equal((made.json as Made).signature_request.client_id, app.clientId);
      await house.quiet();
      const heard = house.receiver.heard.filter(
        ({ payload }) => payload.signature_request?.signature_request_id === id,
      );
      assert.deepEqual(heard.map(({ path }) => path).toSorted(), ["/account", "/app-of-another"]);
      assert.deepEqual(house.receiver.types(id, "/app-of-another"), ["signature_request_sent"]);
    });

    test("what an app was to hear of another account's request its owner finds, sees and sends again; the account neither sees nor sends it", async () => {
      const owner = { ...house, apiKey: other.apiKey };
      const [owners, accounts] = [await openJsonApi(owner), await openJsonApi(house)];
      const { endpoints } = await owners.ok<{ endpoints: readonly Endpoint[] }>("GET /endpoints");
      const toApp = endpoints.find((one) => one.client_id === app.clientId)?.endpoint_id ?? assert.fail("no endpoint");
      const found = (api: JsonApi, query: string) => api.ok<Page>(`GET /events?type=signature_request_sent&${query}`);
      const [event, ...others] = (await found(owners, `endpoint_id=${toApp}`)).events;
      assert.ok(event && others.length === 0, "the one that it heard of above");
      assert.deepEqual(
        event.deliveries.map((one) => [one.endpoint_id, one.state]),
        [[toApp, "delivered"]],
        "and not where the account is called back",
      );
      assert.deepEqual((await found(owners, "limit=1")).events, [], "its own events are its own account's");
      for (const state of ["", "&state=delivered"])
        assert.deepEqual((await found(accounts, `endpoint_id=${toApp}${state}`)).events, []);
      const { event: whole } = await owners.ok<{ event: Whole }>(`GET /events/${event.event_id}`);
      assert.deepEqual(
        whole.deliveries.map((one) => [one.endpoint_id, one.attempts.length]),
        [[toApp, 1]],
      );

      type Resent = { readonly deliveries: Whole["deliveries"] };
      const again = await owners.ok<Resent>(`POST /events/${event.event_id}/resend`);
      assert.deepEqual(
        again.deliveries.map((one) => [one.endpoint_id, one.replay_no]),
        [[toApp, 1]],
      );
      const ofAccount = await accounts.ok<Resent>(`POST /events/${event.event_id}/resend`);
      assert.deepEqual(
        ofAccount.deliveries.map((one) => [one.endpoint_id === toApp, one.replay_no]),
        [[false, 1]],
      );
      const json = { endpoint_id: toApp, types: ["signature_request_sent"], states: ["delivered"] };
      await house.quiet();
      const replay = await owners.ok<{ count: number }>("POST /events/replays", { json });
      assert.equal(replay.count, 1);
      await house.quiet();
      const id = event.signature_request_id ?? "";
      assert.equal(house.receiver.types(id, "/app-of-another").length, 3, "the first, sent again, replayed");
      assert.equal(house.receiver.types(id, "/account").length, 2);
      const { rows } = await sql<{ account_id: string }>`select distinct d.account_id from deliveries d
        join endpoints p on p.endpoint_id = d.endpoint_id where d.account_id <> p.account_id`.execute(house.store.read);
      assert.deepEqual(rows, [], "what is sent again belongs to whom it goes to");

      const stranger = await signIn(house);
      const page = await stranger.get(`/app/events/${event.event_id}`);
      assert.ok(page.text.includes(`/app/requests/${id}`) && !page.text.includes("app-of-another"));
    });

    test("with a token client_id may name the token's own app and no other", async () => {
      const { access_token: token } = await letIn(house, { visitor, app });
      assert.equal((await send(token, { client_id: app.clientId })).status, 200);
      assert.deepEqual(faultOf(await send(token, { client_id: house.clientId })), [400, "bad_request", "client_id"]);
    });

    test("the log of calls tells with which app a call was made, also one that was refused", async () => {
      const { access_token: token } = await letIn(house, { visitor, app, scope: "basic_account_info" });
      await withToken(token, "GET /account");
      await withToken(token, "GET /api_app/list");
      const calls = (await writtenCalls(house)).filter((call) => call.client_id === app.clientId).slice(-2);
      assert.deepEqual(
        calls.map(({ operation, status }) => [operation, status]),
        [
          ["accountGet", 200],
          ["apiAppList", 403],
        ],
      );
      assert.ok(calls.every((call) => !JSON.stringify(call).includes(token)));
    });

    test("signing out and another password leave tokens; Revoke ends them at once", async () => {
      const leaving = await signIn(house);
      const { access_token: token } = await letIn(house, { visitor: leaving, app });
      await leaving.post("/app/sign-out", { key: await leaving.key() });
      assert.equal((await withToken(token, "GET /account")).status, 200);
      const again = await signIn(house);
      const password = {
        current: knownPassword.COUNTERSIGN_PASSWORD,
        new: "another horse battery",
        again: "another horse battery",
      };
      const changed = await again.post("/app/settings/sign-in/password", { key: await again.key(), ...password });
      assert.equal(changed.location, "/app/settings/sign-in?done=changed");
      assert.equal((await withToken(token, "GET /account")).status, 200);
      const revoked = await again.post(`/app/settings/connected/${app.clientId}/revoke`, { key: await again.key() });
      assert.equal(revoked.location, "/app/settings/connected?done=revoked");
      assert.equal((await withToken(token, "GET /account")).status, 401);
    });
  });
}

type Made = { readonly signature_request: { readonly signature_request_id: string; readonly client_id: string } };

function idIn(answer: Answered): string {
  assert.equal(answer.status, 200, answer.bytes.toString());
  return (answer.json as Made).signature_request.signature_request_id;
}

function emailIn({ json }: Answered): string {
  return (json as { readonly account: { readonly email_address: string } }).account.email_address;
}
