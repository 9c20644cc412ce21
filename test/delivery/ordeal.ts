import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { lookAt, waitForQuiet } from "../support/house.ts";
import { type Arrival, type Ledger, openLedger } from "./ledger.ts";
import { reckon } from "./reckoning.ts";
import type { Teller } from "./stories.ts";
import { isChildAlive, startVictim, type Victim } from "./victim.ts";

/** What an ordeal leaves behind for further laws. */
export type Aftermath = {
  readonly kills: ReadonlyMap<string, number>;
  readonly arrivals: readonly Arrival[];
  /** The files of the requests that were completed. */
  readonly sealed: readonly Uint8Array[];
};

/** What a server goes through. */
export type Ordeal = {
  /** A PostgreSQL address, or null for the embedded database. */
  readonly databaseUrl: string | null;
  /** The moments at which the server dies, each once: `at` of a story, or of a callback (`held: …`, `acknowledged: …`). */
  readonly moments: readonly string[];
  /** Tells the stories. */
  readonly tell: (teller: Teller, die: Die) => Promise<void>;
};

/** Kills the server when the moment is one that was asked for and has not come yet. */
export type Die = {
  readonly isDue: (moment: string) => boolean;
  /** Waits for a server that is on its way up, and kills it then; whether it did. */
  readonly now: (moment: string) => Promise<boolean>;
};

/**
 * Puts a server through stories and deaths, lets it come to rest after a last one, and compares the books. Throws at the
 * first thing that is not as promised, also when one of the moments never came.
 */
export async function goThrough({ databaseUrl, moments, tell }: Ordeal): Promise<Aftermath> {
  const ledger = await openLedger();
  const victim = await startVictim({
    // A lease that outlasts the patience of every wait here: what a dead owner held must not depend on its end.
    COUNTERSIGN_CALLBACK_TIMEOUT: "300",
    COUNTERSIGN_CALLBACK_SCHEDULE: Array.from({ length: 12 }, () => "0.2").join(","),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
  });
  const waiting = new Set(moments);
  try {
    await setUrls(victim, ledger);
    const die: Die = {
      isDue: (moment) => waiting.has(moment),
      now: async (moment) => {
        if (!waiting.has(moment)) return false;
        await victim.up();
        return victim.kill(moment) && waiting.delete(moment);
      },
    };
    tempt(ledger, { victim, die });
    const teller: Teller = {
      victim,
      ledger,
      promised: [],
      unanswered: new Set(),
      at: async (moment, comes) => {
        if (!die.isDue(moment)) return;
        await comes?.();
        await die.now(moment);
      },
    };
    await tell(teller, die);
    assert.deepEqual([...waiting], [], "every moment has come");
    return await conclude(teller, databaseUrl);
  } catch (error) {
    console.log(`The server said at last:\n${victim.server.output().slice(-4000)}`);
    throw error;
  } finally {
    await victim.up().catch(() => undefined);
    await victim.server.kill();
    await victim.server.stop();
    await ledger.close();
  }
}

async function setUrls({ server }: Victim, { url, heard }: Ledger): Promise<void> {
  for (const [path, to] of [
    ["/account", "/account"],
    [`/api_app/${server.clientId}`, "/app"],
  ] as const) {
    const { status } = await server.call("PUT", path, { callback_url: url + to });
    assert.equal(status, 200);
  }
  await heard("callback_test", null);
}

/** Two deaths of a callback: with its bytes sent and no answer yet, and with the answer given but not yet written down. */
function tempt(ledger: Ledger, { victim, die }: { readonly victim: Victim; readonly die: Die }): void {
  const { before, behind } = ledger.tempter;
  ledger.tempter = {
    before: async (arrival, isAlive) => {
      const [held, acknowledged] = ["held", "acknowledged"].map(
        (word) => `${word}: ${arrival.type} at ${arrival.path}`,
      );
      if (held === undefined || acknowledged === undefined) return "silent";
      // What comes before we know that the server is up again has its turn then, unless it has died with the last one.
      if (die.isDue(held) || die.isDue(acknowledged)) await victim.up();
      if (!isAlive()) return "silent";
      if (!(await die.now(held))) return before(arrival, isAlive);
      await victim.up();
      return "silent";
    },
    behind: (arrival) => {
      behind(arrival);
      void die.now(`acknowledged: ${arrival.type} at ${arrival.path}`);
    },
  };
}

/** One more death, then quiet; then the books. */
async function conclude(teller: Teller, databaseUrl: string | null): Promise<Aftermath> {
  const { victim, ledger, promised } = teller;
  await victim.up();
  victim.kill("at the end");
  await victim.up();

  const store = await lookAt({ dataFolder: victim.server.dataFolder, databaseUrl });
  try {
    await waitForQuiet(store);
    await reckon({ ...teller, store });
  } finally {
    await store.close();
  }
  const sealed: Uint8Array[] = [];
  for (const { ends, requestId } of promised) {
    if (ends === "complete") sealed.push(await download(victim, requestId));
  }
  const { process } = victim.server;
  const exited = new Promise((resolve) => process().once("exit", resolve));
  process().kill("SIGTERM");
  assert.equal(await exited, 0);
  await untilGone(victim.orphans);
  return { kills: victim.kills, arrivals: ledger.arrivals, sealed };
}

async function download({ server }: Victim, requestId: string): Promise<Uint8Array> {
  const response = await fetch(`${server.url}/v3/signature_request/files/${requestId}`, {
    headers: { authorization: `Basic ${Buffer.from(`${server.apiKey}:`).toString("base64")}` },
  });
  assert.equal(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
}

/** No document child outlives its server. */
async function untilGone(pids: ReadonlySet<number>): Promise<void> {
  const until = Date.now() + 30_000;
  for (const pid of pids) {
    while (isChildAlive(pid)) {
      assert.ok(Date.now() < until, `document child ${pid} lives on`);
      await sleep(20);
    }
  }
}
