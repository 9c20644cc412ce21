import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { grounds, type House } from "../support/house.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { makeAuthenticator } from "./authenticator.ts";
import { addBy, askToAdd, askToSignIn, byName, signInBy, withPasskey } from "./passkey-visitor.ts";
import { knownPassword, signIn } from "./visitor.ts";

for (const { name, skip, open } of grounds()) {
  describe(`the passkeys of an account on ${name}`, { skip }, () => {
    let house: House;
    before(async () => {
      house = await open(knownPassword);
    });
    after(() => house.close());
    // An account has twenty at most.
    afterEach(() => house.store.transact((tx) => tx.deleteFrom("passkeys").execute()));
    const rows = () => house.store.read.selectFrom("passkeys").selectAll().orderBy("created_at").execute();

    test("a passkey is added by the session that asked, once, and as the one that was made for this house", async () => {
      const place = byName(house);
      const [visitor, other] = [await signIn(place), await signIn(place)];
      const key = await visitor.key();
      const save = (credential: string, fields: object = {}) =>
        visitor.post("/app/settings/sign-in/passkeys", { key, name: "Key", credential, ...fields });
      const had = (await rows()).length;

      const theirs = makeAuthenticator(place.url).create(await askToAdd(other));
      assert.equal((await save(theirs)).status, 400, "asked by another session");
      const own = makeAuthenticator(place.url).create(await askToAdd(visitor));
      assert.equal((await save(own, { key: await other.key() })).status, 403, "another session’s form key");
      for (const lies of [
        { origin: "https://evil.test" },
        { rpId: "evil.test" },
        { flags: 65 },
        { type: "webauthn.get" },
      ])
        assert.equal((await addBy(visitor, { authenticator: makeAuthenticator(place.url), lies })).status, 400);
      const { asked } = await askToSignIn(place);
      assert.equal((await save(makeAuthenticator(place.url).create(asked))).status, 400, "a challenge for signing in");
      assert.equal((await rows()).length, had);

      assert.equal((await save(own)).status, 303);
      const twice = await save(own);
      assert.equal(twice.status, 409);
      assert.match(twice.text, /This passkey was sent already/);
      assert.equal((await rows()).length, had + 1);
    });

    test("one that is removed signs nobody in, and one of another account cannot be removed", async () => {
      const { visitor, authenticator } = await withPasskey(byName(house));
      const newest = (await rows()).at(-1)?.passkey_id ?? "";
      const { email } = await makeSecondAccount(house);
      const key = await visitor.key();
      const theirs = {
        credential_id: "theirs",
        account_id: (
          await house.store.read
            .selectFrom("accounts")
            .select("account_id")
            .where("email", "=", email)
            .executeTakeFirstOrThrow()
        ).account_id,
      };
      const [row] = await rows();
      assert.ok(row);
      await house.store.transact((tx) =>
        tx
          .insertInto("passkeys")
          .values({ ...row, ...theirs, passkey_id: "f".repeat(32) })
          .execute(),
      );
      assert.doesNotMatch((await visitor.get("/app/settings/sign-in")).text, /f{32}/);
      for (const answer of [
        await visitor.get(`/app/settings/sign-in/passkeys/${"f".repeat(32)}/remove`),
        await visitor.post(`/app/settings/sign-in/passkeys/${"f".repeat(32)}/remove`, { key }),
      ])
        assert.equal(answer.status, 404);

      const asks = await visitor.get(`/app/settings/sign-in/passkeys/${newest}/remove`);
      assert.match(asks.text, /Remove the passkey “Laptop”\?/);
      const removed = await visitor.post(`/app/settings/sign-in/passkeys/${newest}/remove`, { key });
      assert.equal(removed.location, "/app/settings/sign-in?done=removed");
      const refused = await signInBy(byName(house), { authenticator });
      assert.equal(refused.status, 401);
      assert.match(refused.text, /The passkey did not sign you in/);
    });

    test("an account has twenty passkeys at most", async () => {
      const visitor = await signIn(byName(house));
      const own = () =>
        house.store.read.selectFrom("passkeys").selectAll().where("credential_id", "!=", "theirs").execute();
      const asked = makeAuthenticator(byName(house).url).create(await askToAdd(visitor));
      while ((await own()).length < limits.passkeysMost)
        assert.equal((await addBy(visitor, { authenticator: makeAuthenticator(byName(house).url) })).status, 303);
      const key = await visitor.key();
      const last = await visitor.post("/app/settings/sign-in/passkeys", { key, name: "Key", credential: asked });
      assert.equal(last.status, 400);
      assert.match(last.text, /An account may have at most 20 passkeys/);
      assert.equal((await own()).length, limits.passkeysMost);
    });
  });
}
