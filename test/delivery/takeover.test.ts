import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import { ask, failing, openDesk } from "../callbacks/desk.ts";
import { line, paper } from "../documents/papers.ts";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { holding, startFileHost } from "../support/file-host.ts";
import { grounds, lookAt, waitForQuiet } from "../support/house.ts";
import { acknowledge, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const cluster = findCluster();

describe("on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false, concurrency: true }, () => {
  test("work that outlasts the lease of a silent worker is not begun again while its worker lives", async () => {
    const [, ground] = grounds();
    const host = await startFileHost();
    const desk = await openDesk(ground ?? assert.fail("PostgreSQL comes second"));
    const { house, receiver } = desk;
    try {
      const lastsMs = limits.silentWorkerMs + limits.beatMs;
      const slow = holding(paper({ content: line(72, 700, "Slow") }));
      receiver.answer = async () => {
        await sleep(lastsMs);
        return acknowledge();
      };
      const { signature_request_id: told } = await ask(desk, { emails: [failing], withApp: false });
      const { status } = await house.call("POST", "/signature_request/create_embedded", {
        client_id: house.clientId,
        signers: [{ name: "Ann", email_address: "ann@example.com" }],
        file_urls: [host.at("/slow.pdf", slow.listener)],
      });
      assert.equal(status, 200);
      await sleep(lastsMs);
      slow.release();
      receiver.answer = acknowledge;
      await house.quiet();

      assert.equal(host.asked.get("/slow.pdf"), 1);
      assert.deepEqual(receiver.types(told), ["file_error"]);
      const jobs = await house.store.read.selectFrom("jobs").select(["kind", "state", "lease_no"]).execute();
      assert.deepEqual(
        jobs,
        jobs.map(() => ({ kind: "prepare", state: "done", lease_no: 1 })),
      );
      const deliveries = await house.store.read.selectFrom("deliveries").select(["state", "lease_no"]).execute();
      assert.ok(deliveries.every((row) => row.state === "delivered" && row.lease_no === 1));
    } finally {
      await desk.close();
      await host.close();
    }
  });

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
