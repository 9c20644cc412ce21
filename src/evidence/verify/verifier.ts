import { type ChildProcess, spawn } from "node:child_process";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault } from "../../base/faults.ts";
import { openGate } from "../../base/gate.ts";
import { limits as houseLimits } from "../../base/limits.ts";
import { childCommand } from "../../documents/child-command.ts";
import type { FromVerifier } from "./child.ts";
import type { Report, VerifyOrder } from "./report.ts";

/** Checks files in processes of their own. */
export type Verifier = {
  /** The report on a file. Throws `unavailable` when too many wait, or the checker cannot be started. */
  readonly verify: (order: Omit<VerifyOrder, "depth">) => Promise<Report>;
  readonly close: () => void;
};

/** Bounds of a verifier: those of base/limits.ts, or a test's own. */
export type VerifierLimits = {
  readonly documentChildCpuSeconds: number;
  readonly documentChildDataBytes: number;
  readonly verifiesAtOnce: number;
  readonly verifyQueue: number;
  readonly verifyWaitMs: number;
  readonly verifyMs: number;
};

const entry = join(import.meta.dirname, `child${extname(fileURLToPath(import.meta.url))}`);

type Hand = { readonly child: ChildProcess; served: number; idle: NodeJS.Timeout | undefined };

/** Opens a verifier. A process starts with the first file, is kept for the next one, and leaves after a while or some files. */
export function openVerifier(own: Partial<VerifierLimits> = {}): Verifier {
  const limits: VerifierLimits = { ...houseLimits, ...own };
  const gate = openGate({ atOnce: limits.verifiesAtOnce, most: limits.verifyQueue, waitMs: limits.verifyWaitMs });
  const command = childCommand(limits, entry);
  const idle: Hand[] = [];

  function start(): Hand {
    const { file, args, env } = command;
    const child = spawn(file, args, { env, serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const hand: Hand = { child, served: 0, idle: undefined };
    child.once("exit", () => leave(hand, idle));
    return hand;
  }

  /** Null: the process died over it, or took too long. */
  async function ask(order: VerifyOrder): Promise<Report | null> {
    const hand = idle.pop() ?? start();
    clearTimeout(hand.idle);
    const report = await tell(hand.child, { order, ms: limits.verifyMs });
    hand.served += 1;
    if (report === null || hand.served >= filesEach) hand.child.kill("SIGKILL");
    else rest(hand, idle);
    return report;
  }

  return {
    verify: (order) =>
      gate(async () => {
        const report = (await ask({ ...order, depth: "whole" })) ?? (await ask({ ...order, depth: "bytes" }));
        if (report === null) throw new Fault("unavailable", "The file could not be checked. Try again later.");
        return report;
      }),
    close() {
      for (const { child } of idle.splice(0)) child.kill("SIGKILL");
    },
  };
}

const filesEach = 200;

function rest(hand: Hand, idle: Hand[]): void {
  hand.child.unref();
  hand.child.channel?.unref();
  hand.idle = setTimeout(() => hand.child.kill("SIGKILL"), houseLimits.documentChildIdleMs).unref();
  idle.push(hand);
}

/** It is gone: nobody is to be sent to it. */
function leave(hand: Hand, idle: Hand[]): void {
  clearTimeout(hand.idle);
  const at = idle.indexOf(hand);
  if (at !== -1) idle.splice(at, 1);
}

type Telling = { readonly order: VerifyOrder; readonly ms: number };

function tell(child: ChildProcess, { order, ms }: Telling): Promise<Report | null> {
  const { promise, resolve } = Promise.withResolvers<Report | null>();
  const timer = setTimeout(resolve, ms, null);
  const hear = (said: FromVerifier) => {
    if (said !== "ready") resolve(said.report);
  };
  const lose = () => resolve(null);
  child.ref();
  child.channel?.ref();
  child.on("message", hear).once("exit", lose).once("error", lose);
  child.send(order, (error) => (error === null ? undefined : lose()));
  return promise.finally(() => {
    clearTimeout(timer);
    child.off("message", hear).off("exit", lose).off("error", lose);
  });
}
