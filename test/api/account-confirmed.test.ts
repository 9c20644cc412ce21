import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { clientOf, type OauthApp, setUpOauth } from "../support/oauth.ts";
import { newestLink } from "../support/people.ts";
import { visitorOf } from "../web/visitor.ts";

const [first, second] = ["a password that was chosen", "another long password"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let app: OauthApp;
    before(async () => {
      house = await openHeardHouse(ground);
      app = await setUpOauth(house, { clientId: house.clientId, scopes: ["account_access"] });
    });
    after(() => house.close());

    async function make(email_address: string, more: object = {}): Promise<string> {
      const { status, json } = await ask(house, "POST /account/create", { json: { email_address, ...more } });
      assert.equal(status, 200);
      return (json as { account: { account_id: string } }).account.account_id;
    }

    /** Sets a password by the newest link to an address; answers all that was called back of it. */
    async function setPassword(email: string, password: string): Promise<readonly string[]> {
      house.receiver.heard.length = 0;
      const answer = await visitorOf(house).post(await newestLink(house, email), { new: password, again: password });
      assert.equal(answer.status, 303);
      await house.quiet();
      return house.receiver.heard.map(({ path, payload }) => `${path} ${payload.event.event_type}`);
    }

    test("the app for which an account was made is told, once, when its holder has set a password; nobody else is", async () => {
      const accountId = await make("new@example.com", clientOf(app));
      assert.deepEqual(await setPassword("new@example.com", first), ["/app account_confirmed"]);
      const [heard] = house.receiver.heard;
      const { account, event, client_id: clientId } = heard?.payload ?? assert.fail("it was heard");
      assert.deepEqual(
        [account?.account_id, account?.email_address, account?.callback_url, account?.role_code],
        [accountId, "new@example.com", null, null],
      );
      assert.deepEqual([clientId, event.event_metadata.reported_for_app_id], [app.clientId, app.clientId]);

      await visitorOf(house).post("/app/forgot", { email: "new@example.com" });
      await house.quiet();
      assert.deepEqual(await setPassword("new@example.com", second), []);
    });

    test("of an account that was made for no app, or for one that is deleted since, nobody is told", async () => {
      await make("plain@example.com");
      assert.deepEqual(await setPassword("plain@example.com", first), []);
      const { json } = await ask(house, "POST /api_app", { json: { name: "Short-lived", domains: ["example.com"] } });
      const { client_id: clientId } = (json as { api_app: { client_id: string } }).api_app;
      const other = await setUpOauth(house, { clientId, scopes: ["account_access"] });
      await make("orphan@example.com", clientOf(other));
      await ask(house, `DELETE /api_app/${clientId}`);
      assert.deepEqual(await setPassword("orphan@example.com", first), []);
    });
  });
}
