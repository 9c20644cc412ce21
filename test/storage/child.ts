import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own that runs one of the child-….ts files here. */
export type Child = {
  readonly pid: number | undefined;
  /** The lines it printed so far. */
  readonly lines: () => readonly string[];
  /** Resolves once it printed so many lines; rejects when it ends before. */
  readonly printed: (lines: number) => Promise<void>;
  /** Ends it by kill -9, if it still runs, and waits until the kernel is done with it. */
  readonly kill: () => Promise<void>;
};

/** Starts `file` (a name in this folder) with one argument; its input ends with this process, and it should then end too. */
export function startChild(file: string, argument: string): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [path, argument], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  // The last line may be cut off by the kill: it counts only with its end.
  const lines = () => text.split("\n").slice(0, -1);

  return {
    pid: child.pid,
    lines,
    printed: (count) => waitFor(child, () => lines().length >= count),
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

function waitFor(child: ChildProcess, reached: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", () => reached() && resolve());
    child.on("close", (code) => reject(new Error(`The child ended with ${code}`)));
  });
}
