import assert from "node:assert/strict";
import { test } from "node:test";
import { readTogether, writeTogether } from "../../src/storage/together.ts";
import { grounds } from "../support/house.ts";

for (const ground of grounds()) {
  test(`what is written together is read together, each in its order, texts and numbers as they were on ${ground.name}`, {
    skip: ground.skip,
  }, async () => {
    const house = await ground.open();
    try {
      const counts = [3, 1, 2].map((requests) => ({ account_id: "ann", part: String(requests), requests }));
      const said = `"quoted" \\ back\nnew line \u2028 Ольга 🖋`;
      await house.store.transact((tx) =>
        writeTogether(tx, [
          tx.insertInto("request_counts").values(counts),
          tx.insertInto("request_counts").values({ account_id: said, part: "", requests: 2 ** 52 }),
        ]),
      );
      const of = (account: string) =>
        house.store.read.selectFrom("request_counts").selectAll().where("account_id", "=", account).orderBy("requests");
      const read = await readTogether(house.store.read, { ann: of("ann"), odd: of(said), nobody: of("nobody") });
      assert.deepEqual(
        read.ann.map(({ requests }) => requests),
        [1, 2, 3],
      );
      assert.deepEqual(
        [...read.odd].map((row) => ({ ...row })),
        [{ account_id: said, part: "", requests: 2 ** 52 }],
      );
      assert.deepEqual([...read.nobody], []);
    } finally {
      await house.close();
    }
  });

  test(`of statements that are written together, one that fails leaves nothing of the others on ${ground.name}`, {
    skip: ground.skip,
  }, async () => {
    const house = await ground.open();
    try {
      const row = { account_id: "ann", part: "0", requests: 1 };
      const twice = house.store.transact((tx) =>
        writeTogether(tx, [
          tx.insertInto("request_counts").values({ ...row, part: "1" }),
          tx.insertInto("request_counts").values([row, row]),
        ]),
      );
      await assert.rejects(twice);
      const left = await house.store.read
        .selectFrom("request_counts")
        .selectAll()
        .where("account_id", "=", "ann")
        .execute();
      assert.deepEqual([...left], []);
    } finally {
      await house.close();
    }
  });
}
