import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { operations } from "../../src/api/catalogue.ts";
import { notAvailable } from "../../src/api/not-available.ts";
import { ask, basic, faultOf, wordsOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";

/** An operation's method and path with this id in place of its parameter. */
function fill(on: string, id: string): string {
  return on.replace(/\{\w+\}/, id);
}

const json = { "content-type": "application/json" };

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;

    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });

    after(() => house.close());

    test("every operation asks for a key, and says so whatever else is wrong with the call", async () => {
      const before = await tracesOf(house);
      const key = house.apiKey;
      const wrong: readonly (readonly [string, string | null, RegExp])[] = [
        ["nothing", null, /^Unauthorized user\. No credentials supplied\.$/],
        ["another key", basic("6".repeat(64)), /^Unauthorized user\.$/],
        ["an empty key", basic(""), /^Unauthorized user\.$/],
        ["the key as password", `Basic ${Buffer.from(`me:${key}`).toString("base64")}`, /^Unauthorized user\.$/],
        ["the key in capitals", basic(key.replaceAll("5", "F")), /^Unauthorized user\.$/],
        ["no Base64", "Basic %%%", /^Unauthorized user\.$/],
        ["a bare key", key, /^Unauthorized user\.$/],
        ["a token", `Bearer ${key}`, /^Unauthorized user\.$/],
      ];

      for (const { on, id, isOpen } of operations) {
        if (isOpen) continue;
        for (const [what, authorization, words] of wrong) {
          const headers = authorization === null ? {} : { authorization };
          const answer = await ask(house, fill(on, "x"), { key: null, headers });
          assert.deepEqual(faultOf(answer), [401, "unauthorized"], `${id}: ${what}`);
          assert.match(wordsOf(answer), words);
        }
      }
      assert.deepEqual(await tracesOf(house), before);
    });

    test("the scheme's name in any case and any password will do", async () => {
      for (const authorization of [
        basic(house.apiKey).replace("Basic", "BASIC"),
        `basic ${Buffer.from(`${house.apiKey}:password`).toString("base64")}`,
      ])
        assert.equal((await ask(house, "GET /account", { key: null, headers: { authorization } })).status, 200);
    });

    test("every answer carries the three rate-limit headers, faults too", async () => {
      for (const on of ["GET /account", "GET /signature_request/x", "GET /nowhere", "DELETE /account"]) {
        for (const key of [house.apiKey, null]) {
          const { headers } = await ask(house, on, { key });
          const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
            Number(headers.get(`x-ratelimit-${name}`)),
          );
          assert.ok(limit && remaining && remaining <= limit, on);
          assert.ok(reset && reset >= Math.floor(Date.now() / 1000) && reset < Date.now() / 1000 + 3600, on);
        }
      }
    });

    test("what belongs to another account is a 404 in every operation, like what never was", async () => {
      const embedded = await sendAndWait(house);
      const mailed = await sendAndWait(house, { mailed: true });
      const before = await tracesOf(house);
      const ids = { client_id: [house.clientId], signature_id: [signatureOf(embedded).signature_id] } as const;
      const requestIds = [embedded.signature_request_id, mailed.signature_request_id];

      for (const { on, id } of operations) {
        const parameter = /\{(\w+)\}/.exec(on)?.[1];
        if (parameter === undefined) continue;
        const theirs = parameter in ids ? ids[parameter as keyof typeof ids] : requestIds;
        const needed = {
          email_address: "ann@example.com",
          signature_id: "0".repeat(32),
          client_id: house.clientId,
          template_ids: ["x"],
        };
        const wanting = on.startsWith("POST") || on.includes("with_template") ? { json: needed } : {};
        const never = await ask(house, fill(on, "0".repeat(40)), wanting);
        assert.deepEqual(faultOf(never), [404, "not_found"], id);
        for (const each of theirs) {
          const answer = await ask(house, fill(on, each), { key: other.apiKey, ...wanting });
          assert.deepEqual(faultOf(answer), [404, "not_found"], id);
          assert.equal(wordsOf(answer), wordsOf(never), id);
        }
      }
      assert.deepEqual(await tracesOf(house), before);
    });

    test("every operation of v3 that is not built answers 404 with its own name, and changes nothing", async () => {
      const before = await tracesOf(house);
      for (const [id, on] of notAvailable) {
        const answer = await ask(house, fill(on, "x"), on.startsWith("GET") ? {} : { json: { title: "x" } });
        assert.deepEqual(faultOf(answer), [404, "not_found"], id);
        assert.ok(wordsOf(answer).includes(id), wordsOf(answer));
      }
      assert.deepEqual(await tracesOf(house), before);
    });

    test("a method that a path does not have is a 405 that names those it has", async () => {
      for (const [on, has] of [
        ["DELETE /account", "GET or PUT"],
        ["GET /account/verify", "POST"],
        ["PUT /api_app", "POST"],
        ["POST /api_app/x", "GET or PUT or DELETE"],
        ["GET /signature_request/cancel/x", "POST"],
        ["DELETE /signature_request/x", "GET"],
        ["POST /signature_request/files/x", "GET"],
        ["PUT /embedded/sign_url/x", "GET"],
      ] as const) {
        const answer = await ask(house, on);
        assert.deepEqual(faultOf(answer), [405, "method_not_supported"], on);
        assert.ok(wordsOf(answer).includes(has), wordsOf(answer));
      }
    });

    test("an address that is none is a 404 in the v3 shape, however odd it is", async () => {
      for (const on of [
        "GET /",
        "GET /nowhere",
        "POST /account/verify/more",
        "GET /signature_request/%20",
        "GET /signature_request/%E0%A4%A",
        `GET /signature_request/${"a".repeat(300)}`,
      ])
        assert.deepEqual(faultOf(await ask(house, on)), [404, "not_found"], on);
    });

    test("an empty body under application/json is no body, for every method", async () => {
      assert.equal((await ask(house, "GET /account", { headers: json })).status, 200);
      assert.equal((await ask(house, "PUT /account", { headers: json, text: "" })).status, 200);
      assert.deepEqual(faultOf(await ask(house, "POST /signature_request/cancel/x", { headers: json, text: "" })), [
        404,
        "not_found",
      ]);
      assert.deepEqual(faultOf(await ask(house, "DELETE /api_app/x", { headers: json })), [404, "not_found"]);
    });

    test("a body that cannot be read is a 400 that says why", async () => {
      const before = await tracesOf(house);
      const boundary = { "content-type": "multipart/form-data; boundary=x" };
      const urlencoded = { "content-type": "application/x-www-form-urlencoded" };
      const wrong = [
        [json, "{", /not valid JSON/],
        [json, "[]", /one object of named parameters/],
        [json, '"text"', /one object of named parameters/],
        [{ "content-type": "text/plain" }, "locale=de-DE", /application\/json, multipart\/form-data or/],
        [{ "content-type": "application/xml" }, "<a/>", /application\/json, multipart\/form-data or/],
        [boundary, "--x\r\nno part", /damaged or incomplete/],
        [urlencoded, "a=1&a[b]=2", /one of them/],
        [urlencoded, "__proto__[a]=1", /__proto__ is not allowed/],
        [json, `{"locale":"${"a".repeat(11 * 1024 * 1024)}"}`, /larger than 10 MB/],
      ] as const;

      for (const [headers, text, words] of wrong) {
        const answer = await ask(house, "PUT /account", { headers, text });
        assert.deepEqual(faultOf(answer).slice(0, 2), [400, "bad_request"], text.slice(0, 40));
        assert.match(wordsOf(answer), words);
      }
      assert.deepEqual(await tracesOf(house), before);
    });

    test("names that nobody knows are ignored, and so are null and empty optional values", async () => {
      const answer = await ask(house, "PUT /account?locale=&nothing=1", {
        json: { is_qualified_signature: false, account_id: null, callback_url: null, signer_roles: { a: [] } },
      });
      assert.equal(answer.status, 200);
    });
  });
}
