import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import { ask, readAs } from "../support/ask.ts";
import { failOnceMore, makeDue } from "../support/failing-jobs.ts";
import { type FaxProviderHouse, startFaxProvider } from "../support/fax-provider.ts";
import { faxAndWait, faxEventsOf, faxTo, OneFax, shownFax, statusOf } from "../support/faxes.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf, untilState } from "../support/requests.ts";
import { until } from "../support/stage.ts";

const busy = [503, null] as const;

for (const ground of grounds()) {
  describe(`a fax provider over HTTP, on ${ground.name}`, { skip: ground.skip }, () => {
    let provider: FaxProviderHouse;
    let house: HeardHouse;
    before(async () => {
      provider = await startFaxProvider();
      house = await openHeardHouse(ground, { COUNTERSIGN_FAX_URL: provider.url });
    });
    after(async () => {
      await house.close();
      await provider.close();
    });
    const posted = () => provider.told.filter(({ on }) => on === "POST /fax-api/faxes");

    test("gets the document once under its own name, even where its first answer is lost on the way", async () => {
      const before = posted().length;
      let isLost = true;
      provider.answer = ({ on }) => {
        if (on !== "POST /fax-api/faxes" || !isLost) return [200, { state: "sent" }];
        isLost = false;
        return [0, null];
      };
      const { transmitted } = provider;
      const known = transmitted.size;
      const sent = await faxAndWait(house, { test_mode: false, recipient: "+442071234567" });
      assert.equal(statusOf(sent), "success");
      assert.deepEqual(await faxEventsOf(house, sent.fax_id), ["fax_sent"]);
      assert.deepEqual([posted().length - before, transmitted.size - known], [2, 1]);
      const [{ id, document, ...rest }] = [posted().at(-1)?.body ?? {}];
      assert.deepEqual(rest, { from: null, to: "+442071234567", pages: 1 });
      assert.match(String(id), /^[0-9a-f-]{36}$/);
      assert.equal(Buffer.from(String(document), "base64").subarray(0, 5).toString(), "%PDF-");
      assert.equal(provider.told.at(-1)?.authorization, `Basic ${Buffer.from("me:pass!").toString("base64")}`);
    });

    test("a job that is run again after its fax was settled hands nothing over and tells nothing", async () => {
      provider.answer = () => [200, { state: "failed", why: "busy", words: "Engaged." }];
      const sent = await faxAndWait(house, { test_mode: false });
      assert.deepEqual(await faxEventsOf(house, sent.fax_id), ["fax_busy"]);
      const before = posted().length;
      await house.store.transact(async (tx) => {
        await tx
          .updateTable("jobs")
          .set({ state: "pending", next_at: 0, leased: 0 })
          .where("request_id", "=", sent.fax_id)
          .execute();
      });
      assert.deepEqual(await faxEventsOf(house, sent.fax_id), ["fax_busy"]);
      assert.deepEqual([posted().length, statusOf(await shownFax(house, sent.fax_id))], [before, "error_busy"]);
    });

    test("words that no database takes are kept without what it refuses, and the fax ends by them at once", async () => {
      const before = posted().length;
      provider.answer = () => [200, { state: "failed", why: "busy", words: "En\0gaged \ud83d" }];
      const sent = await faxAndWait(house, { test_mode: false });
      assert.deepEqual([statusOf(sent), posted().length - before], ["error_busy", 1]);
      const { message } = await house.store.read
        .selectFrom("fax_transmissions")
        .select("message")
        .where("fax_id", "=", sent.fax_id)
        .executeTakeFirstOrThrow();
      assert.equal(message, "En\ufffdgaged \ufffd");
    });

    /** A fax that the provider has taken, after which it answers nothing. */
    async function taken(): Promise<string> {
      const took = Promise.withResolvers<void>();
      provider.answer = ({ on }) => {
        if (on !== "POST /fax-api/faxes") return busy;
        took.resolve();
        return [200, { state: "transmitting" }];
      };
      const { fax } = readAs(OneFax, await faxTo(house, { test_mode: false }));
      await took.promise;
      return fax.fax_id;
    }

    test("a fax that it has taken is asked after through an outage of hours", async () => {
      const id = await taken();
      assert.equal(await failOnceMore(house, "fax_look"), "pending");
      assert.equal(statusOf(await shownFax(house, id)), "transmitting");
      provider.answer = () => [200, { state: "sent" }];
      await makeDue(house, "fax_look");
      assert.deepEqual(await faxEventsOf(house, id), ["fax_sent"]);
    });

    test("a fax that goes on is not held any more, and each hold is told; one that is deleted on its way has an end", async () => {
      const id = await taken();
      const held = { state: "on_hold", words: "All lines are taken." };
      const heldNow = () =>
        house.store.read
          .selectFrom("fax_transmissions")
          .select(["on_hold", "message", "status"])
          .where("fax_id", "=", id)
          .executeTakeFirstOrThrow();
      for (const [standing, on_hold] of [
        [held, 1],
        [{ state: "transmitting" }, 0],
        [held, 1],
      ] as const) {
        const before = provider.told.length;
        provider.answer = () => [200, standing];
        while ((await heldNow()).on_hold !== on_hold) {
          await makeDue(house, "fax_look");
          await sleep(50);
        }
        assert.ok(provider.told.length > before);
        assert.equal((await heldNow()).message, on_hold === 1 ? held.words : null);
      }
      assert.equal((await ask(house, `DELETE /fax/${id}`)).status, 204);
      assert.deepEqual(await heldNow(), { on_hold: 0, message: null, status: "error_unknown" });
      const events = await house.store.read.selectFrom("events").select("type").where("fax_id", "=", id).execute();
      assert.deepEqual(
        events.map(({ type }) => type),
        ["fax_on_hold", "fax_on_hold"],
      );
      provider.answer = () => [200, { state: "sent" }];
      await house.quiet();
    });

    test("after a day without an answer a fax has failed, in words", async () => {
      const id = await taken();
      assert.equal(await failOnceMore(house, "fax_look"), "pending");
      const before = Date.now() - limits.faxGiveUpMs - 60_000;
      await house.store.transact(async (tx) => {
        await tx.updateTable("fax_transmissions").set({ sent_at: before }).where("fax_id", "=", id).execute();
      });
      await makeDue(house, "fax_look");
      await house.quiet();
      const ended = await house.store.read
        .selectFrom("fax_transmissions")
        .select(["status", "message"])
        .where("fax_id", "=", id)
        .executeTakeFirstOrThrow();
      assert.deepEqual(ended, {
        status: "error_unknown",
        message: "The provider did not say within a day how this fax went.",
      });
    });

    test("a fax that is deleted while its provider takes it may have gone out: nobody is told that it was not sent", async () => {
      const letGo = Promise.withResolvers<void>();
      Object.assign(provider, { answer: () => [200, { state: "sent" }], hold: letGo.promise });
      const before = posted().length;
      const { fax } = readAs(OneFax, await faxTo(house, { test_mode: false }));
      await until("the provider has it", async () => posted().length > before);
      assert.equal((await ask(house, `DELETE /fax/${fax.fax_id}`)).status, 204);
      letGo.resolve();
      provider.hold = null;
      await house.quiet();
      const ended = await house.store.read
        .selectFrom("fax_transmissions")
        .select(["status", "sent_at"])
        .where("fax_id", "=", fax.fax_id)
        .executeTakeFirstOrThrow();
      assert.equal(ended.status, "error_unknown");
      assert.ok(ended.sent_at !== null);
    });

    test("while it hangs with many faxes a request is prepared and a seal is made; few faxes are handed over at once", async () => {
      const letGo = Promise.withResolvers<void>();
      Object.assign(provider, { answer: () => [200, { state: "sent" }], hold: letGo.promise, mostAtOnce: 0 });
      // As many as all places of the house's other work.
      const many = limits.jobsAtOnce + limits.slowJobsAtOnce;
      for (let sent = 0; sent < many; sent += 1) assert.equal((await faxTo(house, { test_mode: false })).status, 200);
      const isPreparing = async () =>
        house.store.read
          .selectFrom("faxes")
          .select("fax_id")
          .where("state", "=", "processing")
          .limit(1)
          .executeTakeFirst();
      while (await isPreparing()) await sleep(50);

      const request = await sendAndWait(house);
      await sign(house, signatureOf(request).signature_id);
      const { signature_request_id: id } = request;
      assert.equal((await untilState(house, { id, not: ["awaiting", "sealing"] })).is_complete, true);
      assert.ok(provider.mostAtOnce <= limits.faxesAtOnce + limits.slowFaxesAtOnce, `${provider.mostAtOnce} at once`);
      provider.hold = null;
      letGo.resolve();
      await house.quiet();
    });

    test("a fax in test mode never reaches it", async () => {
      const before = provider.told.length;
      assert.equal(statusOf(await faxAndWait(house)), "success");
      assert.equal(provider.told.length, before);
    });
  });
}
