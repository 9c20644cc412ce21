import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { failOnceMore, makeDue } from "../support/failing-jobs.ts";
import { type FaxProviderHouse, startFaxProvider } from "../support/fax-provider.ts";
import { buyLine } from "../support/faxes.ts";
import { grounds, type House } from "../support/house.ts";

const busy = [503, null] as const;

for (const ground of grounds()) {
  describe(`lines of a fax provider over HTTP, on ${ground.name}`, { skip: ground.skip }, () => {
    let provider: FaxProviderHouse;
    let house: House;
    before(async () => {
      provider = await startFaxProvider();
      house = await ground.open({ COUNTERSIGN_FAX_URL: provider.url });
    });
    after(async () => {
      await house.close();
      await provider.close();
    });

    test("a number is bought and given back once an outage of hours is over", async () => {
      provider.answer = () => busy;
      await ask(house, "POST /fax_line/create", { json: { country: "US", area_code: 209 } });
      assert.equal(await failOnceMore(house, "fax_line_settle"), "pending");
      provider.answer = () => [200, { number: "+12095550177" }];
      await makeDue(house, "fax_line_settle");
      await house.quiet();
      assert.equal((await ask(house, "GET /fax_line?number=%2B12095550177")).status, 200);

      provider.answer = () => busy;
      await ask(house, "DELETE /fax_line", { json: { number: "+12095550177" } });
      assert.equal(await failOnceMore(house, "fax_line_release"), "pending");
      provider.answer = () => [200, null];
      await makeDue(house, "fax_line_release");
      await house.quiet();
      const release = provider.told.at(-1)?.on ?? "";
      assert.match(release, /^DELETE \/fax-api\/lines\/%2B12095550177\?id=[0-9a-f-]{36}$/);

      // The answer is lost, and the number is sold anew before it is given back once more: then it is not taken.
      provider.answer = () => [200, { number: "+12095550178" }];
      await ask(house, "POST /fax_line/create", { json: { country: "US", area_code: 209 } });
      provider.answer = () => busy;
      await ask(house, "DELETE /fax_line", { json: { number: "+12095550178" } });
      assert.equal(await failOnceMore(house, "fax_line_release"), "pending");
      provider.answer = () => [200, { number: "+12095550178" }];
      assert.equal(
        (await ask(house, "POST /fax_line/create", { json: { country: "US", area_code: 209 } })).status,
        200,
      );
      const before = provider.told.length;
      await makeDue(house, "fax_line_release");
      await house.quiet();
      assert.deepEqual(provider.told.slice(before), []);
    });

    test("sells, lists and takes back numbers; when it does not answer, that is said, and the order goes on by itself", async () => {
      provider.answer = ({ on }) => {
        if (on.startsWith("GET /fax-api/area_codes")) return [200, { area_codes: [416, 437] }];
        return on === "POST /fax-api/lines" ? [200, { number: "1 416 555 0100" }] : [200, null];
      };
      const codes = await ask(house, "GET /fax_line/area_codes?country=CA&city=Toronto");
      assert.deepEqual(codes.json, { area_codes: [416, 437] });
      assert.equal(provider.told.at(-1)?.on, "GET /fax-api/area_codes?country=CA&city=Toronto");
      const number = await buyLine(house, { country: "CA", area_code: 416 });
      assert.equal(number, "+14165550100");
      await ask(house, "DELETE /fax_line", { json: { number } });
      await house.quiet();
      const gaveBack = provider.told.at(-1)?.on.split("?")[0];
      assert.equal(gaveBack, `DELETE /fax-api/lines/${encodeURIComponent(number)}`);

      provider.answer = () => [503, null];
      const json = { country: "US", area_code: 209 };
      assert.deepEqual(faultOf(await ask(house, "POST /fax_line/create", { json })), [503, "unavailable"]);
      assert.deepEqual(faultOf(await ask(house, "GET /fax_line/area_codes?country=US")), [503, "unavailable"]);
      provider.answer = () => [200, "<html>"];
      assert.match(
        wordsOf(await ask(house, "POST /fax_line/create", { json })),
        /answered something that is no JSON\./,
      );
      const orders = provider.told.filter(({ on }) => on === "POST /fax-api/lines").map(({ body }) => body.id);
      const numbers = ["+12095550123", "+12095550124"];
      provider.answer = () => [200, { number: numbers.pop() ?? null }];
      await house.store.transact(async (tx) => {
        await tx.updateTable("jobs").set({ next_at: 0 }).where("kind", "=", "fax_line_settle").execute();
      });
      await house.quiet();
      const settled = provider.told.slice(-2).map(({ body }) => body.id);
      assert.deepEqual(settled.toSorted(), orders.slice(-2).toSorted());
      for (const number of ["%2B12095550123", "%2B12095550124"])
        assert.equal((await ask(house, `GET /fax_line?number=${number}`)).status, 200);
    });
  });
}
