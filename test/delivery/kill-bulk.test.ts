import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { ask } from "../support/ask.ts";
import { bulkIdOf, bulkPage, bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { lookAt, waitForQuiet } from "../support/house.ts";
import { startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const rows = 100;
const cluster = findCluster();

/** Sends in bulk to a server that is killed again and again while it makes the requests, and answers what became of it. */
async function sendThroughDeaths(deaths: number, databaseUrl: string | null): Promise<void> {
  const receiver = await startReceiver();
  const server = await startTestServer(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl });
  const store = await lookAt({ dataFolder: server.dataFolder, databaseUrl });
  try {
    const house = { ...server, store, databaseUrl, quiet: () => waitForQuiet(store), close: async () => {} };
    await ask(server, "PUT /account", { json: { callback_url: `${receiver.url}/account` } });
    const template = await makeClientTemplate(house);
    const id = bulkIdOf(await bulkSend(house, { template_ids: [template], signer_list: rowsOf(rows), mailed: true }));

    const made = async () =>
      (await store.read.selectFrom("bulk_send_jobs").select("made").executeTakeFirstOrThrow()).made;
    for (let death = 1; death <= deaths; death += 1) {
      await waitUntil(async () => (await made()) >= (death * rows) / (deaths + 1), server);
      await server.kill();
      assert.ok((await made()) < rows, "there was work left when it died");
      await server.restart();
    }
    await waitUntil(async () => (await made()) === rows, server);
    await waitForQuiet(store);

    const { list_info: info, signature_requests: first } = await bulkPage(server, id, "?page_size=100");
    assert.equal(info.num_results, rows);
    assert.equal(first[0]?.signatures[0]?.signer_email_address, "client-1@example.com");
    const signers = await store.read.selectFrom("signatures").select("email").execute();
    assert.equal(new Set(signers.map(({ email }) => email)).size, rows);
    assert.equal(signers.length, rows);
    const events = await store.read
      .selectFrom("events")
      .select(["request_id", "type"])
      .where("request_id", "is not", null)
      .execute();
    assert.deepEqual([events.length, new Set(events.map((one) => one.request_id)).size], [rows, rows]);
    assert.ok(events.every(({ type }) => type === "signature_request_sent"));
    const letters = await store.read.selectFrom("letters").select("to_email").execute();
    assert.equal(letters.length, rows);
    const heard = receiver.heard.flatMap(({ payload }) => payload.signature_request?.signature_request_id ?? []);
    assert.deepEqual(new Set(heard), new Set(events.map((one) => one.request_id)));
  } finally {
    await store.close();
    await server.stop();
    await receiver.close();
  }
}

async function waitUntil(holds: () => Promise<boolean>, { output }: Pick<TestServer, "output">): Promise<void> {
  const until = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < until, output());
    await sleep(5);
  }
}

// On PostgreSQL what a dead server held is free only after ten seconds of its silence.
describe("a bulk send goes through SIGKILL: each row becomes one request, with one event and one letter", () => {
  test("on SQLite", () => sendThroughDeaths(3, null));

  test("on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, async () => {
    const { url, drop } = await createDatabase();
    try {
      await sendThroughDeaths(1, url);
    } finally {
      await drop();
    }
  });
});
