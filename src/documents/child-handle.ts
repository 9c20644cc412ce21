import { spawn } from "node:child_process";
import { assert } from "../base/assert.ts";
import type { Log } from "../base/log.ts";
import type { ChildCommand } from "./child-command.ts";
import type { Answer, Job, Outcome, Refused, Results } from "./jobs.ts";
import type { WorkshopLimits } from "./workshop.ts";

/** One child of the workshop. It takes one job at a time. */
export type Child = {
  readonly pid: number;
  readonly isFree: () => boolean;
  /** Runs a job within `documentJobMs`; never rejects: a child that dies or hangs over it is a refusal. */
  readonly run: (job: Job) => Promise<Outcome<Results[Job["kind"]]>>;
  /** Kills it. */
  readonly end: () => void;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
};

type Task = {
  readonly kind: Job["kind"];
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: Outcome<Results[Job["kind"]]>) => void;
};

/** A child that has used so much of its processor time does no further job: it might be cut off in the middle. */
const cpuShare = 0.5;

/** Starts a child. It does not keep the server from leaving while it idles, and leaves itself after `documentChildIdleMs`. */
export function startChild({
  command,
  limits,
  log,
}: {
  readonly command: ChildCommand;
  readonly limits: WorkshopLimits;
  readonly log: Log;
}): Child {
  const options = { env: command.env, serialization: "advanced", stdio: ["ignore", "ignore", "pipe", "ipc"] } as const;
  const process = spawn(command.file, command.args, options);
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const words = tailOf(process.stderr, limits.documentChildWordsBytes);
  let task: Task | null = null;
  let jobs = 0;
  let ending = false;
  let idle: NodeJS.Timeout | undefined;

  function end(): void {
    ending = true;
    process.kill("SIGKILL");
  }

  function rest(): void {
    process.unref();
    process.channel?.unref();
    idle = setTimeout(end, limits.documentChildIdleMs).unref();
  }

  function run(job: Job): Promise<Outcome<Results[Job["kind"]]>> {
    assert(task === null && !ending, "a child takes one job at a time");
    clearTimeout(idle);
    process.ref();
    process.channel?.ref();
    jobs += 1;
    return new Promise((settle) => {
      task = { kind: job.kind, settle, timer: setTimeout(overrun, limits.documentJobMs) };
      process.send(job, (error) => {
        if (error !== null) died({ error: error.message });
      });
    });
  }

  function finish(outcome: Outcome<Results[Job["kind"]]>): void {
    const done = task;
    task = null;
    clearTimeout(done?.timer);
    done?.settle(outcome);
  }

  function overrun(): void {
    log.warn({ pid: process.pid, job: task?.kind }, "a document job took too long");
    end();
    finish(refused("time", `The file could not be read within ${limits.documentJobMs / 1000} seconds.`));
  }

  function died(facts: object): void {
    if (task !== null) log.warn({ pid: process.pid, job: task.kind, ...facts, words: words() }, "a document child died over its job");
    end();
    finish(refused("crash", "The file could not be read: its reader failed over it."));
  }

  process.on("message", (message) => {
    const answer = message as Answer;
    if (answer.detail !== undefined) log.warn({ pid: process.pid, job: task?.kind, detail: answer.detail }, "a document could not be read");
    if (isUsedUp(answer, { jobs, limits })) end();
    else rest();
    finish(answer.outcome);
  });
  process.on("error", (error) => {
    died({ error: error.message });
    if (process.pid === undefined) leave();
  });
  process.on("exit", (code, signal) => {
    clearTimeout(idle);
    died({ code, signal });
    leave();
  });
  rest();

  return { pid: process.pid ?? 0, isFree: () => task === null && !ending, run, end, gone };
}

function isUsedUp(answer: Answer, { jobs, limits }: { readonly jobs: number; readonly limits: WorkshopLimits }): boolean {
  return (
    answer.spent ||
    jobs >= limits.documentChildJobs ||
    answer.cpuMs > limits.documentChildCpuSeconds * 1000 * cpuShare ||
    answer.residentBytes > limits.documentChildHighWaterBytes
  );
}

/** Keeps the last bytes that a child says on its way out. */
function tailOf(stream: NodeJS.ReadableStream & { readonly unref?: () => void }, most: number): () => string {
  let tail = "";
  stream.unref?.();
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    tail = (tail + text).slice(-most);
  });
  return () => tail;
}

function refused(why: Refused["why"], reason: string): Refused {
  return { ok: false, why, fault: { kind: "file", file: 0, reason } };
}
