import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { OwnAccount } from "../../src/wire/account.ts";
import { type Asking, ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { send } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";

const OneAccount = Type.Object({ account: OwnAccount });

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;

    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });

    after(() => house.close());

    async function account(on: string, asking: Asking = {}) {
      return readAs(OneAccount, await ask(house, on, asking)).account;
    }

    test("accountGet answers the caller's account, and by its own id or address the same", async () => {
      const mine = await account("GET /account");

      assert.match(mine.account_id, /^[0-9a-f]{40}$/);
      assert.equal(mine.email_address, "admin@localhost");
      assert.equal(mine.is_paid_hs, true);
      assert.equal(mine.is_locked, false);
      assert.equal(mine.callback_url, `${house.receiver.url}/account`);
      assert.equal(mine.locale, "en-US");
      assert.deepEqual(new Set(Object.values(mine.quotas)), new Set([null]));
      assert.deepEqual(mine.settings, { signer_access_codes: true, sms_delivery: true, sms_authentication: true });
      assert.deepEqual(mine.usage, { fax_pages_sent: 0 });
      for (const query of [
        `account_id=${mine.account_id}`,
        "email_address=ADMIN%40localhost",
        "account_id=&email_address=",
      ])
        assert.deepEqual(await account(`GET /account?${query}`), mine);
    });

    test("accountGet of somebody else is a 404, whether there is such an account or not", async () => {
      const theirs = await account("GET /account", { key: other.apiKey });

      for (const query of [
        `account_id=${theirs.account_id}`,
        `account_id=${"0".repeat(40)}`,
        "email_address=second%40example.com",
        "email_address=nobody%40example.com",
        // The id wins over the address.
        `account_id=${theirs.account_id}&email_address=admin%40localhost`,
      ])
        assert.deepEqual(faultOf(await ask(house, `GET /account?${query}`)), [404, "not_found"], query);
    });

    test("accountUpdate changes the locale alone, and leaves what is not given", async () => {
      const before = await account("GET /account");
      const changed = await account("PUT /account", { json: { locale: "de_DE" } });

      assert.deepEqual(changed, { ...before, locale: "de-DE" });
      assert.deepEqual(await account("PUT /account", { json: {} }), changed);
      assert.deepEqual(await account("PUT /account", { json: { locale: "en-US" } }), before);
    });

    test("a changed callback_url gets one callback_test at the new address, an unchanged one none", async () => {
      const { receiver } = house;
      const url = `${receiver.url}/moved`;
      const body = { json: { callback_url: url } };

      assert.equal((await account("PUT /account", body)).callback_url, url);
      assert.equal((await account("PUT /account", body)).callback_url, url);
      await house.quiet();
      assert.deepEqual(receiver.types(), ["callback_test"]);
      assert.deepEqual(receiver.types(undefined, "/moved"), ["callback_test"]);
      assert.equal(receiver.heard[0]?.payload.signature_request, undefined);

      await account("PUT /account", { json: { callback_url: `${receiver.url}/account` } });
      await house.quiet();
      receiver.heard.length = 0;
    });

    test("an empty callback_url clears it; credentials in one are kept apart and come back as stars", async () => {
      const { receiver } = house;
      assert.equal((await account("PUT /account", { json: { callback_url: "" } })).callback_url, null);

      const bare = `${receiver.url}/account`;
      const secret = bare.replace("//", "//hook:s%3Acret@");
      const shown = bare.replace("//", "//***:***@");
      assert.equal((await account("PUT /account", { json: { callback_url: secret } })).callback_url, shown);
      // What was shown may be sent back: nothing changes.
      assert.equal((await account("PUT /account", { json: { callback_url: shown } })).callback_url, shown);
      await house.quiet();
      assert.deepEqual(receiver.types(), ["callback_test"]);
      const credentials = `Basic ${Buffer.from("hook:s:cret").toString("base64")}`;
      assert.equal(receiver.heard[0]?.headers.authorization, credentials);

      await account("PUT /account", { json: { callback_url: bare } });
      await house.quiet();
      assert.equal(receiver.heard.at(-1)?.headers.authorization, undefined);
      receiver.heard.length = 0;
    });

    test("accountUpdate refuses what does not fit, in the v3 shape with its path, and nothing happens", async () => {
      const before = await tracesOf(house);
      const mine = await account("GET /account");
      const wrong: readonly (readonly [object, readonly unknown[]])[] = [
        [{ callback_url: "ftp://example.com/a" }, [400, "bad_request", "callback_url"]],
        [{ callback_url: "example.com/a" }, [400, "bad_request", "callback_url"]],
        [{ callback_url: `https://example.com/${"a".repeat(2048)}` }, [400, "bad_request", "callback_url"]],
        [{ callback_url: "https://a%zz:b@example.com/" }, [400, "bad_request", "callback_url"]],
        [{ callback_url: ["https://example.com/a"] }, [400, "bad_request", "callback_url"]],
        [{ locale: "English, please" }, [400, "bad_request", "locale"]],
        [{ account_id: "0".repeat(40), locale: "de-DE" }, [404, "not_found"]],
      ];

      for (const [json, fault] of wrong)
        assert.deepEqual(faultOf(await ask(house, "PUT /account", { json })), fault, JSON.stringify(json));
      assert.deepEqual(await account("GET /account"), mine);
      assert.deepEqual(await tracesOf(house), before);
    });

    test("accountVerify names an account that exists, and answers an empty object for one that does not", async () => {
      const verify = async (email_address: string) =>
        (await ask(house, "POST /account/verify", { json: { email_address } })).json;

      assert.deepEqual(await verify("Second@Example.com"), { account: { email_address: "second@example.com" } });
      assert.deepEqual(await verify("nobody@example.com"), {});
    });

    test("accountVerify refuses what is no address in the words that clients look for", async () => {
      const bad = await ask(house, "POST /account/verify", { json: { email_address: "INVALID_EMAIL_ADDRESS@.com" } });
      assert.deepEqual(faultOf(bad), [400, "bad_request", "email_address"]);
      assert.match(wordsOf(bad), /email_address not valid/);

      const none = await ask(house, "POST /account/verify", { json: {} });
      assert.deepEqual(faultOf(none), [400, "bad_request", "email_address"]);
      const blank = await ask(house, "POST /account/verify", { json: { email_address: "" } });
      assert.deepEqual(faultOf(blank), [400, "bad_request", "email_address"]);
      assert.equal(wordsOf(blank), "This value should not be blank");
    });

    test("where nothing is bounded, all of it is left after a request too, and nobody has counted it", async () => {
      assert.equal((await send(house, { test_mode: false })).status, 200);
      const { quotas } = await account("GET /account");
      assert.deepEqual(new Set(Object.values(quotas)), new Set([null]));
      assert.deepEqual(await house.store.read.selectFrom("quota_uses").selectAll().execute(), []);
    });
  });
}
