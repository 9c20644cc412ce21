import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { newUuid } from "../../src/base/ids.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import type { Walk } from "../../src/storage/walk.ts";
import { databases, type Opened } from "./databases.ts";
import { day, furnish, remember, removedBy, today, walkCalled } from "./retention-rows.ts";

const states = ["processing", "awaiting", "sealing", "complete", "canceled", "declined", "expired", "error"];

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;

    beforeEach(async () => {
      opened = await database.open({ clock: () => today });
      store = opened.store;
      await furnish(store, states);
    });

    afterEach(() => opened.close());

    const walk = (name: string): Walk => walkCalled(store, name);

    test("jobs go a week after they were done, buried ones after ninety days, seals that wait for a start never", async () => {
      await store.transact(async (tx) => {
        await addJob(tx, { id: "done long ago", state: "done", made: 8, ended: 8 });
        await addJob(tx, { id: "begun long ago, done now", state: "done", made: 200, ended: 1 });
        await addJob(tx, { id: "waits", state: "pending", made: 200, ended: 200 });
        await addJob(tx, { id: "buried", state: "buried", made: 91, ended: 91 });
        await addJob(tx, { id: "buried lately", state: "buried", made: 91, ended: 89 });
        await addJob(tx, { id: "buried seal", kind: "complete", state: "buried", made: 91, ended: 91 });
      });
      assert.equal(await removedBy(walk("jobs")), 2);
      const left = await store.read.selectFrom("jobs").select("payload_json").orderBy("payload_json").execute();
      assert.deepEqual(
        left.map((row) => row.payload_json),
        ["begun long ago, done now", "buried lately", "buried seal", "waits"],
      );
    });

    test("grants of OAuth go with their tokens once they have ended, and tokens that have expired", async () => {
      await store.transact(async (tx) => {
        const app = { client_id: "app", account_id: "me", name: "App", domains_json: "[]", secret_cipher: "" };
        const nothing = {
          oauth_json: null,
          options_json: null,
          white_labeling_json: null,
          logo_blob: null,
          deleted_at: null,
        };
        await tx
          .insertInto("api_apps")
          .values({ ...app, ...nothing, created_at: today })
          .execute();
        for (const [id, endsIn] of [
          ["ended", 0],
          ["goes on", 1],
        ] as const) {
          await tx
            .insertInto("oauth_grants")
            .values(grantOf(id, today + endsIn))
            .execute();
          for (const token of [-1, 1]) {
            const given = { grant_id: id, scopes: "x", created_at: today };
            await tx
              .insertInto("oauth_tokens")
              .values({ ...given, token_hash: `${id} ${token}`, expires_at: today + token })
              .execute();
          }
        }
      });
      assert.equal(await removedBy(walk("oauth_grants")), 1);
      assert.equal(await removedBy(walk("oauth_tokens")), 1);
      const left = await store.read.selectFrom("oauth_tokens").select("token_hash").execute();
      assert.deepEqual(left, [{ token_hash: "goes on 1" }]);
    });

    test("letters go after their days, save those of requests that are under way", async () => {
      await store.transact(async (tx) => {
        for (const state of states) await addLetter(tx, { requestId: state, age: 91 });
        await addLetter(tx, { requestId: "complete", age: 89 });
        await addLetter(tx, { requestId: null, age: 91 });
      });
      assert.equal(await removedBy(walk("letters")), 6);
      const left = await store.read.selectFrom("letters").select("request_id").orderBy("request_id").execute();
      assert.deepEqual(
        left.map((row) => row.request_id),
        ["awaiting", "complete", "processing", "sealing"],
      );
    });

    test("links of requests that are under way stay, dead or alive; of ended ones they go in time", async () => {
      await remember(store, [
        { ageMs: 91 * day, about: "canceled" },
        { ageMs: 89 * day, about: "declined" },
      ]);
      await store.transact(async (tx) => {
        for (const state of states) await addLink(tx, { requestId: state, made: 100, expires: 99 });
        await addLink(tx, { requestId: "complete", made: 29, expires: 28 });
        await addLink(tx, { requestId: "awaiting", made: 400, expires: null });
        await addLink(tx, { requestId: "declined", made: 100, expires: null });
        await addLink(tx, { requestId: "canceled", made: 100, expires: null });
      });
      assert.equal(await removedBy(walk("sign_links")), 6);
      const left = await store.read.selectFrom("sign_links").select(["request_id", "kind"]).execute();
      assert.deepEqual(left.map((row) => `${row.request_id} ${row.kind}`).toSorted(), [
        "awaiting embedded",
        "awaiting mail",
        "complete embedded",
        "declined mail",
        "processing embedded",
        "sealing embedded",
      ]);
    });

    test("sessions go once expired, replays ninety days after their end", async () => {
      await store.transact(async (tx) => {
        for (const [token, expires] of [
          ["over", today],
          ["open", today + 1],
        ] as const)
          await addSession(tx, { token, expires });
        for (const ended of [null, today - 89 * day, today - 91 * day]) await addReplay(tx, ended);
      });
      assert.equal(await removedBy(walk("sessions")), 1);
      assert.equal(await removedBy(walk("replays")), 1);
      assert.equal(
        (await store.read.selectFrom("sessions").select("token_hash").executeTakeFirst())?.token_hash,
        "open",
      );
      assert.equal((await store.read.selectFrom("replays").selectAll().execute()).length, 2);
    });
  });
}

type Job = {
  readonly id: string;
  readonly kind?: string;
  readonly state: string;
  readonly made: number;
  readonly ended: number;
};

const unclaimed = { tries: 1, lease_no: 1, leased: 0, worker_id: null };

async function addJob(tx: Db, { id, kind = "prepare", state, made, ended }: Job): Promise<void> {
  await tx
    .insertInto("jobs")
    .values({
      ...unclaimed,
      kind,
      state,
      payload_json: id,
      request_id: null,
      last_error: null,
      job_id: newUuid(today - made * day),
      next_at: today - ended * day,
      created_at: today - made * day,
    })
    .execute();
}

const words = { subject: "Please sign", text_body: "", html_body: "" };

async function addLetter(
  tx: Db,
  { requestId, age }: { readonly requestId: string | null; readonly age: number },
): Promise<void> {
  await tx
    .insertInto("letters")
    .values({
      ...words,
      account_id: "me",
      request_id: requestId,
      kind: "please_sign",
      to_name: "Ann",
      to_email: "ann@example.com",
      letter_id: newUuid(today - age * day),
      created_at: today - age * day,
    })
    .execute();
}

type Link = { readonly requestId: string; readonly made: number; readonly expires: number | null };

const unopened = { claimed_at: null, tab_hash: null, reported: 0 };

async function addLink(tx: Db, { requestId, made, expires }: Link): Promise<void> {
  await tx
    .insertInto("sign_links")
    .values({
      ...unopened,
      request_id: requestId,
      signature_id: `${requestId} signer`,
      token_hash: newUuid(today),
      kind: expires === null ? "mail" : "embedded",
      created_at: today - made * day,
      expires_at: expires === null ? null : today - expires * day,
    })
    .execute();
}

async function addSession(
  tx: Db,
  { token, expires }: { readonly token: string; readonly expires: number },
): Promise<void> {
  const base = { account_id: "me", form_key: "", created_at: 0, seen_at: 0, ip: null, user_agent: null };
  await tx
    .insertInto("sessions")
    .values({ ...base, token_hash: token, expires_at: expires })
    .execute();
}

async function addReplay(tx: Db, ended: number | null): Promise<void> {
  const base = { account_id: "me", endpoint_id: "A", filter_json: "{}", per_minute: 60, total: 0, made: 0 };
  await tx
    .insertInto("replays")
    .values({
      ...base,
      replay_id: newUuid(today),
      state: ended === null ? "running" : "done",
      cursor_event_id: null,
      cursor_position: null,
      created_at: 0,
      ended_at: ended,
    })
    .execute();
}

function grantOf(grant_id: string, ends_at: number) {
  const bound = { redirect_uri: null, code_hash: null, code_used_at: null, state_hash: null, challenge: null };
  const given = { client_id: "app", account_id: "me", scopes: "x", created_at: today };
  return { ...given, ...bound, grant_id, ends_at, last_used_at: null, refresh_hash: null };
}
