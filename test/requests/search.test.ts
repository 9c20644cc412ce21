import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { foldText } from "../../src/base/words.ts";
import { findByWords, readSearch } from "../../src/requests/search.ts";
import { migrations } from "../../src/storage/migrate.ts";
import { writeWords } from "../../src/storage/request-words.ts";
import type { Store } from "../../src/storage/store.ts";
import { writeRequestRow } from "../callbacks/finding-world.ts";
import { databases, type Opened } from "../storage/databases.ts";

test("text is folded to one form: small letters, composed, and without what depends on the letters beside it", () => {
  for (const [one, other] of [
    ["ÉTÉ", "e\u0301te\u0301"],
    ["ΟΔΟΣ", "οδοσ"],
    ["İstanbul", "istanbul"],
    ["ДОГОВІР", "договір"],
  ] as const)
    assert.equal(foldText(one), foldText(other));
  assert.equal(foldText("a\0b\ud800"), "a b\ufffd");
  assert.deepEqual(readSearch(" Two  words\ttwo "), ["two", "words"]);
});

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;

    before(async () => {
      opened = await database.open();
      store = opened.store;
      await store.transact(async (tx) => {
        for (const account_id of ["me", "other"])
          await tx
            .insertInto("accounts")
            .values({ account_id, email: account_id, password_hash: "", locale: "en-US", created_at: 0 })
            .execute();
      });
    });

    after(() => opened.close());

    const nothing = {
      subject: null,
      message: null,
      signers: [],
      cc: [],
      files: [],
      errorMessage: null,
      messages: [],
      metadata: {},
    };

    async function write(accountId: string, titles: readonly string[]): Promise<readonly string[]> {
      const ids = titles.map((title, n) => `${accountId} ${title.slice(0, 50)} ${n}`);
      await store.transact(async (tx) => {
        for (const [n, requestId] of ids.entries()) {
          const title = titles[n] ?? "";
          await writeRequestRow(tx, { requestId, accountId, clientId: null, title });
          await writeWords({ tx, kind: store.kind }, [{ ...nothing, requestId, accountId, title }]);
        }
      });
      return ids;
    }

    const find = async (text: string, bounds: { readonly most?: number; readonly candidates?: number } = {}) =>
      (await findByWords(store, { accountId: "me", words: readSearch(text), ...bounds }))?.toSorted() ?? null;

    test("the requests of an account that have every word are found by the index, however the words are written", async () => {
      const [quoted, plain] = await write("me", ['Say "hello" AND 50%_done', "Say hello or 50 percent done"]);
      await write("other", ['Say "hello" AND 50%_done']);
      assert.deepEqual(await find("hello"), [quoted, plain].toSorted());
      for (const text of ['"hello"', "50%_", "AND 50%_d", 'say "hello"'])
        assert.deepEqual(await find(text), [quoted], text);
      for (const text of ["hello*", "helloo", "50__", "NEAR(say"]) assert.deepEqual(await find(text), [], text);
    });

    test("a text of characters beyond the basic plane, and one of more trigrams than are looked up, is found as well", async () => {
      const long = Array.from({ length: 30 }, (_, n) => `w${n}x`).join("");
      const [emoji, sequence] = await write("me", ["Party 🎉🎊🥳 time", `Long ${long}`]);
      assert.deepEqual(await find("🎉🎊🥳"), [emoji]);
      assert.deepEqual(await find(long), [sequence]);
      assert.deepEqual(await find(`${long}!`), []);
    });

    test("it says when it does not know: words too short for the index, more requests than asked for, too many candidates", async () => {
      const ids = await write("me", ["common 1", "common 2", "common 3"]);
      assert.equal(await find("co"), null);
      assert.deepEqual(await find("common", { most: 3 }), ids.toSorted());
      assert.equal(await find("common", { most: 2 }), null);
      assert.equal(await find("common", { candidates: 3 }), null);
      assert.deepEqual(await find("common", { candidates: 4 }), ids.toSorted());
      assert.deepEqual(await find("common co"), ids.toSorted());
    });

    test("words that are written anew replace those of before, in the index too", async () => {
      const [requestId = ""] = await write("me", ["Formerly known"]);
      const facts = { ...nothing, requestId, accountId: "me", title: "Presently named" };
      await store.transact((tx) => writeWords({ tx, kind: store.kind }, [facts]));
      assert.deepEqual([await find("formerly"), await find("presently")], [[], [requestId]]);
      await store.transact((tx) => tx.deleteFrom("request_words").where("request_id", "=", requestId).execute());
      assert.deepEqual(await find("presently"), []);
      const row = await store.read
        .selectFrom("request_words")
        .select("words")
        .where("request_id", "=", requestId)
        .execute();
      assert.deepEqual(row, []);
    });

    test("what is kept of a request is bounded, and a long one is found by its beginning", async () => {
      const words = { ...nothing, accountId: "me", title: "Endless", cc: ["y".repeat(limits.requestWordsLength)] };
      const [requestId = ""] = await write("me", ["Endless"]);
      await store.transact((tx) => writeWords({ tx, kind: store.kind }, [{ ...words, requestId }]));
      const row = await store.read
        .selectFrom("request_words")
        .select("words")
        .where("request_id", "=", requestId)
        .executeTakeFirst();
      assert.equal(row?.words.length, limits.requestWordsLength);
      assert.deepEqual(await find("endless"), [requestId]);
    });

    test("a request from before there was a search is found after the migration, by all that it says", async () => {
      await write("me", ["Formerly made"]);
      await store.transact(async (tx) => {
        const [requestId, title] = ["old one", "Стара угода"];
        await writeRequestRow(tx, { requestId, accountId: "me", clientId: null, title });
        const said = {
          subject: "Betreff",
          metadata_json: '{"a":{"b":["Tief drin"]},"n":4711}',
          cc_json: '["cc@x.example"]',
        };
        await tx.updateTable("signature_requests").set(said).where("request_id", "=", requestId).execute();
        const file = { request_id: requestId, position: 0, name: "Scan.PDF", blob: null, bytes: 0, file_url: null };
        await tx.insertInto("request_files").values(file).execute();
        await writeRequestRow(tx, { requestId: "gone", accountId: "me", clientId: null, title: "Gone угода" });
        await tx
          .updateTable("signature_requests")
          .set({ state: "destroyed" })
          .where("request_id", "=", "gone")
          .execute();
        await unmake(store, tx);
        await makeAgain(store, tx);
      });
      for (const text of ["СТАРА УГОДА", "betreff", "tief", "drin", "4711", "cc@x", "scan.pdf"])
        assert.deepEqual(await find(text), ["old one"], text);
      assert.equal((await find("formerly made"))?.length, 1);
    });
  });
}

/** Takes the step again that made the search. */
async function makeAgain({ kind }: Store, tx: Store["read"]): Promise<void> {
  const step = migrations.find(({ name }) => name === "requests") ?? assert.fail("it is there");
  for (const statement of step.statements) {
    const text = typeof statement === "string" ? statement : statement[kind];
    if (text !== undefined) await sql.raw(text).execute(tx);
  }
  await step.fill?.(tx, kind);
}

/** Takes away what the migration made, and all words. */
async function unmake({ kind }: Store, tx: Store["read"]): Promise<void> {
  await tx.deleteFrom("request_words").execute();
  for (const trigger of ["request_counted", "request_uncounted", "request_moved", "request_dated", "request_undated"])
    await sql`drop trigger ${sql.ref(trigger)} ${kind === "sqlite" ? sql`` : sql`on signature_requests`}`.execute(tx);
  if (kind === "postgres")
    await sql`drop function count_request, uncount_request, move_request, date_request, undate_request`.execute(tx);
  await sql`drop table request_counts`.execute(tx);
  for (const index of ["signature_requests_listed", "signature_requests_state"])
    await sql`drop index ${sql.ref(index)}`.execute(tx);
  await sql`alter table signature_requests drop column removed_at`.execute(tx);
  for (const column of ["title_end", "subject_end", "message_end", "to_end", "files_end", "metadata_end"])
    await sql`alter table request_words drop column ${sql.ref(column)}`.execute(tx);
}
