import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ContestantName, Ground } from "./contestant.ts";

/** What a contestant's process is told to do. */
export type Task =
  | { readonly kind: "open"; readonly name: ContestantName; readonly ground: Ground }
  | { readonly kind: "enqueue"; readonly count: number }
  | { readonly kind: "pace"; readonly perSecond: number; readonly seconds: number }
  | { readonly kind: "start" | "stop" | "close" | "attempts" | "cpu" }
  | { readonly kind: "crowd"; readonly count: number; readonly url: string };

/** What a process answers. */
export type Reply = { readonly value: unknown; readonly failure: string | null };

/** A contestant in a process of its own. Times are milliseconds of `tick`. */
export type Racer = {
  readonly pid: number;
  readonly settings: readonly string[];
  /** Commits so many events; when it began and when the last commit was. */
  readonly enqueue: (count: number) => Promise<{ readonly began: number; readonly ended: number }>;
  /** Commits events at a rate; the time after each commit, by request. */
  readonly pace: (pace: { readonly perSecond: number; readonly seconds: number }) => Promise<Map<string, number>>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly attempts: () => Promise<number>;
  /** Seconds of processor time since its start. */
  readonly cpu: () => Promise<number>;
  readonly crowd: (crowd: { readonly count: number; readonly url: string }) => Promise<void>;
  readonly close: () => Promise<void>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
};

/** Starts a contestant's process; `traceTo` names a file for strace's count of its fsyncs. */
export async function startRacer(
  name: ContestantName,
  {
    ground,
    traceTo,
    flags = [],
  }: { readonly ground: Ground; readonly traceTo?: string; readonly flags?: readonly string[] },
): Promise<Racer> {
  const child = begin({ traceTo, flags });
  const ask = asker(child, name);
  const settings = (await ask({ kind: "open", name, ground })) as readonly string[];
  return {
    pid: child.pid ?? 0,
    settings,
    enqueue: async (count) => (await ask({ kind: "enqueue", count })) as { began: number; ended: number },
    pace: async (pace) => new Map((await ask({ kind: "pace", ...pace })) as [string, number][]),
    start: async () => void (await ask({ kind: "start" })),
    stop: async () => void (await ask({ kind: "stop" })),
    attempts: async () => (await ask({ kind: "attempts" })) as number,
    cpu: async () => (await ask({ kind: "cpu" })) as number,
    crowd: async (crowd) => void (await ask({ kind: "crowd", ...crowd })),
    close: async () => {
      const ended = once(child, "exit");
      await ask({ kind: "close" });
      await ended;
    },
    kill: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function begin({
  traceTo,
  flags,
}: {
  readonly traceTo?: string | undefined;
  readonly flags: readonly string[];
}): ChildProcess {
  const file = join(import.meta.dirname, "racer-child.ts");
  if (traceTo === undefined) return fork(file, { serialization: "advanced", execArgv: [...flags] });
  const traced = ["-f", "--seccomp-bpf", "-c", "-e", "trace=fsync,fdatasync", "-o", traceTo, process.execPath, file];
  return spawn("strace", traced, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
}

/** One question at a time, each answered by the next message. */
function asker(child: ChildProcess, name: string): (task: Task) => Promise<unknown> {
  return async (task) => {
    const answered = new Promise<unknown>((resolve, reject) => {
      const left = (code: number | null) => reject(new Error(`${name} ended (${code}) while asked to ${task.kind}`));
      child.once("exit", left);
      child.once("message", (message) => {
        child.off("exit", left);
        const { value, failure } = message as Reply;
        if (failure === null) resolve(value);
        else reject(new Error(`${name}, ${task.kind}: ${failure}`));
      });
    });
    child.send(task);
    return answered;
  };
}
