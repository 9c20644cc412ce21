import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Static, Type } from "typebox";
import { ListInfo, Warning } from "../../src/wire/shapes.ts";
import { SignatureRequest } from "../../src/wire/signature-request.ts";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { requestOf, send, sendAndWait } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";

const List = Type.Object({
  signature_requests: Type.Array(SignatureRequest),
  list_info: ListInfo,
  warnings: Type.Optional(Type.Array(Warning)),
});

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;
    const made: string[] = [];

    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
      // An address that fails at once spares the processing.
      const signers = [{ name: "Ann", email_address: "a+overlayerror@hellosign.com" }];
      for (let n = 0; n < 45; n += 1) {
        const { signature_request_id } = requestOf(await send(house, { title: `Lease ${n}`, signers }));
        made.unshift(signature_request_id);
      }
      await house.quiet();
    });

    after(() => house.close());

    async function list(query = "", key = house.apiKey): Promise<Static<typeof List>> {
      return readAs(List, await ask(house, `GET /signature_request/list${query}`, { key }));
    }

    const idsOf = ({ signature_requests }: Static<typeof List>) =>
      signature_requests.map(({ signature_request_id }) => signature_request_id);

    test("without parameters a list shows the newest 20 of the account", async () => {
      const first = await list();
      assert.deepEqual(first.list_info, { page: 1, num_pages: 3, num_results: 45, page_size: 20 });
      const times = first.signature_requests.map(({ created_at }) => created_at);
      assert.equal(times.length, 20);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => b - a),
      );
    });

    test("the pages of a list hold every request once, newest first; what is past the end is empty", async () => {
      for (const size of [1, 7, 20, 100]) {
        const seen = [];
        for (let page = 1; page <= Math.ceil(45 / size); page += 1) {
          const part = await list(`?page=${page}&page_size=${size}`);
          assert.deepEqual(part.list_info, { page, num_pages: Math.ceil(45 / size), num_results: 45, page_size: size });
          seen.push(...idsOf(part));
        }
        assert.deepEqual(seen.toSorted(), made.toSorted());
        const past = await list(`?page=999999&page_size=${size}`);
        assert.deepEqual([past.signature_requests, past.list_info.num_results], [[], 45]);
      }
    });

    test("each entry is the request as GET shows it", async () => {
      const [entry] = (await list("?page_size=1")).signature_requests;
      assert.deepEqual(requestOf(await ask(house, `GET /signature_request/${entry?.signature_request_id}`)), entry);
    });

    test("another account sees none of it, and its own alone", async () => {
      assert.deepEqual((await list("", other.apiKey)).list_info.num_results, 0);
      const theirs = await send({ ...house, apiKey: other.apiKey, clientId: other.clientId });
      assert.deepEqual(idsOf(await list("", other.apiKey)), [requestOf(theirs).signature_request_id]);
      assert.equal((await list()).list_info.num_results, 45);
    });

    test("account_id may be the caller's own or all; another is refused", async () => {
      const account = readAs(
        Type.Object({ account: Type.Object({ account_id: Type.String() }) }),
        await ask(house, "GET /account"),
      ).account.account_id;
      for (const id of ["all", account, ""]) assert.equal((await list(`?account_id=${id}`)).list_info.num_results, 45);
      const answer = await ask(house, `GET /signature_request/list?account_id=${"0".repeat(40)}`);
      assert.deepEqual(faultOf(answer), [400, "bad_request", "account_id"]);
    });

    test("a query finds by fields and words, counts what it finds, and an empty one finds all", async () => {
      const found = await list(`?query=${encodeURIComponent('title:"Lease 7" OR title:"lease 44"')}`);
      assert.deepEqual(
        found.signature_requests.map(({ title }) => title),
        ["Lease 44", "Lease 7"],
      );
      assert.deepEqual(found.list_info, { page: 1, num_pages: 1, num_results: 2, page_size: 20 });
      assert.equal((await list("?query=title:lease+AND+from:me&page=3&page_size=20")).signature_requests.length, 5);
      for (const [query, count] of [
        ["", 45],
        ["from:me", 45],
        ["from:you", 0],
        ["to:overlayerror", 45],
        ["to:me", 0],
        ["complete:false test_mode:true", 45],
        ["filename:paper-1", 45],
        ["template:abc", 0],
        ["created:[2020-01-01 TO *]", 45],
        ["lease nowhere", 0],
        ["lease -44", 44],
      ] as const) {
        const answer = await list(`?query=${encodeURIComponent(query)}`);
        assert.deepEqual([answer.list_info.num_results, answer.warnings], [count, undefined], query);
      }
    });

    test("a query that cannot be read is refused, and the words name the place", async () => {
      const answer = await ask(house, `GET /signature_request/list?query=${encodeURIComponent("title:x AND")}`);
      assert.deepEqual(faultOf(answer), [400, "bad_request", "query"]);
      assert.match(wordsOf(answer), /at its end: a term is missing/);
    });

    test("a page that cannot be is refused with its path", async () => {
      for (const [query, path] of [
        ["page=0", "page"],
        ["page=-3", "page"],
        ["page=1e3", "page"],
        ["page=99999999", "page"],
        ["page_size=0", "page_size"],
        ["page_size=101", "page_size"],
        ["page_size=many", "page_size"],
        ["page=1&page=2", "page"],
      ]) {
        const answer = await ask(house, `GET /signature_request/list?${query}`);
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], query);
      }
    });

    test("a canceled request is listed no more", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      assert.deepEqual(idsOf(await list("?page_size=1")), [id]);
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`)).status, 200);
      assert.ok(!idsOf(await list("?page_size=100")).includes(id));
      assert.equal((await list()).list_info.num_results, 45);
    });
  });
}
