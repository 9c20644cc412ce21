import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { countRequests, listRequests } from "../../src/requests/list.ts";
import { readQuery } from "../../src/requests/query.ts";
import type { ListBounds } from "../../src/requests/walk.ts";
import type { Store } from "../../src/storage/store.ts";
import { chanceOf, seedOfRun } from "../delivery/random.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { type Dice, isFit, type Known, makeQuery, write } from "./query-model.ts";
import { makeWorld, me } from "./query-world.ts";

const seed = seedOfRun();
const small: ListBounds = { firstRows: 3, stepRows: 7, rows: 100_000 };

for (const database of databases()) {
  describe(`${database.name}, seed ${seed}`, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    let world: readonly Known[] = [];
    const chance = chanceOf(seed);
    const dice: Dice = (below) => Math.floor(chance() * below);

    before(async () => {
      opened = await database.open();
      store = opened.store;
      world = await makeWorld(store, { dice, count: 120 });
    });

    after(() => opened.close());

    const list = async (
      query: string,
      how: { page?: number; pageSize?: number; bounds?: ListBounds; whole?: number } = {},
    ) =>
      listRequests(store, {
        accountIds: [me.accountId],
        query: readQuery(query, me),
        page: 1,
        pageSize: 200,
        ...how,
      });
    const count = async (id: string) => (await countRequests(store, { accountIds: [id] })).counts.get(id) ?? 0;
    const ask = () => {
      const asked = makeQuery(dice, { depth: 3, days: world.map(({ createdAt }) => createdAt) });
      return { asked, text: write(dice, asked) };
    };

    test("a query finds what a plain reading of it finds, newest first, and counts it", async () => {
      for (let n = 0; n < 300; n += 1) {
        const { asked, text } = ask();
        if (text.length > limits.queryLength) continue;
        const { records, count, isCounted } = await list(text);
        const right = world.filter((one) => isFit(asked, one)).map(({ id }) => id);
        assert.deepEqual(
          records.map(({ request }) => request.request_id),
          right,
          text,
        );
        assert.deepEqual([count, isCounted], [right.length, true], text);
      }
    });

    test("walked in small steps, its pages hold the same, each once, and a count that is not exact is never too high", async () => {
      for (let n = 0; n < 60; n += 1) {
        const { asked, text } = ask();
        if (text.length > limits.queryLength) continue;
        const right = world.filter((one) => isFit(asked, one)).map(({ id }) => id);
        const pageSize = 1 + dice(12);
        const seen: string[] = [];
        for (let page = 1; page <= Math.ceil(right.length / pageSize) + 1; page += 1) {
          const part = await list(text, { page, pageSize, bounds: small, whole: 0 });
          seen.push(...part.records.map(({ request }) => request.request_id));
          const isRight = part.isCounted
            ? part.count === right.length
            : part.count <= right.length && part.count > page * pageSize;
          assert.ok(isRight, `${text}: page ${page} of ${pageSize} says ${part.count}, there are ${right.length}`);
        }
        assert.deepEqual(seen, right, text);
      }
    });

    test("a walk that is cut short says how far it got, and a query for what is older goes on from there", async () => {
      const rare = world.at(-1) ?? assert.fail("there are requests");
      const text = "NOT title:nowhere";
      const cut = await list(text, { bounds: { firstRows: 3, stepRows: 3, rows: 6 }, whole: 0, pageSize: 50 });
      assert.deepEqual([cut.isCounted, cut.records.length < 50], [false, true]);
      assert.equal(cut.reached, world[cut.records.length - 1]?.createdAt);
      const rest = await list(`${text} created:[* TO ${new Date(cut.reached ?? 0).toISOString()}]`, { pageSize: 200 });
      assert.equal(rest.records.at(-1)?.request.request_id, rare.id);
      assert.equal(rest.records.length + cut.records.length, world.length + 1);
    });

    test("the requests of a template are looked up, not walked to", async () => {
      const bounds = { firstRows: 3, stepRows: 3, rows: 6 };
      for (const [query, title] of [
        ["template:a1", ""],
        ["template:a1 title:lease", "lease"],
      ] as const) {
        const { records, isCounted } = await list(query, { bounds, whole: 0 });
        const right = world.filter(
          ({ templates, title: own }) => templates.includes("a1") && own.toLowerCase().includes(title),
        );
        assert.deepEqual([records.length, isCounted], [right.length, true]);
      }
    });

    test("without a query the count is the one that is kept, and the database keeps it right", async () => {
      assert.equal(await count(me.accountId), world.length);
      assert.equal((await list("", { page: 2, pageSize: 10 })).count, world.length);
      const one = world[0] ?? assert.fail("there are requests");
      const change = (state: string) =>
        store.transact((tx) =>
          tx.updateTable("signature_requests").set({ state }).where("request_id", "=", one.id).execute(),
        );
      await change("canceled");
      await change("destroyed");
      assert.equal(await count(me.accountId), world.length - 1);
      const failing = store.transact(async (tx) => {
        await tx.updateTable("signature_requests").set({ state: "canceled" }).execute();
        throw new Error("never mind");
      });
      await assert.rejects(failing, /never mind/);
      assert.equal(await count(me.accountId), world.length - 1);
      assert.equal(await count("nobody"), 0);
    });
  });
}
