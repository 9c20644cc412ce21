import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { hashOf } from "../../src/base/secrets.ts";
import { findWord } from "../requests/secret-lease.ts";
import { faultOf, read, wordsOf } from "../support/ask.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import {
  allow,
  askTokens,
  clientOf,
  codeGrantOf,
  codeIn,
  letIn,
  type OauthApp,
  refreshGrantOf,
  statusWith,
  tokensOf,
} from "../support/oauth.ts";
import { openOauthDesk } from "../support/oauth-desk.ts";
import type { Visitor } from "../web/visitor.ts";

for (const ground of grounds()) {
  describe(`tokens on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let app: OauthApp;
    let otherApp: OauthApp;
    let visitor: Visitor;

    before(async () => {
      ({ house, app, otherApp, visitor } = await openOauthDesk(ground));
    });

    after(() => house.close());

    const codeGrant = (code: string, of = app) => codeGrantOf(of, code);
    const refreshGrant = (token: string, of = app) => refreshGrantOf(of, token);
    const newCode = async (asked: Readonly<Record<string, string>> = {}, of = app) =>
      codeIn(await allow(visitor, of, asked));
    const statusOf = (token: string) => statusWith(house, token);

    test("a code becomes tokens at both addresses, as JSON, as a form and as multipart, in the contract's shape", async () => {
      for (const path of ["/oauth/token", "/v3/oauth/token"]) {
        const fields = codeGrant(await newCode());
        const forms = [JSON.stringify(fields), new URLSearchParams(fields), formOf(fields)];
        for (const [index, body] of forms.entries()) {
          const code = await newCode();
          const filled =
            typeof body === "string"
              ? JSON.stringify({ ...fields, code })
              : index === 1
                ? new URLSearchParams({ ...fields, code })
                : formOf({ ...fields, code });
          const headers = typeof filled === "string" ? { "content-type": "application/json" } : {};
          const answer = await read(await fetch(house.url + path, { method: "POST", headers, body: filled }));
          const { access_token, refresh_token, ...rest } = tokensOf(answer);
          assert.match(access_token, /^[0-9a-f]{64}$/);
          assert.match(refresh_token, /^[0-9a-f]{104}$/);
          assert.deepEqual(rest, { token_type: "Bearer", expires_in: limits.accessTokenSeconds, state: "s1" });
          assert.equal(answer.headers.get("cache-control"), "no-store");
          assert.equal(await statusOf(access_token), 200);
        }
      }
    });

    test("without grant_type a code means authorization_code and a refresh token refresh_token", async () => {
      const { grant_type: _, ...fields } = codeGrant(await newCode());
      const first = tokensOf(await askTokens(house, fields));
      const { grant_type: __, ...again } = refreshGrant(first.refresh_token);
      tokensOf(await askTokens(house, again, "/oauth/token?refresh"));
    });

    test("the secret may come in a Basic header; the body counts before it, and an API key there says nothing", async () => {
      const call = async (fields: Readonly<Record<string, string>>, user: string, password: string) => {
        const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
        const body = new URLSearchParams(fields);
        return read(await fetch(`${house.url}/oauth/token`, { method: "POST", headers, body }));
      };
      const { client_id, client_secret, ...fields } = codeGrant(await newCode());
      assert.deepEqual(faultOf(await call(fields, client_id, "wrong")), [400, "invalid_client"]);
      assert.deepEqual(faultOf(await call(fields, "x\0", "wrong")), [400, "invalid_client"]);
      const another = await call({ ...fields, client_id: otherApp.clientId }, client_id, client_secret);
      assert.deepEqual(faultOf(another), [400, "invalid_request", "client_id"]);
      const wrong = await call({ ...fields, client_id, client_secret: "wrong" }, client_id, client_secret);
      assert.deepEqual(faultOf(wrong), [400, "invalid_client"]);
      assert.deepEqual(faultOf(await call(fields, house.apiKey, "")), [400, "invalid_request", "client_id"]);
      tokensOf(await call(fields, client_id, client_secret));
      tokensOf(await call(codeGrant(await newCode()), house.apiKey, ""));
    });

    test("a code is taken once; a second time revokes every token that came of it, and no other", async () => {
      const bystander = await letIn(house, { visitor, app });
      const code = await newCode();
      const first = tokensOf(await askTokens(house, codeGrant(code)));
      const second = tokensOf(await askTokens(house, refreshGrant(first.refresh_token)));
      const again = await askTokens(house, codeGrant(code));
      assert.deepEqual(faultOf(again), [400, "invalid_grant"]);
      assert.match(wordsOf(again), /used already/);
      for (const token of [first.access_token, second.access_token]) assert.equal(await statusOf(token), 401);
      assert.deepEqual(faultOf(await askTokens(house, refreshGrant(second.refresh_token))), [400, "invalid_grant"]);
      assert.equal(await statusOf(bystander.access_token), 200);
    });

    test("of many who bring one code at once at most one gets tokens", async () => {
      const fields = codeGrant(await newCode());
      const answers = await Promise.all(Array.from({ length: 6 }, () => askTokens(house, fields)));
      assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
    });

    test("a code is good for ten minutes", async () => {
      const code = await newCode();
      await house.store.transact((tx) =>
        tx
          .updateTable("oauth_grants")
          .set((eb) => ({ ends_at: eb("ends_at", "-", limits.authorizationCodeMs) }))
          .where("code_hash", "=", hashOf(code))
          .execute(),
      );
      assert.deepEqual(faultOf(await askTokens(house, codeGrant(code))), [400, "invalid_grant"]);
    });

    test("another app's code is refused, also with that app's own secret, and stays good for its owner", async () => {
      const code = await newCode();
      const answer = await askTokens(house, codeGrant(code, otherApp));
      assert.deepEqual(faultOf(answer), [400, "invalid_grant"]);
      tokensOf(await askTokens(house, codeGrant(code)));
    });

    test("a wrong secret, no secret and an unknown app are told alike, and use up nothing", async () => {
      const code = await newCode();
      const right = codeGrant(code);
      for (const client_secret of [otherApp.secret, right.client_secret.toUpperCase(), `${right.client_secret} `, "x"])
        assert.deepEqual(faultOf(await askTokens(house, { ...right, client_secret })), [400, "invalid_client"]);
      const unknown = await askTokens(house, { ...right, client_id: "e".repeat(32) });
      assert.deepEqual(faultOf(unknown), [400, "invalid_client"]);
      const missing = { ...right, client_secret: undefined };
      assert.deepEqual(faultOf(await askTokens(house, missing)), [400, "invalid_request", "client_secret"]);
      tokensOf(await askTokens(house, right));
    });

    test("a code is bound to the callback URL and the state with which it was asked for", async () => {
      const code = await newCode({ redirect_uri: app.callbackUrl });
      for (const wrong of [
        { redirect_uri: "https://evil.example/" },
        { redirect_uri: `${app.callbackUrl}&x=1` },
        { state: "s2" },
      ])
        assert.deepEqual(faultOf(await askTokens(house, { ...codeGrant(code), ...wrong })), [400, "invalid_grant"]);
      tokensOf(await askTokens(house, { ...codeGrant(code), redirect_uri: app.callbackUrl }));
    });

    test("a code with a code_challenge wants its code_verifier, and one without takes none", async () => {
      const verifier = "a-verifier_that.is~long-enough-to-be-one-0123456789";
      const challenge = Buffer.from(hashOf(verifier), "hex").toString("base64url");
      const asked = { code_challenge: challenge, code_challenge_method: "S256" };
      const code = await newCode(asked);
      for (const wrong of [{}, { code_verifier: `${verifier}0` }, { code_verifier: challenge }])
        assert.deepEqual(faultOf(await askTokens(house, { ...codeGrant(code), ...wrong })), [400, "invalid_grant"]);
      tokensOf(await askTokens(house, { ...codeGrant(code), code_verifier: verifier }));
      const plain = await newCode();
      const added = await askTokens(house, { ...codeGrant(plain), code_verifier: verifier });
      assert.deepEqual(faultOf(added), [400, "invalid_grant"]);
    });

    test("what is missing or strange is told by the names of OAuth", async () => {
      const cases = [
        [{}, [400, "invalid_request", "code"]],
        [{ grant_type: "authorization_code", ...clientOf(app) }, [400, "invalid_request", "code"]],
        [{ grant_type: "refresh_token", ...clientOf(app) }, [400, "invalid_request", "refresh_token"]],
        [{ grant_type: "password", ...clientOf(app) }, [400, "unsupported_grant_type", "grant_type"]],
        [codeGrant("f".repeat(64)), [400, "invalid_grant"]],
        [refreshGrant("f".repeat(104)), [400, "invalid_grant"]],
        [refreshGrant("x"), [400, "invalid_grant"]],
        [{ ...codeGrant("x"), client_id: ["a"] }, [400, "invalid_request", "client_id"]],
        [{ ...codeGrant("x"), code: "x".repeat(limits.oauthParameterLength + 1) }, [400, "invalid_request", "code"]],
      ] as const;
      for (const [json, fault] of cases)
        assert.deepEqual(faultOf(await askTokens(house, json)), fault, JSON.stringify(json));
      const bodies = [
        ["application/json", "{"],
        ["application/json", "[]"],
        ["text/plain", "code=1"],
        ["application/json", JSON.stringify({ code: "a".repeat(limits.formBytes) })],
      ] as const;
      for (const [type, body] of bodies) {
        const options = { method: "POST", headers: { "content-type": type }, body };
        assert.deepEqual(faultOf(await read(await fetch(`${house.url}/oauth/token`, options))), [
          400,
          "invalid_request",
        ]);
      }
    });

    test("no stranger leaves a file here", async () => {
      const form = formOf(codeGrant("x"));
      form.set("files[0]", new Blob(["%PDF"]), "a.pdf");
      const answer = await read(await fetch(`${house.url}/oauth/token`, { method: "POST", body: form }));
      assert.deepEqual(faultOf(answer), [400, "invalid_request"]);
      const large = formOf({ ...codeGrant("x"), more: "a".repeat(limits.formBytes) });
      const refused = await read(await fetch(`${house.url}/v3/oauth/token`, { method: "POST", body: large }));
      assert.deepEqual(faultOf(refused), [400, "invalid_request"]);
    });

    test("codes and tokens stand nowhere in the clear", async () => {
      const code = await newCode({ state: "a-state-that-is-nobodys-business" });
      assert.deepEqual(await findWord(house, code), []);
      assert.deepEqual(await findWord(house, "a-state-that-is-nobodys-business"), []);
      const { access_token, refresh_token } = tokensOf(
        await askTokens(house, { ...codeGrant(code), state: "a-state-that-is-nobodys-business" }),
      );
      for (const word of [code, access_token, refresh_token, refresh_token.slice(40), app.secret])
        assert.deepEqual(await findWord(house, word), []);
    });
  });
}

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
