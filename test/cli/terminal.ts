import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** A command that runs. */
export type Running = {
  readonly child: ChildProcess;
  readonly output: () => { readonly out: string; readonly err: string };
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Waits until it has printed this, to either stream. Rejects with all it printed after 30 s, or when it ends without. */
  readonly says: (pattern: RegExp) => Promise<void>;
};

/** Starts `countersign …`, with nothing of this process's environment but its path. */
export function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...words], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", err: "" };
  child.stdout.on("data", (part: Buffer) => (output.out += part.toString()));
  child.stderr.on("data", (part: Buffer) => (output.err += part.toString()));
  const ended = new Promise<number | null>((done) => child.once("close", done));
  return {
    child,
    output: () => ({ ...output }),
    ended,
    says: (pattern) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!pattern.test(output.out + output.err)) return;
          clearTimeout(timer);
          done();
        };
        const giveUp = () => fail(new Error(`It never said ${String(pattern)}:\n${output.out}\n${output.err}`));
        const timer = setTimeout(giveUp, 30_000);
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        void ended.then(() => {
          clearTimeout(timer);
          look();
          giveUp();
        });
        look();
      }),
  };
}

/** Runs a command to its end. */
export async function runCommand(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const running = start(words, env);
  const code = await running.ended;
  return { code, ...running.output() };
}
