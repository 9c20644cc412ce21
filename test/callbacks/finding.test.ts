import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EventFilter } from "../../src/callbacks/log-filter.ts";
import { findEvents } from "../../src/callbacks/log-newest.ts";
import type { WalkBounds } from "../../src/callbacks/log-walk.ts";
import { readSearch } from "../../src/requests/search.ts";
import { chanceOf, seedOfRun } from "../delivery/random.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { anyFilter, modelOf } from "./finding-model.ts";
import { makeWorld, type Told } from "./finding-world.ts";

const tiny: WalkBounds = { firstRows: 2, stepRows: 7, rows: 15, requests: 3 };

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    const seed = seedOfRun();
    let opened: Opened;
    let told: readonly Told[];

    before(async () => {
      opened = await database.open();
      told = await makeWorld(opened.store, { seed, count: 400 });
    });

    after(() => opened.close());

    type Paging = { readonly filter: EventFilter; readonly limit: number; readonly bounds?: WalkBounds };

    /** Every page of a list, to its end. */
    async function pagesOf({ filter, limit, bounds }: Paging) {
      const pages: { readonly ids: readonly string[]; readonly isCut: boolean }[] = [];
      let before: string | null = null;
      do {
        const page = { limit, ...(before === null ? {} : { before }) };
        const found = await findEvents(opened.store, {
          accountId: "me",
          filter,
          page,
          ...(bounds === undefined ? {} : { bounds }),
        });
        pages.push({ ids: found.events.map(({ event }) => event.event_id), isCut: found.isCut });
        before = found.before;
      } while (before !== null && pages.length < 1000);
      return pages;
    }

    test(`whatever is filtered by, the pages to the end have every event that fits once, newest first, and no other, seed ${seed}`, async () => {
      const chance = chanceOf(seed + 1);
      let [met, cut] = [0, 0];
      for (let round = 0; round < 250; round += 1) {
        const { filter: given, search } = anyFilter(chance, told);
        const filter = { ...given, words: readSearch(search) };
        const limit = 1 + Math.floor(chance() * 9);
        const bounds = chance() < 0.8 ? { bounds: tiny } : {};
        const pages = await pagesOf({ filter, limit, ...bounds });
        const words = `seed ${seed}, round ${round}: ${JSON.stringify({ ...filter, limit })}`;
        const ids = pages.flatMap((page) => page.ids);
        assert.deepEqual(ids, modelOf(told, filter), words);
        for (const page of pages.slice(0, -1)) assert.equal(page.isCut, page.ids.length < limit, words);
        assert.equal(pages.at(-1)?.isCut, false, words);
        if (!("bounds" in bounds)) assert.ok(!pages.some((page) => page.isCut), words);
        met += ids.length;
        cut += pages.filter((page) => page.isCut).length;
      }
      assert.ok(met > 1000 && cut > 100, `seed ${seed}: ${met} events were met, ${cut} pages cut short`);
    });

    test("a page costs a bounded number of rows however few events fit, and the next one goes on from there", async () => {
      const words = readSearch("e\\ nowhere");
      const pages = await pagesOf({ filter: { words: readSearch("ö"), type: "file_error" }, limit: 50, bounds: tiny });
      assert.ok(pages.length > 1);
      assert.ok(pages.slice(0, -1).every((page) => page.isCut && page.ids.length <= tiny.rows));
      assert.deepEqual(await pagesOf({ filter: { words }, limit: 50, bounds: tiny }), [{ ids: [], isCut: false }]);
    });

    test("what comes in between two pages is met by neither", async () => {
      const filter = { type: "signature_request_viewed" };
      const first = await findEvents(opened.store, { accountId: "me", filter, page: { limit: 5 } });
      assert.ok(first.before);
      const newer = modelOf(told, filter).slice(0, 5);
      assert.deepEqual(
        first.events.map(({ event }) => event.event_id),
        newer,
      );
      const next = await findEvents(opened.store, {
        accountId: "me",
        filter,
        page: { limit: 5, before: first.before },
      });
      assert.deepEqual(
        next.events.map(({ event }) => event.event_id),
        modelOf(told, filter).slice(5, 10),
      );
    });
  });
}
