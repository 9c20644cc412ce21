import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startTestServer, type TestServer } from "../support/server.ts";

/** A real server that is killed again and again, and comes back on the same folder and database. */
export type Victim = {
  readonly server: TestServer;
  /** How often it was killed, by the name of the moment. */
  readonly kills: ReadonlyMap<string, number>;
  /**
   * SIGKILL in this moment; it comes up again by itself, or dies on its way up once more, after `againMs`. False when it
   * is dead already.
   */
  readonly kill: (moment: string, againMs?: number) => boolean;
  /** Resolves when it has come up from the last kill. */
  readonly up: () => Promise<void>;
  /**
   * Runs a step again and again until it is answered: a step that meets a dead server, or dies with it, waits for the
   * next one. `tries` counts from 1: in later ones an earlier one may have been done without our knowing.
   */
  readonly reach: <T>(step: (tries: number) => Promise<T>) => Promise<T>;
  /** Resolves once a document child has worked since `before`. */
  readonly childWorks: (before: ChildTimes) => Promise<void>;
  /** The processor time that each document child has used. */
  readonly childTimes: () => ChildTimes;
  /** Every document child that was seen at a kill. */
  readonly orphans: ReadonlySet<number>;
};

type ChildTimes = ReadonlyMap<number, number>;

const patienceMs = 60_000;

/** Starts a server to be killed; `env` adds to its settings. */
export async function startVictim(env: Readonly<Record<string, string>>): Promise<Victim> {
  const server = await startTestServer(env);
  const kills = new Map<string, number>();
  const orphans = new Set<number>();
  let up = Promise.resolve();
  let isDown = false;

  function strike(moment: string): Promise<void> {
    kills.set(moment, (kills.get(moment) ?? 0) + 1);
    for (const pid of childrenOf(server)) orphans.add(pid);
    return server.kill();
  }

  async function rise(dead: Promise<void>, again: { readonly moment: string; readonly ms: number } | null) {
    await dead;
    if (again !== null) {
      server.launch();
      await sleep(again.ms);
      await strike(again.moment);
    }
    await server.restart();
    isDown = false;
  }

  function kill(moment: string, againMs?: number): boolean {
    if (isDown) return false;
    isDown = true;
    const again = againMs === undefined ? null : { moment: `${moment}, on its way up`, ms: againMs };
    // The signal is sent in this very turn, so that nothing of the moment has passed.
    up = rise(strike(moment), again);
    up.catch(() => undefined);
    return true;
  }

  async function reach<T>(step: (tries: number) => Promise<T>): Promise<T> {
    const until = Date.now() + patienceMs;
    for (let tries = 1; ; tries += 1) {
      await up;
      try {
        return await step(tries);
      } catch (error) {
        if (!isBrokenOff(error) || Date.now() > until) throw error;
        await sleep(20);
      }
    }
  }

  const childTimes = () => new Map(childrenOf(server).map((pid) => [pid, cpuOf(pid)]));

  async function childWorks(before: ChildTimes): Promise<void> {
    const until = Date.now() + patienceMs;
    while (![...childTimes()].some(([pid, ticks]) => ticks > (before.get(pid) ?? 0))) {
      assert.ok(Date.now() < until, "no document child was seen at work");
      await sleep(2);
    }
  }

  return { server, kills, kill, up: () => up, reach, childTimes, childWorks, orphans };
}

/** Whether a process of this number still runs a document child. */
export function isChildAlive(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).includes("documents/child");
}

/** What fetch throws when its server is not there, or dies over the answer. Anything else is a finding. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message);
}

function childrenOf({ process }: TestServer): readonly number[] {
  const { pid } = process();
  return read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

/** Ticks of processor time so far. */
function cpuOf(pid: number): number {
  const [, fields = ""] = read(`/proc/${pid}/stat`).split(") ");
  return Number(fields.split(" ")[11] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
