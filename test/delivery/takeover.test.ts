import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { failing } from "../callbacks/desk.ts";
import { line, paper } from "../documents/papers.ts";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { lookAt, waitForQuiet } from "../support/house.ts";
import { acknowledge, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const cluster = findCluster();

describe("two servers on one PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  test("what a frozen server holds is delivered by another, and waking up it can undo nothing of that", async () => {
    const { url: databaseUrl, drop } = await createDatabase();
    const receiver = await startReceiver();
    const frozen = await startTestServer({ DATABASE_URL: databaseUrl });
    const store = await lookAt({ dataFolder: frozen.dataFolder, databaseUrl });
    const others: TestServer[] = [];
    try {
      await frozen.call("PUT", "/account", { callback_url: `${receiver.url}/account` });
      await waitForQuiet(store);
      const first = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      let attempts = 0;
      receiver.answer = async () => {
        attempts += 1;
        if (attempts > 1) return acknowledge();
        first.resolve();
        await gate.promise;
        return { status: 500, body: "too late" };
      };
      await askToFail(frozen);
      await first.promise;
      frozen.process().kill("SIGSTOP");

      const worker = { DATABASE_URL: databaseUrl, COUNTERSIGN_DATA: frozen.dataFolder, COUNTERSIGN_ROLE: "worker" };
      others.push(await startTestServer(worker));
      await receiver.waitFor(({ payload }) => payload.event.event_type === "file_error");
      await waitForQuiet(store);
      gate.resolve();
      frozen.process().kill("SIGCONT");
      await said(frozen, "an attempt outlived its lease");

      const [delivery, ...rest] = await store.read
        .selectFrom("deliveries")
        .select(["state", "tries", "lease_no", "leased"])
        .where("request_id", "is not", null)
        .execute();
      assert.deepEqual(rest, []);
      assert.deepEqual(delivery, { state: "delivered", tries: 1, lease_no: 2, leased: 0 });
      assert.equal(attempts, 2);
      const [one, two] = receiver.heard.slice(-2);
      assert.ok(one?.body.equals(two?.body ?? Buffer.of()));
    } finally {
      frozen.process().kill("SIGCONT");
      await Promise.all([...others, frozen].map((server) => server.stop()));
      await store.close();
      await receiver.close();
      await drop();
    }
  });
});

async function askToFail({ call }: TestServer): Promise<void> {
  const form = new FormData();
  form.set("test_mode", "1");
  form.set("signers[0][name]", "Ann");
  form.set("signers[0][email_address]", failing);
  form.set("files[0]", new Blob([Buffer.from(paper({ content: line(72, 700, "Agreement") }))]), "paper.pdf");
  const { status } = await call("POST", "/signature_request/send", form);
  assert.equal(status, 200);
}

/** Resolves when the server has logged these words. */
async function said({ output }: TestServer, words: string): Promise<void> {
  const until = Date.now() + 60_000;
  while (!output().includes(words)) {
    assert.ok(Date.now() < until, `it never said "${words}":\n${output()}`);
    await sleep(20);
  }
}
