import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Answered, ask, faultOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { edit, expireNow, inDays, requestOf, send, sendAndWait, signatureOf, stateOf } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";

const [sent, signed] = ["signature_request_sent", "signature_request_signed"];

const ok = [200] as const;
const [early, late, gone] = [
  [409, "conflict"],
  [400, "bad_request"],
  [410, "deleted"],
] as const;
const expired = [400, "signature_request_expired"] as const;
const kept = [400, "signature_request_remove_failed"] as const;

type Answer = readonly [status: number, name?: string];
type Call = "update" | "edit" | "edit_embedded" | "release_hold" | "remove";

/** The state table of objects.md, and what the house has beside it. */
const table: Readonly<Record<string, Readonly<Record<Call, Answer>>>> = {
  processing: { update: early, edit: early, edit_embedded: early, release_hold: late, remove: kept },
  awaiting: { update: ok, edit: ok, edit_embedded: ok, release_hold: late, remove: kept },
  sealing: { update: late, edit: late, edit_embedded: late, release_hold: late, remove: kept },
  complete: { update: late, edit: late, edit_embedded: late, release_hold: late, remove: ok },
  declined: { update: late, edit: late, edit_embedded: late, release_hold: late, remove: ok },
  expired: { update: expired, edit: expired, edit_embedded: expired, release_hold: late, remove: ok },
  error: { update: late, edit: ok, edit_embedded: ok, release_hold: late, remove: kept },
  canceled: { update: gone, edit: gone, edit_embedded: gone, release_hold: gone, remove: gone },
  destroyed: { update: gone, edit: gone, edit_embedded: gone, release_hold: gone, remove: gone },
  removed: { update: gone, edit: gone, edit_embedded: gone, release_hold: gone, remove: gone },
};

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;

    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });

    after(() => house.close());

    const put = (id: string, state: string) =>
      house.store.transact((tx) =>
        tx
          .updateTable("signature_requests")
          .set(state === "removed" ? { state: "complete", removed_at: 1 } : { state, removed_at: null })
          .where("request_id", "=", id)
          .execute(),
      );

    const call = async (
      id: string,
      what: Call,
      { key = house.apiKey, signatureId = "0" }: { readonly key?: string; readonly signatureId?: string } = {},
    ): Promise<Answered> => {
      if (what === "edit" || what === "edit_embedded")
        return edit(
          { ...house, apiKey: key, clientId: key === house.apiKey ? house.clientId : other.clientId },
          { id, mailed: what === "edit" },
        );
      const json = what === "update" ? { signature_id: signatureId, name: "Ann Changed" } : {};
      return ask(house, `POST /signature_request/${what}/${id}`, { key, json });
    };

    for (const what of ["update", "edit", "edit_embedded", "release_hold", "remove"] as const)
      test(`${what} answers as the table of states says in every one of them, and changes nothing where it refuses`, async () => {
        for (const [state, calls] of Object.entries(table)) {
          const shown = await sendAndWait(house);
          const { signature_request_id: id } = shown;
          await put(id, state);
          const before = await tracesOf(house);
          const answer = await call(id, what, { signatureId: signatureOf(shown).signature_id });
          if (answer.status === 200) {
            assert.deepEqual([answer.status], calls[what], `${what} ${state}`);
            continue;
          }
          const [status, name] = faultOf(answer);
          assert.deepEqual([status, name], calls[what], `${what} ${state}`);
          assert.equal(await stateOf(house, id), state === "removed" ? "complete" : state);
          if (what !== "edit" && what !== "edit_embedded") assert.deepEqual(await tracesOf(house), before);
          assert.deepEqual(await eventsOf(house, id), [sent]);
        }
      });

    test("another account's request and one that never was answer the same 404 to every call", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const { signature_id: signatureId } = signatureOf(shown);
      for (const what of ["update", "edit", "edit_embedded", "release_hold", "remove"] as const) {
        assert.deepEqual(faultOf(await call(id, what, { key: other.apiKey, signatureId })), [404, "not_found"], what);
        assert.deepEqual(faultOf(await call("0".repeat(40), what)), [404, "not_found"], what);
      }
      assert.deepEqual(await eventsOf(house, id), [sent]);
    });

    test("a removed request is gone for its account, from its list and its counts, and no event tells of it", async () => {
      const count = async () => {
        const { json } = await ask(house, "GET /signature_request/list?page_size=1");
        return (json as { list_info: { num_results: number } }).list_info.num_results;
      };
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      const events = await eventsOf(house, id);
      const before = await count();
      const answer = await ask(house, `POST /signature_request/remove/${id}`);
      assert.deepEqual([answer.status, answer.bytes.length], [200, 0]);
      for (const on of [`GET /signature_request/${id}`, `GET /signature_request/files/${id}`])
        assert.deepEqual(faultOf(await ask(house, on)), [410, "deleted"]);
      assert.deepEqual(faultOf(await ask(house, `POST /signature_request/remove/${id}`)), [410, "deleted"]);
      assert.equal(await count(), before - 1);
      assert.deepEqual(await eventsOf(house, id), events);
      assert.ok(events.includes(signed));
    });

    test("a request that expired or failed in earnest answers as one that was put there", async () => {
      const shown = await sendAndWait(house, { expires_at: inDays(2) });
      await expireNow(house, shown.signature_request_id);
      const { signature_id: signatureId } = signatureOf(shown);
      assert.deepEqual(faultOf(await call(shown.signature_request_id, "update", { signatureId })), expired);
      const failed = requestOf(
        await send(house, { signers: [{ name: "A", email_address: "a+overlayerror@hellosign.com" }] }),
      );
      await house.quiet();
      assert.equal((await call(failed.signature_request_id, "edit_embedded")).status, 200);
      assert.deepEqual(await eventsOf(house, failed.signature_request_id), [
        "file_error",
        "signature_request_signer_removed",
        sent,
      ]);
    });
  });
}
