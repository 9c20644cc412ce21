import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { startReceiver } from "../support/receiver.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: House;

    before(async () => {
      house = await ground.open();
    });

    after(() => house.close());

    test("ten apps of one name at the same moment are one", async () => {
      for (let round = 0; round < 5; round += 1) {
        const json = { name: `Shop ${round}`, domains: ["shop.example"] };
        const answers = await Promise.all(Array.from({ length: 10 }, () => ask(house, "POST /api_app", { json })));
        const refused = answers.filter(({ status }) => status !== 201);
        assert.equal(refused.length, 9);
        for (const answer of refused) assert.deepEqual(faultOf(answer), [400, "bad_request", "name"]);
      }
    });

    test("ten apps that take one new name at the same moment leave it to one of them", async () => {
      const made = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => {
          const { json } = await ask(house, "POST /api_app", { json: { name: `App ${n}`, domains: ["a.example"] } });
          return (json as { api_app: { client_id: string } }).api_app.client_id;
        }),
      );
      const answers = await Promise.all(
        made.map((id) => ask(house, `PUT /api_app/${id}`, { json: { name: "Wanted" } })),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    });

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
