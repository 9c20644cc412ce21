import { spawn } from "node:child_process";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { assert } from "../base/assert.ts";
import { Fault } from "../base/faults.ts";
import type { Log } from "../base/log.ts";
import type { ChildCommand } from "./child-command.ts";
import type { Answer, FromChild, Job, Outcome, Refused, Results } from "./jobs.ts";

/** One child of the workshop. It takes one job at a time. */
export type Child = {
  readonly pid: number;
  readonly isFree: () => boolean;
  /**
   * Runs a job within `documentJobMs`. A child that dies or hangs over it is a refusal; one that never came up, or was
   * ended with a fault, throws that (`unavailable`).
   */
  readonly run: (job: Job) => Promise<AnyOutcome>;
  /** Kills it; a job under way throws the fault. */
  readonly end: (fault: Fault) => void;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
};

/** The bounds of a workshop: those of base/limits.ts, or a test's own. */
export type WorkshopLimits = {
  readonly documentChildren: number;
  readonly documentChildJobs: number;
  readonly documentChildIdleMs: number;
  readonly documentChildCpuSeconds: number;
  readonly documentChildDataBytes: number;
  readonly documentChildHighWaterBytes: number;
  readonly documentChildWordsBytes: number;
  readonly documentJobMs: number;
  readonly documentQueue: number;
  readonly documentWaitMs: number;
};

type AnyOutcome = Outcome<Results[Job["kind"]]>;

type Task = {
  readonly kind: Job["kind"];
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: AnyOutcome) => void;
  readonly fail: (fault: Fault) => void;
};

/** A child that has used so much of its processor time does no further job: it might be cut off in the middle. */
const cpuShare = 0.5;

/** Starts a child. It does not keep the server from leaving while it idles, and is ended after `documentChildIdleMs`. */
export function startChild({
  command,
  limits,
  log,
}: {
  readonly command: ChildCommand;
  readonly limits: WorkshopLimits;
  readonly log: Log;
}): Child {
  const { file, args, env } = command;
  const child = spawn(file, args, { env, serialization: "advanced", stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const words = tailOf(child.stderr, limits.documentChildWordsBytes);
  let task: Task | null = null;
  let jobs = 0;
  let isReady = false;
  let isEnding = false;
  let idle: NodeJS.Timeout | undefined;

  function kill(): void {
    isEnding = true;
    child.kill("SIGKILL");
  }

  function rest(): void {
    child.unref();
    child.channel?.unref();
    idle = setTimeout(kill, limits.documentChildIdleMs).unref();
  }

  function run(job: Job): Promise<AnyOutcome> {
    assert(task === null && !isEnding, "a child takes one job at a time");
    clearTimeout(idle);
    child.ref();
    child.channel?.ref();
    jobs += 1;
    return new Promise((settle, fail) => {
      task = { kind: job.kind, settle, fail, timer: setTimeout(overrun, limits.documentJobMs) };
      // Without a channel the process never started: its "error" event is on its way.
      if (child.channel) child.send(job, (error) => (error === null ? undefined : died({ error: error.message })));
    });
  }

  function take(): Task | null {
    const taken = task;
    task = null;
    clearTimeout(taken?.timer);
    return taken;
  }

  function lose(refusal: Refused): void {
    const lost = take();
    if (isReady) lost?.settle(refusal);
    else lost?.fail(new Fault("unavailable", "The document reader cannot be started."));
  }

  function overrun(): void {
    log.warn({ pid: child.pid, job: task?.kind }, "a document job took too long");
    kill();
    lose(refused("time", `The file could not be read within ${limits.documentJobMs / 1000} seconds.`));
  }

  function died(facts: object): void {
    if (!isEnding)
      log.warn({ pid: child.pid, job: task?.kind ?? null, ...facts, words: words() }, "a document child died");
    kill();
    lose(refused("crash", "The file could not be read: its reader failed over it."));
  }

  function hear(answer: Answer): void {
    if (answer.detail !== undefined)
      log.warn({ pid: child.pid, job: task?.kind, detail: answer.detail }, "a document could not be read");
    if (isUsedUp(answer, { jobs, limits })) kill();
    else rest();
    take()?.settle(answer.outcome);
  }

  child.on("message", (message) => {
    const said = message as FromChild;
    if (said === "ready") isReady = true;
    else hear(said);
  });
  child.on("error", (error) => {
    died({ error: error.message });
    if (child.pid === undefined) leave();
  });
  child.on("exit", (code, signal) => {
    clearTimeout(idle);
    died({ code, signal });
    leave();
  });
  rest();

  const end = (fault: Fault) => {
    child.ref();
    kill();
    take()?.fail(fault);
  };
  return { pid: child.pid ?? 0, isFree: () => task === null && !isEnding, run, end, gone };
}

function isUsedUp(
  answer: Answer,
  { jobs, limits }: { readonly jobs: number; readonly limits: WorkshopLimits },
): boolean {
  return (
    answer.spent ||
    jobs >= limits.documentChildJobs ||
    answer.cpuMs > limits.documentChildCpuSeconds * 1000 * cpuShare ||
    answer.residentBytes > limits.documentChildHighWaterBytes
  );
}

/** Keeps the last words that a child says on its way out, and does not keep the server from leaving. */
function tailOf(stream: Readable | null, most: number): () => string {
  let tail = "";
  if (stream instanceof Socket) stream.unref();
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    tail = (tail + text).slice(-most);
  });
  return () => tail;
}

function refused(why: Refused["why"], reason: string): Refused {
  return { ok: false, why, fault: { kind: "file", file: 0, reason } };
}
