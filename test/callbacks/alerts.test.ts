import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { grounds } from "../support/house.ts";
import { acknowledge } from "../support/receiver.ts";
import { ask, type Desk, failing, openDesk, setUrl } from "./desk.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "0.05,0.05,3000" });
    });

    after(() => desk.close());

    const letters = () =>
      desk.house.store.read
        .selectFrom("letters")
        .select(["to_email", "subject", "text_body"])
        .where("kind", "=", "callbacks_failing")
        .orderBy("letter_id")
        .execute();

    test("a callback_test that fails is told on the page that asked for it, not by mail", async () => {
      const { house, receiver } = desk;
      receiver.answer = () => ({ status: 500, body: "" });
      await setUrl({ house, to: `${receiver.url}/other` });
      await house.quiet();
      assert.deepEqual(await letters(), []);
    });

    test("the owner is told by mail of what fails, once for many, with the way to see why", async () => {
      const { house, receiver } = desk;
      // None fails before all are there: the letter is of all.
      const [refused, all] = [receiver.answer, Promise.withResolvers<void>()];
      let come = 0;
      receiver.answer = async (heard) => {
        come += 1;
        if (come === 3) all.resolve();
        await all.promise;
        return refused(heard);
      };
      await Promise.all([1, 2, 3].map(() => ask(desk, { emails: [failing], withApp: false })));
      await house.quiet();
      const [letter, ...others] = await letters();
      assert.ok(letter);
      assert.deepEqual(others, []);
      assert.equal(letter.to_email, "admin@localhost");
      assert.equal(letter.subject, `Callbacks fail: ${new URL(receiver.url).host}`);
      assert.match(letter.text_body, /0 callbacks are given up after the last try; 3 callbacks are waiting/);
      assert.ok(letter.text_body.includes(`See what went wrong: ${house.url}/app/events?endpoint=`));
      assert.match(letter.text_body, /endpoint=[0-9a-f-]{36}&state=retrying/);
    });

    test("what was given up is counted in the next letter, which comes no sooner than an hour after", async () => {
      const { house, receiver } = desk;
      const at = Date.now();
      await house.store.transact((tx) =>
        tx.updateTable("deliveries").set({ next_at: 0 }).where("tries", "=", 3).execute(),
      );
      await house.quiet();
      const [job] = await house.store.read
        .selectFrom("jobs")
        .select(["next_at", "job_id"])
        .where("kind", "=", "alert")
        .where("state", "=", "pending")
        .execute();
      assert.ok(job && job.next_at >= at + 59 * 60_000, "an hour");
      receiver.answer = acknowledge;

      await house.store.transact((tx) =>
        tx.updateTable("jobs").set({ next_at: 0 }).where("job_id", "=", job.job_id).execute(),
      );
      await house.quiet();
      const [, letter, ...others] = await letters();
      assert.deepEqual(others, []);
      assert.equal(letter?.subject, `3 callbacks are given up: ${new URL(receiver.url).host}`);
      assert.match(letter?.text_body ?? "", /\/app\/events\?endpoint=[0-9a-f-]{36}&state=exhausted/);
    });
  });
}
