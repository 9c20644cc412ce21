import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";

for (const ground of grounds()) {
  test(`an acknowledgement with a NUL in it is written down, and the callback does not come again, on ${ground.name}`, {
    skip: ground.skip,
  }, async (t) => {
    const house = await openHeardHouse(ground);
    t.after(house.close);
    house.receiver.answer = () => ({ status: 200, body: "\0 Hello API Event Received \0" });

    const { signature_request_id: id } = await sendAndWait(house);

    assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
    const attempts = await house.store.read
      .selectFrom("attempts")
      .innerJoin("deliveries", "deliveries.delivery_id", "attempts.delivery_id")
      .select(["outcome", "response_body"])
      .where("request_id", "=", id)
      .execute();
    const written = { outcome: "acked", response_body: "\ufffd Hello API Event Received \ufffd" };
    assert.deepEqual(attempts, [written, written]);
  });
}
