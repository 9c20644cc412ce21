import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import * as sdk from "@dropbox/sign";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { lettersTo } from "../support/people.ts";

/** The methods of the SDK's classes, but for what those have in common. */
const methods = Object.entries(sdk)
  .filter(([name]) => name.endsWith("Api"))
  .flatMap(([, api]) => Object.getOwnPropertyNames((api as { readonly prototype: object }).prototype))
  .filter((name) =>
    /^(account|apiApp|bulkSendJob|embedded|fax|oauth|report|signatureRequest|team|template|unclaimedDraft)[A-Z]/.test(
      name,
    ),
  );

test("each of the SDK's 73 methods is called by a test of this folder", () => {
  assert.equal(new Set(methods).size, 73);
  const tests = globSync(`${import.meta.dirname}/*.test.ts`).map((file) => readFileSync(file, "utf8"));
  assert.deepEqual(
    methods.filter((name) => !tests.some((text) => text.includes(`.${name}(`))),
    [],
  );
});

for (const ground of grounds()) {
  describe(`the official SDK on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    test("reportCreate answers at once, and the report comes by mail", async () => {
      const reports = new sdk.ReportApi(`${house.url}/v3`);
      reports.username = house.apiKey;
      const asked = { start_date: "11/01/2026", end_date: "11/30/2026", report_type: ["document_status"] };
      const { body } = await reports.reportCreate(sdk.ReportCreateRequest.init(asked));
      assert.deepEqual([body.report.startDate, body.report.reportType], ["11/01/2026", ["document_status"]]);
      await house.quiet();
      assert.equal((await lettersTo(house, "admin@localhost")).length, 1);
    });
  });
}
