import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { grounds } from "../support/house.ts";
import { freePort } from "../support/server.ts";
import { ask, type Desk, failing, openDesk, setUrl } from "./desk.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
    });

    after(() => desk.close());

    test("where nobody answers, what waits keeps its tries, and all goes out when somebody is there again", async () => {
      const { house, receiver } = desk;
      await setUrl({ house, to: `http://127.0.0.1:${await freePort()}/nobody` });
      await house.store.transact((tx) =>
        tx.updateTable("endpoints").set({ state: "paused" }).where("client_id", "is", null).execute(),
      );
      const ids: string[] = [];
      for (let n = 0; n < 60; n += 1)
        ids.push((await ask(desk, { emails: [failing], withApp: false })).signature_request_id);
      await house.quiet();
      await house.store.transact((tx) =>
        tx.updateTable("endpoints").set({ state: "active" }).where("client_id", "is", null).execute(),
      );
      await until(async () => (await endpoint(desk)).breaker_until !== null);

      const untried = await house.store.read
        .selectFrom("deliveries")
        .select("delivery_id")
        .where("state", "=", "pending")
        .where("tries", "=", 0)
        .execute();
      assert.ok(
        untried.length >= 60 - 2 * limits.callbacksInFlightPerEndpoint,
        `${untried.length} of 60 keep their tries`,
      );

      await setUrl({ house, to: `${receiver.url}/account` });
      const counts = () => ids.filter((id) => receiver.types(id, "/account").includes("file_error")).length;
      await until(async () => counts() >= untried.length);
      assert.deepEqual(await endpoint(desk), { breaker_until: null, failing_since: null });
    });
  });
}

function endpoint({ house }: Desk) {
  return house.store.read
    .selectFrom("endpoints")
    .select(["breaker_until", "failing_since"])
    .where("client_id", "is", null)
    .executeTakeFirstOrThrow();
}

/** Waits, a minute at most, until something holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "it did not come about within a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
