import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { destroy } from "../requests/secret-lease.ts";
import { faultOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { mailedLinkOf, open, openPage } from "../support/page.ts";
import { ann, type NewRequest, send, sendAndWait } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { type JsonApi, openJsonApi, type Page, untilFinal } from "./json-api.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let api: JsonApi;

    before(async () => {
      house = await openHeardHouse(ground);
      api = await openJsonApi(house);
    });

    after(() => house.close());

    const listed = async (text: string, from: JsonApi = api) =>
      (await from.ok<Page>(`GET /events?limit=100&${new URLSearchParams({ text }).toString()}`)).events;
    /** The requests of the events that are found, each once. */
    const found = async (text: string, from?: JsonApi) => [
      ...new Set((await listed(text, from)).map((event) => event.signature_request_id)),
    ];
    const make = async (parameters: NewRequest) => (await sendAndWait(house, parameters)).signature_request_id;

    test("an event is found by any part of what its request says, wherever it says it, in letters of any size", async () => {
      const id = await make({
        title: "Mietvertrag Küche",
        subject: "Bitte zeichnen",
        signers: [{ name: "Zlatka Ivanova", email_address: "z.ivanova@firma.example" }],
        cc_email_addresses: ["copy@kanzlei.example"],
        metadata: { order: "PO-4711", note: "ЗАМОВЛЕННЯ двері" },
      });
      const other = await make({ title: "Something else" });
      for (const text of [
        "mietvertrag",
        "VERTRAG",
        "KÜCHE",
        "KU\u0308CHE",
        "zeichnen",
        "ivan",
        "firma.example",
        "@kanzlei",
      ])
        assert.deepEqual(await found(text), [id], text);
      for (const text of ["po-4711", "Замовлення ДВЕРІ", "вері", "küche 4711 zlatka"])
        assert.deepEqual(await found(text), [id], text);
      for (const text of ["mietvertrag else", "order", "kuche"]) assert.deepEqual(await found(text), [], text);
      assert.deepEqual(await found("paper-1"), [other, id]);
    });

    test("words of one and two characters are found too, and characters that are signs elsewhere stand for themselves", async () => {
      const id = await make({ title: '50% off_"now" \\ йо' });
      await make({ title: "50 offXnow yo" });
      for (const text of ["0%", "%", "f_", '"now"', "\\", "йо", 'off_"now"', "50% \\"])
        assert.deepEqual(await found(text), [id], text);
      for (const text of ["%off", "50%off", "f_x", '""', "йо йоу"]) assert.deepEqual(await found(text), [], text);
      assert.ok((await found("  ")).length > 1);
    });

    test("a word may be in the type of the event instead, and an event without a request is found by its type", async () => {
      const id = await make({ title: "Tenancy" });
      const types = async (text: string) => (await listed(text)).map(({ event_type }) => event_type);
      assert.deepEqual(await types("tenancy request_sent"), ["signature_request_sent"]);
      assert.deepEqual(await found("TENANCY Sent"), [id]);
      assert.deepEqual(await types("tenancy viewed"), []);
      assert.deepEqual(new Set(await types("callback_te")), new Set(["callback_test"]));
    });

    test("a request that failed is found by what was wrong with it", async () => {
      const { json } = await send(house, { files: [Buffer.from("%PDF-1.7 and nothing else")], title: "Broken" });
      await house.quiet();
      const [event] = await listed("too damaged broken");
      assert.equal(event?.event_type, "file_error");
      assert.match(JSON.stringify(json), new RegExp(event.signature_request_id ?? "none"));
      assert.deepEqual(await found("paper-1.pdf damaged"), [event.signature_request_id]);
    });

    test("the search follows the request: who was handed over to is found, and who handed over is not", async () => {
      const id = await make({
        mailed: true,
        allow_reassign: true,
        signers: [{ name: "Leaving Lena", email_address: "lena@old.example" }],
      });
      assert.deepEqual(await found("leaving lena"), [id]);
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: "lena@old.example" }) });
      await open(page);
      assert.ok((await page.reassign({ name: "Coming Cora", email: "cora@new.example", reason: "" })).ok);
      assert.deepEqual(await found("cora@new"), [id]);
      assert.deepEqual(await found("Coming"), [id]);
      assert.deepEqual(await found("lena"), []);
    });

    test("who declined is found by the reason", async () => {
      const id = await make({ mailed: true, allow_decline: true });
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      await open(page);
      assert.ok((await page.decline("The Rent Is Too High")).ok);
      assert.deepEqual(await found("rent high"), [id]);
    });

    test("of a request whose data is destroyed no word is left, neither in a table nor in an index", async () => {
      const id = await make({ title: "Qvzxk жмъпр", signers: [{ name: "Wqjx", email_address: "wqjx@example.com" }] });
      assert.deepEqual(await found("qvzxk ЖМЪПР wqjx"), [id]);
      const { status } = await api.ask(`DELETE /signature_requests/${id}/data`);
      assert.equal(status, 409);
      await house.call("POST", `/signature_request/cancel/${id}`);
      assert.equal((await destroy(house, id)).status, 200);
      await house.quiet();
      for (const text of ["qvzxk", "ЖМЪПР", "wqjx"]) assert.deepEqual(await found(text), [], text);
      assert.deepEqual(await termsWith(house, ["qvz", "vzx", "zxk", "жмъ", "ъпр", "wqj", "qjx"]), []);
      assert.equal((await found("request_destroyed")).includes(id), true);
    });

    test("nobody finds anything by the words of another account", async () => {
      const id = await make({ title: "Confidential zebra" });
      const second = await makeSecondAccount(house);
      const theirs = await openJsonApi({ ...house, apiKey: second.apiKey });
      assert.deepEqual(await found("zebra"), [id]);
      assert.deepEqual(await found("zebra", theirs), []);
      assert.deepEqual(await found("signature_request_sent", theirs), []);
    });

    test("a text that is too long, or of too many words, is refused by its name", async () => {
      const many = Array.from({ length: limits.searchWords + 1 }, (_, n) => `w${n}`).join(" ");
      for (const text of ["x".repeat(limits.searchLength + 1), many])
        assert.deepEqual(faultOf(await api.ask(`GET /events?${new URLSearchParams({ text }).toString()}`)), [
          400,
          "bad_request",
          "text",
        ]);
      assert.deepEqual(faultOf(await api.ask("GET /events?text=a%00b")), [400, "bad_request", "text"]);
      assert.deepEqual(await found("x".repeat(limits.searchLength)), []);
    });

    test("a reader who goes on oldest first, and one who follows a request, can look for words as well", async () => {
      const id = await make({ title: "Oldest walrus" });
      await house.quiet();
      const query = new URLSearchParams({ text: "WALRUS", after: "start" });
      const page = await untilFinal(api, `GET /events?${query.toString()}`);
      assert.deepEqual(
        page.events.map((event) => event.signature_request_id),
        [id],
      );
      query.set("signature_request_id", id);
      assert.equal((await api.ok<Page>(`GET /events?${query.toString()}`)).events.length, 1);
      query.set("text", "penguin");
      assert.equal((await api.ok<Page>(`GET /events?${query.toString()}`)).events.length, 0);
    });
  });
}

/** Which of the trigrams the index of SQLite still has; PostgreSQL's has numbers only, which go with their rows. */
async function termsWith({ store }: HeardHouse, trigrams: readonly string[]): Promise<readonly string[]> {
  if (store.kind === "postgres") return [];
  const { rows } = await store.transact(async (tx) => {
    await sql`create virtual table temp.terms using fts5vocab('main', 'request_words_index', 'row')`.execute(tx);
    const terms = await sql<{ term: string }>`select term from temp.terms`.execute(tx);
    await sql`drop table temp.terms`.execute(tx);
    return terms;
  });
  assert.ok(rows.length > 100);
  return rows.map(({ term }) => term).filter((term) => trigrams.includes(term));
}
