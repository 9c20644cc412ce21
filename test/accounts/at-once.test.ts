import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { startReceiver } from "../support/receiver.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: House;

    before(async () => {
      house = await ground.open();
    });

    after(() => house.close());

    test("ten first callback URLs at the same moment make one endpoint", async () => {
      const receiver = await startReceiver();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          ask(house, "PUT /account", { json: { callback_url: `${receiver.url}/${n}` } }),
        ),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      const endpoints = await house.store.read.selectFrom("endpoints").selectAll().execute();
      assert.equal(endpoints.length, 1);
      await house.quiet();
      await receiver.close();
    });
  });
}
