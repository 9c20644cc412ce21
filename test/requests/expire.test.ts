import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { ask, basic, faultOf, read } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, pageOf, sign } from "../support/page.ts";
import {
  ann,
  bob,
  expireNow,
  inDays,
  requestOf,
  send,
  sendAndWait,
  shownRequest,
  signatureOf,
  untilState,
} from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";

const hour = 3600;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    test("expires_at from 1 to 90 days ahead is taken, as number or text, and floored to the hour", async () => {
      for (const seconds of [inDays(1) + 60, inDays(30), inDays(90) - 60]) {
        for (const expires_at of [seconds, String(seconds)]) {
          const shown = requestOf(await send(house, { expires_at }));
          assert.equal(shown.expires_at, Math.floor(seconds / hour) * hour);
        }
      }
      for (const expires_at of [null, ""]) assert.equal(requestOf(await send(house, { expires_at })).expires_at, null);
    });

    test("when its time is over a request expires once: who has signed stays signed, the others are expired", async () => {
      const shown = await sendAndWait(house, { expires_at: inDays(2), signers: [ann, bob] });
      const { signature_request_id: id, signatures } = shown;
      await sign(house, signatures[0]?.signature_id ?? "");
      const expired = await expireNow(house, id);

      assert.deepEqual(
        expired.signatures.map(({ status_code }) => status_code),
        ["signed", "expired"],
      );
      assert.deepEqual([expired.is_complete, expired.is_declined, expired.has_error], [false, false, false]);
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_expired",
      ]);
      const { payload } =
        house.receiver.heard.findLast((one) => one.payload.signature_request?.signature_request_id === id) ??
        assert.fail();
      assert.deepEqual(payload.signature_request, expired);
      assert.equal(payload.event.event_metadata.related_signature_id, null);
    });

    test("a request of test mode is expired by call, once; one that binds people, is over, or is another account's is not", async () => {
      const shown = await sendAndWait(house, { signers: [ann, bob] });
      const { signature_request_id: id, signatures } = shown;
      await sign(house, signatures[0]?.signature_id ?? "");
      const expire = async (request: string, key = house.apiKey) => {
        const address = `${house.url}/api/signature_requests/${request}/expire`;
        return read(await fetch(address, { method: "POST", headers: { authorization: basic(key) } }));
      };
      const other = await makeSecondAccount(house);
      assert.deepEqual(faultOf(await expire(id, other.apiKey)), [404, "not_found"]);
      assert.equal((await expire(id)).status, 200);
      assert.deepEqual(faultOf(await expire(id)), [400, "signature_request_expired"]);
      await house.quiet();
      assert.deepEqual(
        (await shownRequest(house, id)).signatures.map(({ status_code }) => status_code),
        ["signed", "expired"],
      );
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_expired",
      ]);

      const binding = await sendAndWait(house, { test_mode: 0 });
      assert.deepEqual(faultOf(await expire(binding.signature_request_id)), [409, "conflict"]);
      assert.deepEqual(await eventsOf(house, binding.signature_request_id), ["signature_request_sent"]);
    });

    test("every link of an expired request is over: unopened, open in a tab, and mailed", async () => {
      const { signature_request_id: id, signatures } = await sendAndWait(house, {
        expires_at: inDays(2),
        signers: [ann, bob],
      });
      const [annId = "", bobId = ""] = signatures.map(({ signature_id }) => signature_id);
      const [unopened, opened] = [await pageOf(house, annId), await pageOf(house, bobId)];
      const view = await open(opened);
      await expireNow(house, id);

      for (const said of [
        await unopened.claim(),
        await opened.save(answersTo(view)),
        await opened.finish(answersTo(view)),
      ])
        assert.equal((said as RefusalView).code, "request_expired");
      const answer = await ask(house, `GET /embedded/sign_url/${annId}`);
      assert.deepEqual(faultOf(answer), [400, "signature_request_expired"]);

      const mailed = await sendAndWait(house, { mailed: true, expires_at: inDays(2) });
      const requestId = mailed.signature_request_id;
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId, to: ann.email_address }) });
      await expireNow(house, requestId);
      assert.equal(((await page.claim()) as RefusalView).code, "request_expired");
      assert.deepEqual(await eventsOf(house, requestId), ["signature_request_sent", "signature_request_expired"]);
    });

    test("nobody signs, is reminded or is asked after the promised hour, even while the expiry itself is late", async () => {
      const shown = await sendAndWait(house, { expires_at: inDays(2) });
      const { signature_request_id: id } = shown;
      const page = await pageOf(house, signatureOf(shown).signature_id);
      const view = await open(page);
      await house.store.transact(async (tx) => {
        const past = Date.now() - 1000;
        await tx.updateTable("signature_requests").set({ expires_at: past }).where("request_id", "=", id).execute();
      });

      assert.equal(((await page.finish(answersTo(view))) as RefusalView).code, "request_expired");
      const json = { email_address: "ann@example.com" };
      const reminded = faultOf(await ask(house, `POST /signature_request/remind/${id}`, { json }));
      assert.deepEqual(reminded, [400, "signature_request_expired"]);
      await house.store.transact(async (tx) => {
        await tx.updateTable("signature_requests").set({ state: "held" }).where("request_id", "=", id).execute();
      });
      // As it answers of one that has expired: that is not on hold any more.
      const released = faultOf(await ask(house, `POST /signature_request/release_hold/${id}`, { json: {} }));
      assert.deepEqual(released, [400, "bad_request", "signature_request_id"]);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_viewed"]);
    });

    test("a request that is complete or canceled before its time never expires", async () => {
      const complete = await sendAndWait(house, { expires_at: inDays(2) });
      await sign(house, signatureOf(complete).signature_id);
      const { signature_request_id: id } = complete;
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      const events = await eventsOf(house, id);
      await expireNow(house, id);
      await house.quiet();
      assert.deepEqual(await eventsOf(house, id), events);
      assert.equal(signatureOf(requestOf(await ask(house, `GET /signature_request/${id}`))).status_code, "signed");
    });
  });
}
