import { type ChildProcess, spawn } from "node:child_process";

/** A command to run to its end. */
export type Running = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly wordsBytes: number;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
};

/** How a command ended, and the last it said. `isLate`: it was killed at its deadline. */
export type Ending = { readonly code: number | null; readonly isLate: boolean; readonly words: string };

/** Runs a command in a process group of its own. At the deadline and at the signal the whole group is killed; resolves when it is gone. */
export function runGroup({ file, args, env, deadlineMs, wordsBytes, signal }: Running): Promise<Ending> {
  const child = spawn(file, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"], cwd: "/" });
  let words = "";
  let isLate = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-wordsBytes);
    });
  const stop = () => killGroup(child);
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, deadlineMs);
  signal.addEventListener("abort", stop, { once: true });
  return new Promise((settle) => {
    const end = (code: number | null) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      settle({ code, isLate, words });
    };
    child.on("error", (error) => {
      words += error.message;
      if (child.pid === undefined) end(null);
    });
    // Whoever it left behind in its group goes with it; they hold its pipes.
    child.on("exit", stop);
    child.on("close", end);
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // Gone already.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
