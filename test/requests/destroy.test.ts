import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { findTrail } from "../../src/evidence/trail.ts";
import { payloadsLeftWalk, requestsWalk } from "../../src/requests/destroy.ts";
import { sha256 } from "../evidence/sealed.ts";
import { ask, basic } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage } from "../support/page.ts";
import { ann, sendAndWait } from "../support/requests.ts";
import { knownPassword, signIn } from "../web/visitor.ts";

const destroyed = "signature_request_destroyed";
/** Words that stand for everything personal in these requests. */
const secrets = ["Zlatka Tajna", "zlatka@example.com", "Hush-hush lease", "4711 Secret Street", "note-to-self"];
const day = 86_400_000;

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
    });

    after(() => house.close());

    const signer = { name: "Zlatka Tajna", email_address: "zlatka@example.com" };
    const place = { document_index: 0, signer: 0, required: true, page: 1, x: 72, width: 160, height: 18 };
    const secretRequest = {
      title: "Hush-hush lease",
      subject: "Hush-hush lease",
      message: "Hush-hush lease",
      metadata: { note: "note-to-self" },
      signers: [signer],
      mailed: true,
      form_fields_per_document: [
        { ...place, api_id: "where", type: "text", y: 60 },
        { ...place, api_id: "sig", type: "signature", y: 100 },
      ],
    };

    async function completed() {
      const shown = await sendAndWait(house, secretRequest);
      const { signature_request_id: id } = shown;
      const link = await mailedLinkOf(house, { requestId: id, to: signer.email_address });
      const page = openPage(house, { link });
      const view = await open(page);
      await page.finish({ ...answersTo(view), where: "4711 Secret Street" });
      const events = await eventsOf(house, id);
      const { bytes: pdf } = await ask(house, `GET /signature_request/files/${id}`);
      return { id, link, page, view, events, pdf };
    }

    async function api(method: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
      const answer = await fetch(`${house.url}/api${path}`, {
        method,
        headers: { authorization: basic(house.apiKey) },
      });
      return { status: answer.status, text: await answer.text() };
    }
    const destroy = (id: string) => api("DELETE", `/signature_requests/${id}/data`);
    const row = (id: string) =>
      house.store.read
        .selectFrom("signature_requests")
        .selectAll()
        .where("request_id", "=", id)
        .executeTakeFirstOrThrow();

    /** Every text in every table that is about the request and holds one of the words. */
    async function findSecrets(id: string): Promise<readonly string[]> {
      const tables = [
        "signature_requests",
        "request_files",
        "signatures",
        "fields",
        "answers",
        "sign_links",
        "trail",
        "events",
        "jobs",
        "letters",
      ];
      const found: string[] = [];
      for (const table of tables) {
        const { rows } = await sql<Record<string, unknown>>`
          select * from ${sql.table(table)} where request_id = ${id}`.execute(house.store.read);
        for (const one of rows)
          for (const [column, value] of Object.entries(one))
            if (typeof value === "string" && secrets.some((word) => value.includes(word)))
              found.push(`${table}.${column}`);
      }
      return found;
    }

    test("what has ended is destroyed on request: one event tells it, a tombstone stays, and nothing personal does", async () => {
      const { id, events, pdf } = await completed();
      const trail = await findTrail(house.store.read, id);
      assert.ok((await findSecrets(id)).length > 0);
      assert.equal((await destroy(id)).status, 200);
      assert.deepEqual(await eventsOf(house, id), [...events, destroyed]);
      assert.deepEqual(await findSecrets(id), []);

      const tombstone = await row(id);
      assert.deepEqual(
        [tombstone.state, tombstone.destroyed_sealed, tombstone.destroyed_trail_head, tombstone.destroyed_trail_count],
        ["destroyed", sha256(pdf), trail.at(-1)?.hash, trail.length],
      );
      assert.ok(tombstone.completed_at !== null && tombstone.destroyed_at !== null);
      const told = house.receiver.heard.findLast(({ payload }) => payload.event.event_type === destroyed);
      assert.equal(told?.payload.signature_request?.signature_request_id, id);
      assert.equal(told?.payload.signature_request?.is_complete, true);
      assert.ok(secrets.every((word) => !JSON.stringify(told?.payload).includes(word)));
    });

    test("every door says that it is gone; to another account there never was one", async () => {
      const { id, link, page, view } = await completed();
      const picture = view.pages[0]?.pictures[0]?.url ?? "";
      assert.equal((await fetch(house.url + picture)).status, 200);
      const { bytes } = await ask(house, `GET /signature_request/files_as_file_url/${id}`);
      const { file_url: fileUrl } = JSON.parse(bytes.toString("utf8")) as { readonly file_url: string };
      await destroy(id);

      for (const on of [
        `GET /signature_request/${id}`,
        `GET /signature_request/files/${id}`,
        `POST /signature_request/cancel/${id}`,
      ])
        assert.equal((await ask(house, on)).status, 410, on);
      const remind = await ask(house, `POST /signature_request/remind/${id}`, {
        json: { email_address: signer.email_address },
      });
      assert.equal(remind.status, 410);
      assert.equal((await destroy(id)).status, 410);
      assert.equal((await api("GET", `/signature_requests/${id}/export`)).status, 410);
      const list = await ask(house, "GET /signature_request/list?page_size=100");
      assert.ok(!list.bytes.toString("utf8").includes(id));
      assert.equal((await fetch(fileUrl)).status, 410);
      assert.equal((await fetch(house.url + picture)).status, 404);
      const opened = await openPage(house, { link }).claim();
      assert.ok(!opened.ok && opened.code === "sign_url_invalid");
      const late = await page.save({});
      assert.ok("code" in late && late.code === "sign_url_invalid");
      assert.equal((await api("DELETE", `/signature_requests/${"0".repeat(40)}/data`)).status, 404);
    });

    test("what has not ended is not destroyed: in words, and nothing happens", async () => {
      const { signature_request_id: id } = await sendAndWait(house, secretRequest);
      const events = await eventsOf(house, id);
      const { status, text } = await destroy(id);
      assert.equal(status, 409);
      assert.match(text, /has not ended yet/);
      assert.equal((await row(id)).state, "awaiting");
      assert.deepEqual(await eventsOf(house, id), events);
      await ask(house, `POST /signature_request/cancel/${id}`);
      assert.equal((await destroy(id)).status, 200);
      assert.deepEqual(await eventsOf(house, id), [...events, "signature_request_canceled", destroyed]);
    });

    test("two who destroy at once destroy once", async () => {
      const { id, events } = await completed();
      const said = await Promise.all([destroy(id), destroy(id), destroy(id)]);
      assert.deepEqual(said.map(({ status }) => status).toSorted(), [200, 410, 410]);
      assert.deepEqual(await eventsOf(house, id), [...events, destroyed]);
    });

    test("by age: requests that ended long enough ago, and no others, are promised to be destroyed", async () => {
      const old = await completed();
      const young = await completed();
      const open = await sendAndWait(house, { signers: [ann] });
      await house.store.transact(async (tx) => {
        const past = Date.now() - 40 * day;
        for (const id of [old.id, open.signature_request_id]) {
          await tx.updateTable("signature_requests").set({ created_at: past }).where("request_id", "=", id).execute();
          await tx.updateTable("events").set({ occurred_at: past }).where("request_id", "=", id).execute();
        }
      });
      assert.deepEqual(requestsWalk(house.store, { requestsMs: null }), []);
      const [walk] = requestsWalk(house.store, { requestsMs: 30 * day });
      assert.ok(walk);
      const { removed } = await walk.step({ at: Date.now(), after: null });
      assert.equal(removed, 1);
      while ((await row(old.id)).state !== "destroyed") await house.quiet();
      assert.deepEqual(await eventsOf(house, old.id), [...old.events, destroyed]);
      assert.equal((await row(young.id)).state, "complete");
      assert.equal((await row(open.signature_request_id)).state, "awaiting");
    });

    test("an object that a delivery still waits for goes once it is delivered", async () => {
      const { id } = await completed();
      const held = await house.store.read
        .selectFrom("events")
        .select("event_id")
        .where("request_id", "=", id)
        .execute();
      const ids = held.map(({ event_id }) => event_id);
      const state = (to: string) =>
        house.store.transact((tx) =>
          tx.updateTable("deliveries").set({ state: to }).where("event_id", "in", ids).execute(),
        );
      await state("exhausted");
      await destroy(id);
      await house.quiet();
      assert.deepEqual([...new Set(await findSecrets(id))], ["events.object_json"]);
      const walk = payloadsLeftWalk(house.store);
      await walk.step({ at: Date.now(), after: null });
      assert.equal((await row(id)).payloads_left, 1);
      await state("acked");
      await walk.step({ at: Date.now(), after: null });
      assert.deepEqual(await findSecrets(id), []);
      assert.equal((await row(id)).payloads_left, 0);
    });

    test("from the dashboard it is asked once more, and the tombstone is shown", async () => {
      const { id } = await completed();
      const visitor = await signIn(house);
      const page = await visitor.get(`/app/requests/${id}`);
      assert.match(page.text, /PAdES B-B/);
      assert.match(page.text, new RegExp(`href="/app/requests/${id}/export"`));
      const question = await visitor.get(`/app/requests/${id}/destroy`);
      assert.match(question.text, /Nobody can bring them back/);
      assert.equal((await visitor.post(`/app/requests/${id}/destroy`, { key: "0".repeat(64) })).status, 403);
      const done = await visitor.post(`/app/requests/${id}/destroy`, { key: await visitor.key() });
      assert.equal(done.location, `/app/requests/${id}`);
      const left = await visitor.get(`/app/requests/${id}`);
      assert.match(left.text, /The data of this request was destroyed/);
      assert.ok(secrets.every((word) => !left.text.includes(word)));
      assert.equal((await visitor.get(`/app/requests/${id}/destroy`)).status, 404);
    });

    test("a copy of the sealed file is still recognised at /verify", async () => {
      const { id, pdf } = await completed();
      await destroy(id);
      const form = new FormData();
      form.set("document", new Blob([new Uint8Array(pdf)]), "it.pdf");
      const text = await (await fetch(`${house.url}/verify`, { method: "POST", body: form })).text();
      assert.match(text, /This server sealed exactly this file on/);
    });
  });
}
