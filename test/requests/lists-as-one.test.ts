import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { listRequests } from "../../src/requests/list.ts";
import { readQuery } from "../../src/requests/query.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import { writeRequestRow } from "../callbacks/finding-world.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { untilWaiting } from "../support/waiting.ts";

const hourMs = 3_600_000;
const people = Array.from({ length: limits.unionTerms + 5 }, (_, number) => `person ${number}`);

for (const database of databases()) {
  describe(database.name, { skip: database.skip }, () => {
    let opened: Opened;
    let store: Store;
    const newest: string[] = [];
    before(async () => {
      opened = await database.open();
      store = opened.store;
      await store.transact(async (tx) => {
        for (const account_id of people)
          await tx
            .insertInto("accounts")
            .values({
              account_id,
              email: `${account_id}@example.com`,
              password_hash: "",
              locale: "en-US",
              created_at: 0,
            })
            .execute();
        for (const [number, accountId] of [...people, ...people].entries()) {
          const requestId = `request ${number}`;
          await writeRequestRow(tx, { requestId, accountId, clientId: null, title: "Lease" });
          const [createdAt, state] = [timeOf(requestId), number % 3 === 0 ? "complete" : "awaiting"];
          await tx
            .updateTable("signature_requests")
            .set({ created_at: createdAt, state })
            .where("request_id", "=", requestId)
            .execute();
        }
      });
      const rows = await store.read
        .selectFrom("signature_requests")
        .select("request_id")
        .orderBy("created_at", "desc")
        .orderBy("request_id", "desc")
        .execute();
      newest.push(...rows.map((row) => row.request_id));
    });
    after(() => opened.close());

    const page = async (number: number, { text = "", rows = 60_000 } = {}) => {
      const query = readQuery(text, { email: "me@example.com" });
      const bounds = { firstRows: 1, stepRows: 1, rows };
      const asked = { accountIds: [...people, "nobody"], query, page: number, pageSize: 50, bounds, whole: 0 };
      const { records, ...told } = await listRequests(store, asked);
      return { ids: records.map(({ request }) => request.request_id), ...told };
    };

    const complete = () => newest.filter((id) => Number(id.split(" ")[1]) % 3 === 0);

    test("the lists of more people than one statement takes are read as one, page by page, and counted", async () => {
      for (const number of [1, 2, 9])
        assert.deepEqual(await page(number), {
          ids: newest.slice((number - 1) * 50, number * 50),
          count: newest.length,
          isCounted: true,
          reached: null,
        });
    });

    test("a query finds in all of them what fits, newest first", async () => {
      const found = await page(1, { text: "complete:true" });
      const fitting = new Set(newest.filter((id) => Number(id.split(" ")[1]) % 3 === 0));
      assert.deepEqual(found.ids, newest.filter((id) => fitting.has(id)).slice(0, 50));
    });

    test("where the search ends early nothing is left out of what it says it looked through", async () => {
      const found = await page(1, { text: "complete:true", rows: people.length });
      assert.equal(found.isCounted, false);
      assert.ok(found.ids.length > 0, "it found something");
      assert.deepEqual(found.ids, complete().slice(0, found.ids.length));
    });

    test("what was received stands among the requests of a list in its place, on far pages too, and is counted and searched with them", async () => {
      const [own, address, numberOf] = [
        people.slice(0, 150),
        "me@example.com",
        (id: string) => Number(id.split(" ")[1]),
      ];
      const isOwn = (id: string) => numberOf(id) % people.length < own.length;
      const received = newest.filter((id, place) => !isOwn(id) && (place < 80 || numberOf(id) % 2 === 0));
      await store.transact(async (tx) => {
        const rows = tx.selectFrom("signature_requests").select(["request_id", "created_at"]);
        for (const { request_id, created_at: received_at } of await rows.where("request_id", "in", received).execute())
          await tx
            .insertInto("signatures")
            .values({ ...signerOf(request_id), email: address, received_at })
            .execute();
      });
      const all = newest.filter((id) => isOwn(id) || received.includes(id));
      const list = async (how: { page: number; pageSize: number; text?: string; most?: number }) => {
        const { text = "", most = 1000, ...paging } = how;
        const [query, theirs] = [
          readQuery(text, { email: address }),
          readQuery(text, { email: address, isSigner: true }),
        ];
        const found = { address, query: theirs, most };
        const { records, ...told } = await listRequests(store, { accountIds: own, query, received: found, ...paging });
        return { ids: records.map(({ request }) => request.request_id), ...told };
      };
      const whole = { isCounted: true, reached: null };
      for (const pageSize of [17, 100])
        for (let page = 1; (page - 2) * pageSize < all.length; page += 1) {
          const ids = all.slice((page - 1) * pageSize, page * pageSize);
          assert.deepEqual(await list({ page, pageSize }), { ids, count: all.length, ...whole });
        }
      const complete = all.filter((id) => numberOf(id) % 3 === 0);
      const ids = complete.slice(20, 40);
      const found = await list({ text: "complete:true", page: 2, pageSize: 20 });
      assert.deepEqual(found, { ids, count: complete.length, ...whole });
      const cut = await list({ page: 1, pageSize: 20, most: 2 });
      assert.deepEqual([cut.count, cut.isCounted, cut.reached], [own.length * 2 + 3, false, timeOf(received[2])]);
    });

    test("the days of a list are kept by whatever changes it: what is withdrawn, removed, or goes to another account", async () => {
      const counted = async () => {
        const rows = await store.read
          .selectFrom("request_days")
          .select(({ fn }) => ["account_id", "days", "number", fn.sum<number>("requests").as("requests")])
          .groupBy(["account_id", "days", "number"])
          .execute();
        return rows.map((row) => `${row.account_id}, ${row.days} days, ${row.number}: ${row.requests}`).toSorted();
      };
      const listed = async () => {
        const rows = await store.read
          .selectFrom("signature_requests")
          .select(["account_id", "created_at"])
          .where("state", "<>", "canceled")
          .where("removed_at", "is", null)
          .execute();
        return [1, 32]
          .flatMap((days) => {
            const spanOf = ({ account_id, created_at }: (typeof rows)[number]) =>
              `${account_id}, ${days} days, ${Math.floor(created_at / (days * 24 * hourMs))}`;
            return [...Map.groupBy(rows, spanOf)].map(([words, { length }]) => `${words}: ${length}`);
          })
          .toSorted();
      };
      const [all, some] = [await listed(), newest.slice(0, 9)];
      assert.deepEqual(await counted(), all);
      await store.transact(async (tx) => {
        const change = tx.updateTable("signature_requests");
        await change.set({ state: "canceled" }).where("request_id", "in", some.slice(0, 3)).execute();
        await change.set({ removed_at: 1 }).where("request_id", "in", some.slice(3, 6)).execute();
        await change.set({ account_id: "person 0" }).where("request_id", "in", some.slice(6)).execute();
      });
      assert.notDeepEqual(await listed(), all);
      assert.deepEqual(await counted(), await listed());
    });

    test("who makes a request and who withdraws another of that day wait for each other in one order", async (context) => {
      if (store.kind === "sqlite") return context.skip("SQLite has one writer");
      const make = (id: string) => (tx: Db) =>
        writeRequestRow(tx, { requestId: id, accountId: "person 0", clientId: null, title: "Lease" });
      await store.transact(make("request there"));
      const tries: string[] = [];
      const [first, both] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const held = store.transact(async (tx) => {
        await make("request held")(tx);
        first.resolve();
        await both.promise;
      });
      await first.promise;
      const made = store.transact(async (tx) => {
        tries.push("made");
        await make("request made")(tx);
      });
      const withdrawn = store.transact(async (tx) => {
        tries.push("withdrawn");
        const change = tx.updateTable("signature_requests").set({ state: "canceled" });
        await change.where("request_id", "=", "request there").execute();
      });
      await untilWaiting(store, 2);
      both.resolve();
      await Promise.all([held, made, withdrawn]);
      assert.deepEqual(tries.toSorted(), ["made", "withdrawn"], "neither was refused as a deadlock and tried again");
    });

    test("of nobody's lists there is an empty one", async () => {
      const query = readQuery("", { email: "me@example.com" });
      const none = await listRequests(store, { accountIds: ["nobody"], query, page: 1, pageSize: 20 });
      assert.deepEqual(none, { records: [], count: 0, isCounted: true, reached: null });
    });
  });
}

function signerOf(requestId: string) {
  const state = "awaiting_signature";
  return { signature_id: requestId, request_id: requestId, position: 0, name: "Me", sign_order: null, state };
}

function timeOf(id = ""): number {
  const number = Number(id.split(" ")[1]);
  return 1_000_000 + Math.floor(number / 2) * 5 * hourMs;
}
