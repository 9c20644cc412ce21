import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { grounds } from "../support/house.ts";
import { acknowledge, isEvent } from "../support/receiver.ts";
import { ask, attemptsOf, type Desk, deliveriesOf, failing, openDesk, setUrl } from "./desk.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
    });

    after(() => desk.close());

    test("what waits for its retry keeps its time while the URL is cleared and set again, and goes to the new one", async () => {
      const { house, receiver } = desk;
      receiver.answer = ({ path }) => (path === "/account" ? { status: 500, body: "" } : acknowledge());
      const { signature_request_id: id } = await ask(desk, { emails: [failing], withApp: false });
      await house.quiet();
      await setUrl({ house, to: "" });
      await setUrl({ house, to: `${receiver.url}/again` });
      await house.quiet();
      assert.deepEqual(receiver.types(id, "/again"), []);

      const [delivery] = await deliveriesOf(house, id);
      const deliveryId = delivery?.delivery_id ?? "";
      await house.store.transact((tx) =>
        tx.updateTable("deliveries").set({ next_at: 0 }).where("delivery_id", "=", deliveryId).execute(),
      );
      await receiver.waitFor((heard) => heard.path === "/again" && isEvent("file_error", id)(heard));
      await house.quiet();
      const attempts = await attemptsOf(house, deliveryId);
      assert.deepEqual(
        attempts.map(({ n, outcome, url }) => [n, outcome, url]),
        [
          [1, "http_5xx", `${receiver.url}/account`],
          [2, "acked", `${receiver.url}/again`],
        ],
      );
      await setUrl({ house, to: `${receiver.url}/account` });
    });
  });
}
