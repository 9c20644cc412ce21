import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { writeCalls } from "../../src/accounts/write-calls.ts";
import { faxPayloadsWalk } from "../../src/fax/delete.ts";
import { blobColumns, findNamed } from "../../src/storage/orphans.ts";
import { ask, faultOf, read, readAs } from "../support/ask.ts";
import { accountOf, callAt, writtenCalls } from "../support/calls.ts";
import { buyLine, faxAndWait, faxTo, OneFax } from "../support/faxes.ts";
import { startFileHost } from "../support/file-host.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(`faxes are deleted, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const secrets = ["Zanzibar lease", "Ophelia", "+12095550142", "Words for Ophelia"];

    test("with a fax go its document, files, names, numbers, letters and what its events hold; its files are known to be gone", async () => {
      const sender = await buyLine(house);
      const sent = await faxAndWait(house, {
        title: "Zanzibar lease",
        recipient: "+12095550142",
        sender,
        cover_page_to: "Ophelia",
        cover_page_message: "Words for Ophelia",
      });
      const { fax_id: id } = sent;
      const { document_blob: blob } = await house.store.read
        .selectFrom("faxes")
        .select("document_blob")
        .where("fax_id", "=", id)
        .executeTakeFirstOrThrow();
      assert.ok(blob);

      const answer = await ask(house, `DELETE /fax/${id}`);
      assert.deepEqual([answer.status, answer.bytes.length], [204, 0]);
      assert.deepEqual(faultOf(await ask(house, `GET /fax/${id}`)), [404, "not_found"]);
      assert.deepEqual(faultOf(await ask(house, `DELETE /fax/${id}`)), [404, "not_found"]);
      assert.deepEqual(faultOf(await ask(house, `GET /fax/files/${id}`)), [410, "deleted"]);
      const listed = JSON.stringify((await ask(house, "GET /fax/list")).json);
      assert.ok(!listed.includes(id));
      assert.deepEqual([...(await findNamed(house.store.read, [blob]))], []);
      assert.ok(blobColumns.some(({ table }) => table === "fax_files"));
      await assertForgotten(id);
      assert.equal(await payloadsLeft(id), 1);
      await faxPayloadsWalk(house.store).step({ at: Date.now(), after: null });
      assert.equal(await payloadsLeft(id), 0);
    });

    test("what a delivery still waits for is kept until it is delivered", async () => {
      house.receiver.answer = () => ({ status: 500, body: "" });
      const { fax } = readAs(OneFax, await faxTo(house, { title: "Zanzibar lease" }));
      await house.receiver.waitFor(({ payload }) => payload.transmission?.fax_id === fax.fax_id);
      await ask(house, `DELETE /fax/${fax.fax_id}`);
      const walk = faxPayloadsWalk(house.store);
      await walk.step({ at: Date.now(), after: null });
      const event = await eventOf(fax.fax_id);
      assert.match(event.object_json ?? "", /Zanzibar/);

      await house.store.transact(async (tx) => {
        await tx
          .updateTable("deliveries")
          .set({ state: "delivered", leased: 0 })
          .where("event_id", "=", event.event_id)
          .execute();
      });
      await walk.step({ at: Date.now(), after: null });
      assert.equal((await eventOf(fax.fax_id)).object_json, null);
      await assertForgotten(fax.fax_id);
    });

    test("the log of calls keeps that a deleted fax was asked for, and nothing that quotes it", async () => {
      const { fax_id: id } = await faxAndWait(house, { files: [Buffer.from("%PDF-1.4\nbroken\n")] });
      const told = await ask(house, `GET /fax/files/${id}`);
      assert.deepEqual(faultOf(told), [422, "unprocessable_entity"]);
      const kept = async () =>
        (await writtenCalls(house))
          .filter(({ path }) => path === `/v3/fax/files/${id}`)
          .map(({ error_name: name, error_message: message }) => [name, message]);
      assert.match(String((await kept())[0]?.[1]), /paper-1\.pdf/);
      assert.equal((await ask(house, `DELETE /fax/${id}`)).status, 204);
      const wordless = ["unprocessable_entity", null];
      assert.deepEqual(await kept(), [wordless]);

      const late = { path: `/v3/fax/files/${id}`, status: 422, error_name: "unprocessable_entity", fax_id: id };
      const account_id = await accountOf(house);
      await writeCalls(house.store, [callAt(Date.now(), { ...late, account_id, error_message: "paper-1.pdf" })]);
      assert.deepEqual(await kept(), [wordless, wordless]);
    });

    test("a fax that is deleted before it is handed over is not sent, and has no event", async () => {
      const host = await startFileHost();
      const deleted = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      const url = host.at("/slow.pdf", (_, response) => {
        asked.resolve();
        void deleted.promise.then(() => response.end(onePage));
      });
      const { fax } = readAs(OneFax, await faxTo(house, { title: "Never", files: [], file_urls: [url] }));
      await asked.promise;
      assert.equal((await ask(house, `DELETE /fax/${fax.fax_id}`)).status, 204);
      deleted.resolve();
      await house.quiet();
      await host.close();
      const events = await house.store.read
        .selectFrom("events")
        .select("type")
        .where("fax_id", "=", fax.fax_id)
        .execute();
      assert.deepEqual(events, []);
      assert.equal(await endOf(fax.fax_id), "error_could_not_fax");
      const page = await read(await fetch(`${house.url}/inbox`));
      assert.ok(!page.bytes.includes("Fax: Never"));
    });

    const endOf = async (id: string) => {
      const { status, ended_at: at } = await house.store.read
        .selectFrom("fax_transmissions")
        .select(["status", "ended_at"])
        .where("fax_id", "=", id)
        .executeTakeFirstOrThrow();
      assert.ok(at);
      return status;
    };
    const payloadsLeft = async (id: string) =>
      (
        await house.store.read
          .selectFrom("faxes")
          .select("payloads_left")
          .where("fax_id", "=", id)
          .executeTakeFirstOrThrow()
      ).payloads_left;
    const eventOf = (id: string) =>
      house.store.read
        .selectFrom("events")
        .select(["event_id", "object_json"])
        .where("fax_id", "=", id)
        .executeTakeFirstOrThrow();

    async function assertForgotten(id: string): Promise<void> {
      for (const [table, key] of [
        ["faxes", "fax_id"],
        ["fax_files", "fax_id"],
        ["fax_transmissions", "fax_id"],
        ["events", "fax_id"],
        ["letters", "request_id"],
        ["jobs", "request_id"],
      ] as const) {
        const rows = JSON.stringify(await house.store.read.selectFrom(table).selectAll().where(key, "=", id).execute());
        for (const secret of secrets) assert.ok(!rows.includes(secret), `${table} holds ${secret}`);
      }
    }
  });
}
