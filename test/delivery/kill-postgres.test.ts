import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { giving, startFileHost } from "../support/file-host.ts";
import { goThrough } from "./ordeal.ts";
import { seedOfRun, tellAtRandom } from "./random.ts";
import { canceled, declined, malformed, signedByTwo, type Teller } from "./stories.ts";

const cluster = findCluster();
const document = paper({ content: line(72, 700, "From an address") });

/** Fewer than on SQLite: here what a dead server held is free only after ten seconds of its silence. */
const moments = [
  "create answered",
  "held: signature_request_sent at /app",
  "child at work on the seal",
  "held: signature_request_all_signed at /account",
  "acknowledged: signature_request_all_signed at /app",
  "cancel answered",
  "held: file_error at /account",
];

describe("on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  test("what was answered 200 survives SIGKILL, at chosen steps and at any moment", async () => {
    const seed = seedOfRun();
    console.log(`COUNTERSIGN_TEST_SEED=${seed} repeats this run`);
    const { url: databaseUrl, drop } = await createDatabase();
    const host = await startFileHost();
    const fileUrl = host.at("/paper.pdf", giving(document));
    const tell = async (teller: Teller) => {
      await Promise.all([
        signedByTwo(3)(teller, "signed by two"),
        canceled(fileUrl)(teller, "canceled"),
        declined(teller, "declined"),
        malformed(teller, "malformed"),
      ]);
      await tellAtRandom(teller, { seed, kills: 3, lanes: 3, fileUrl });
    };
    try {
      const { kills, arrivals, sealed } = await goThrough({ databaseUrl, moments, tell });
      assert.equal(kills.get("at random"), 3);
      for (const moment of moments) assert.equal(kills.get(moment), 1, moment);
      assert.ok(sealed.length > 0);
      assert.ok(arrivals.length > new Set(arrivals.map(({ deliveryId }) => deliveryId)).size, "something came again");
    } finally {
      await host.close();
      await drop();
    }
  });
});
