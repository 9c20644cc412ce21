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
   * Runs a job within the time that its size allows, `documentJobMs` at most. A child that dies or hangs over it is a
   * refusal; one that never came up, or was ended with a fault, throws that (`unavailable`).
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
  readonly documentJobLeastMs: number;
  readonly documentJobMsPerMegabyte: number;
  readonly documentSlowJobMs: number;
  readonly documentSlowChildren: number;
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

/** What a child is started with. */
export type ChildParts = { readonly command: ChildCommand; readonly limits: WorkshopLimits; readonly log: Log };

type Self = Pick<ChildParts, "limits" | "log"> & {
  readonly child: ReturnType<typeof launch>;
  readonly words: () => string;
  task: Task | null;
  jobs: number;
  isReady: boolean;
  isEnding: boolean;
  idle: NodeJS.Timeout | undefined;
};

/** Starts a child. It does not keep the server from leaving while it idles, and is ended after `documentChildIdleMs`. */
export function startChild({ command, limits, log }: ChildParts): Child {
  const child = launch(command);
  const words = tailOf(child.stderr, limits.documentChildWordsBytes);
  const self: Self = {
    child,
    limits,
    log,
    words,
    task: null,
    jobs: 0,
    isReady: false,
    isEnding: false,
    idle: undefined,
  };
  const gone = listen(self);
  rest(self);

  const end = (fault: Fault) => {
    child.ref();
    kill(self);
    take(self)?.fail(fault);
  };
  const isFree = () => self.task === null && !self.isEnding;
  return { pid: child.pid ?? 0, isFree, run: (job) => run(self, job), end, gone };
}

function launch({ file, args, env }: ChildCommand) {
  return spawn(file, args, { env, serialization: "advanced", stdio: ["ignore", "ignore", "pipe", "ipc"] });
}

/** Resolves when the child is gone. */
function listen(self: Self): Promise<void> {
  const { child } = self;
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  child.on("message", (message) => {
    const said = message as FromChild;
    if (said === "ready") self.isReady = true;
    else hear(self, said);
  });
  child.on("error", (error) => {
    die(self, { error: error.message });
    if (child.pid === undefined) leave();
  });
  child.on("exit", (code, signal) => {
    clearTimeout(self.idle);
    die(self, { code, signal });
    leave();
  });
  return gone;
}

function kill(self: Self): void {
  self.isEnding = true;
  self.child.kill("SIGKILL");
}

function rest(self: Self): void {
  self.child.unref();
  self.child.channel?.unref();
  self.idle = setTimeout(() => kill(self), self.limits.documentChildIdleMs).unref();
}

function run(self: Self, job: Job): Promise<AnyOutcome> {
  const { child, limits } = self;
  assert(self.task === null && !self.isEnding, "a child takes one job at a time");
  clearTimeout(self.idle);
  child.ref();
  child.channel?.ref();
  self.jobs += 1;
  const ms = timeFor(job, limits);
  return new Promise((settle, fail) => {
    self.task = { kind: job.kind, settle, fail, timer: setTimeout(() => overrun(self, ms), ms) };
    // Without a channel the process never started: its "error" event is on its way.
    if (child.channel) child.send(job, (error) => (error === null ? undefined : die(self, { error: error.message })));
  });
}

function take(self: Self): Task | null {
  const taken = self.task;
  self.task = null;
  clearTimeout(taken?.timer);
  return taken;
}

function lose(self: Self, refusal: Refused): void {
  const lost = take(self);
  if (self.isReady) lost?.settle(refusal);
  else lost?.fail(new Fault("unavailable", "The document reader cannot be started."));
}

/** A small file that takes long is one that hangs: large ones have more time. */
function timeFor(job: Job, limits: WorkshopLimits): number {
  const megabytes = bytesOf(job) / 1024 ** 2;
  return Math.min(limits.documentJobMs, limits.documentJobLeastMs + megabytes * limits.documentJobMsPerMegabyte);
}

function bytesOf(job: Job): number {
  if (job.kind === "prepare" || job.kind === "fax")
    return job.order.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (job.kind === "disarm") return job.order.file.bytes.length;
  return "document" in job.order ? job.order.document.length : 0;
}

function overrun(self: Self, ms: number): void {
  self.log.warn({ pid: self.child.pid, job: self.task?.kind }, "a document job took too long");
  kill(self);
  lose(self, refused("time", `The file could not be read within ${Math.round(ms / 1000)} s.`));
}

function die(self: Self, facts: object): void {
  const { child, log, task, words } = self;
  if (!self.isEnding)
    log.warn({ pid: child.pid, job: task?.kind ?? null, ...facts, words: words() }, "a document child died");
  kill(self);
  lose(self, refused("crash", "The file could not be read: its reader failed over it."));
}

function hear(self: Self, answer: Answer): void {
  if (answer.detail !== undefined)
    self.log.warn({ pid: self.child.pid, job: self.task?.kind, detail: answer.detail }, "a document could not be read");
  if (isUsedUp(answer, self)) kill(self);
  else rest(self);
  take(self)?.settle(answer.outcome);
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
