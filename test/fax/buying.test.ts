import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { limits } from "../../src/base/limits.ts";
import type { Transact } from "../../src/events/work.ts";
import { buyLine, type LineWish, settleLine } from "../../src/fax/buy-line.ts";
import type { FaxProvider } from "../../src/providers/fax.ts";
import { developmentFax } from "../../src/providers/fax-development.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { faxTo, OneFax, shownFax, statusOf } from "../support/faxes.ts";
import { grounds, type House } from "../support/house.ts";

const [sqlite] = grounds();

for (const ground of grounds()) {
  describe(`a number is bought once, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let transact: Transact;
    let wish: LineWish;
    before(async () => {
      house = await ground.open();
      const { store } = house;
      transact = makeTransact({
        store,
        clock: systemClock,
        secret: Buffer.alloc(32),
        reactions: [],
        wake: () => {
          // Nobody works here: the tests settle by themselves.
        },
      });
      const { account_id: id } = await store.read.selectFrom("accounts").select("account_id").executeTakeFirstOrThrow();
      wish = { accountId: id, userId: id, country: "US", areaCode: 209, city: null };
    });
    after(() => house.close());

    const lines = () => house.store.read.selectFrom("fax_lines").select("number").orderBy("number").execute();
    const access = () => house.store.read.selectFrom("fax_line_accounts").selectAll().execute();

    /** A provider that sells this number, and while its first answer is on the way the order's own job settles it. */
    const slowly = (number: string): FaxProvider => {
      let isFirst = true;
      const provider: FaxProvider = {
        ...developmentFax,
        async buyLine({ id }) {
          if (!isFirst) return number;
          isFirst = false;
          await settleLine({ store: house.store, transact, provider }, { lineId: id, endJob: async () => {} });
          return number;
        },
      };
      return provider;
    };

    test("a line whose job has settled it before its call comes back stays, with its number", async () => {
      const { row, users } = await buyLine({ transact, provider: slowly("+12095550123") }, wish);
      assert.deepEqual([row.number, users.length], ["+12095550123", 1]);
      assert.deepEqual(await lines(), [{ number: "+12095550123" }]);
    });

    test("a number that is another line's already makes no second line, and the first one stays", async () => {
      await assert.rejects(buyLine({ transact, provider: slowly("+12095550123") }, wish), { faultName: "bad_request" });
      assert.deepEqual(await lines(), [{ number: "+12095550123" }]);
      assert.equal((await access()).length, 1);
    });
  });
}

test("a purchase is settled by its job only once the call that made it has ended", () => {
  assert.ok(limits.faxLineSettleMs >= 2 * limits.faxProviderMs);
});

describe("a server that others reach, without a fax provider", { skip: sqlite?.skip ?? false }, () => {
  test("refuses faxes that are no tests, and lines, in words that name the setting; letters and tests go", async () => {
    assert.ok(sqlite);
    const house = await sqlite.open({ COUNTERSIGN_URL: "https://sign.example.com" });
    const refused = await faxTo(house, { test_mode: false });
    assert.deepEqual(faultOf(refused), [403, "forbidden"]);
    assert.match(wordsOf(refused), /COUNTERSIGN_FAX_URL/);
    const json = { country: "US", area_code: 209 };
    assert.deepEqual(faultOf(await ask(house, "POST /fax_line/create", { json })), [403, "forbidden"]);
    assert.deepEqual(faultOf(await ask(house, "GET /fax_line/area_codes?country=US")), [403, "forbidden"]);
    for (const given of [{}, { test_mode: false, recipient: "jill@example.com" }]) {
      const { fax } = readAs(OneFax, await faxTo(house, given));
      await house.quiet();
      assert.equal(statusOf(await shownFax(house, fax.fax_id)), "success");
    }
    await house.close();
  });
});
