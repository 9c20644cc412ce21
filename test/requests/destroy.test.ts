import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { systemClock } from "../../src/base/clock.ts";
import { newUuid } from "../../src/base/ids.ts";
import { findTrail } from "../../src/evidence/trail.ts";
import { enqueue } from "../../src/outbox/jobs.ts";
import { destroyKind } from "../../src/requests/destroy.ts";
import { retentionWalks } from "../../src/storage/retention.ts";
import { sha256 } from "../evidence/sealed.ts";
import { ask, faultOf } from "../support/ask.ts";
import { bulkIdOf, bulkPage, bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { openPage } from "../support/page.ts";
import { inDays, sendAndWait } from "../support/requests.ts";
import { knownPassword, signIn } from "../web/visitor.ts";
import { completeSecret, destroy, findWord, rowOf, sendSecret } from "./secret-lease.ts";

const destroyed = "signature_request_destroyed";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      // Receivers may answer with what they were told: that is kept with the attempt.
      house.receiver.answer = ({ body }) => ({ status: 200, body: `Hello API Event Received ${body.toString()}` });
    });

    after(() => house.close());

    test("what has ended is destroyed on request: one event tells it, a tombstone stays, and nothing personal in any table", async () => {
      const { id, word, events, pdf } = await completeSecret(house);
      const before = await findWord(house, word);
      for (const place of [
        "answers.value_json",
        "attempts.response_body",
        "events.object_json",
        "letters.html_body",
        "signature_requests.metadata_json",
        "signatures.email",
        "trail.who",
      ])
        assert.ok(before.includes(place), place);
      const trail = await findTrail(house.store.read, id);
      const { status, text } = await destroy(house, id);
      assert.deepEqual([status, text], [200, ""]);
      assert.deepEqual(await eventsOf(house, id), [...events, destroyed]);
      assert.deepEqual(await findWord(house, word), []);

      const left = await rowOf(house, id);
      assert.deepEqual(
        [left.state, left.destroyed_sealed, left.destroyed_trail_head, left.destroyed_trail_count, left.payloads_left],
        ["destroyed", sha256(pdf), trail.at(-1)?.hash, trail.length, 1],
      );
      assert.ok(left.completed_at !== null && left.destroyed_at !== null && left.destroyed_at >= left.completed_at);
      const [told, ...more] = house.receiver.heard.filter(({ payload }) => payload.event.event_type === destroyed);
      assert.equal(more.length, 0);
      assert.equal(told?.payload.signature_request?.signature_request_id, id);
      assert.deepEqual(
        [told?.payload.signature_request?.is_complete, told?.payload.signature_request?.is_declined],
        [true, false],
      );
    });

    test("so are those that were declined, withdrawn, expired or failed; of a declined one its event says so", async () => {
      const declined = await sendSecret(house);
      const page = openPage(house, { link: declined.link });
      await page.claim();
      await page.decline(`I never lived at ${declined.word}`);
      const withdrawn = await sendSecret(house);
      await ask(house, `POST /signature_request/cancel/${withdrawn.id}`);
      const [expired, failed] = [await sendSecret(house), await sendSecret(house)];
      await house.quiet();
      const set = (id: string, values: { readonly state: string; readonly error_message?: string }) =>
        house.store.transact((tx) =>
          tx.updateTable("signature_requests").set(values).where("request_id", "=", id).execute(),
        );
      await set(expired.id, { state: "expired" });
      await set(failed.id, { state: "error", error_message: `No page in ${failed.word}` });
      for (const { id, word } of [declined, withdrawn, expired, failed]) {
        const events = await eventsOf(house, id);
        assert.equal((await destroy(house, id)).status, 200);
        assert.deepEqual(await eventsOf(house, id), [...events, destroyed]);
        assert.deepEqual(await findWord(house, word), []);
      }
      const told = house.receiver.heard.find(
        ({ payload }) =>
          payload.event.event_type === destroyed && payload.signature_request?.signature_request_id === declined.id,
      );
      assert.equal(told?.payload.signature_request?.is_declined, true);
    });

    test("what has not ended is not destroyed: in words, and nothing happens", async () => {
      const { id, word } = await sendSecret(house);
      const events = await eventsOf(house, id);
      const places = await findWord(house, word);
      const visitor = await signIn(house);
      for (const state of ["awaiting", "sealing", "processing"]) {
        await house.store.transact((tx) =>
          tx.updateTable("signature_requests").set({ state }).where("request_id", "=", id).execute(),
        );
        const { status, text } = await destroy(house, id);
        assert.equal(status, 409, state);
        assert.match(text, /has not ended yet: cancel it first/);
        const question = await visitor.get(`/app/requests/${id}/destroy`);
        assert.equal(question.status, 409);
        assert.match(question.text, /has not ended yet/);
        await promiseDestroy(id);
        await house.quiet();
        assert.equal((await rowOf(house, id)).state, state);
      }
      assert.deepEqual(await eventsOf(house, id), events);
      assert.deepEqual(await findWord(house, word), places);
    });

    test("two who destroy at once destroy once, and so do two jobs", async () => {
      const { id, events } = await completeSecret(house);
      const said = await Promise.all([destroy(house, id), destroy(house, id), destroy(house, id)]);
      assert.deepEqual(said.map(({ status }) => status).toSorted(), [200, 410, 410]);
      await promiseDestroy(id);
      await promiseDestroy(id);
      await house.quiet();
      assert.deepEqual(await eventsOf(house, id), [...events, destroyed]);
    });

    test("what is promised for it goes along: its expiry, its time-stamp", async () => {
      const shown = await sendAndWait(house, { expires_at: inDays(9) });
      const { signature_request_id: id } = shown;
      await ask(house, `POST /signature_request/cancel/${id}`);
      await house.quiet();
      await promise({ kind: "timestamp", requestId: id, payload: { token: null }, delayMs: 3_600_000 });
      await destroy(house, id);
      const jobs = await house.store.read.selectFrom("jobs").selectAll().where("request_id", "=", id).execute();
      assert.deepEqual(jobs, []);
    });

    test("an event that is being sent again just now keeps its object until it is delivered", {
      skip: ground.name === "SQLite" && "it has one writer: nobody is between",
    }, async () => {
      const { id, word } = await completeSecret(house);
      const delivery = await house.store.read
        .selectFrom("deliveries")
        .selectAll()
        .where("request_id", "=", id)
        .where("seq", "=", 1)
        .executeTakeFirstOrThrow();
      const heard = house.receiver.heard.length;
      await house.store.transact(async (tx) => {
        const again = { ...delivery, delivery_id: newUuid(Date.now()), replay_no: 1, state: "pending", leased: 0 };
        await tx.insertInto("deliveries").values(again).execute();
        assert.equal((await destroy(house, id)).status, 200);
      });
      await house.quiet();
      const told = house.receiver.heard
        .slice(heard)
        .find(({ payload }) => payload.event.event_type === "signature_request_sent");
      assert.match(JSON.stringify(told?.payload), new RegExp(word));
    });

    test("what is kept of a bulk send goes with the last of its requests, and not before; what earlier versions left is swept", async () => {
      const template = await makeClientTemplate(house);
      const list = { template_ids: [template], signer_list: rowsOf(3), title: "Lease of hush8c1d" };
      const id = bulkIdOf(await bulkSend(house, list));
      await house.quiet();
      const requests = (await bulkPage(house, id)).signature_requests.map(({ signature_request_id: one }) => one);
      for (const one of requests) await ask(house, `POST /signature_request/cancel/${one}`);
      const [first, ...others] = requests;
      await destroy(house, first ?? "");
      assert.equal((await bulkPage(house, id)).bulk_send_job.total, 3);
      await house.store.transact((tx) =>
        sql`insert into bulk_send_jobs select ${"left"} as bulk_send_job_id, account_id, client_id, is_embedded, test_mode, title, total, made,
          created_at, ended_at, order_cipher from bulk_send_jobs where bulk_send_job_id = ${id}`.execute(tx),
      );
      const keeping = { attemptsMs: 1, payloadsMs: 1, lettersMs: 1, callsMs: 1 };
      const sweep = retentionWalks(house.store, keeping).find(({ name }) => name === "bulk_send_jobs");
      assert.deepEqual(await sweep?.step({ at: Date.now(), after: null }), { removed: 1, after: null });

      await Promise.all(others.map((one) => destroy(house, one)));
      await house.quiet();
      assert.deepEqual(await findWord(house, "hush8c1d"), []);
      assert.deepEqual(faultOf(await ask(house, `GET /bulk_send_job/${id}`)), [404, "not_found"]);
    });

    function promiseDestroy(requestId: string): Promise<void> {
      return promise({ kind: destroyKind, requestId, payload: {} });
    }

    function promise(job: Parameters<typeof enqueue>[1]): Promise<void> {
      return house.store.transact((tx) =>
        enqueue({ tx, at: systemClock(), now: house.store.now, wakes: new Set() }, job),
      );
    }
  });
}
