import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Outcome } from "./test-reporter.ts";

/** What became of one test file: at least one outcome, always. */
export type FileResult = {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
  /** The end of what the file printed, on both streams. */
  readonly printed: string;
};

/** Which file, how long it may take, and a folder for what its reporter writes. */
export type FileRun = {
  readonly file: string;
  /** Seconds. */
  readonly deadline: number;
  readonly notes: string;
  /** Kills the run. */
  readonly signal: AbortSignal;
};

const printedMost = 64 * 1024;
const reporter = new URL("test-reporter.ts", import.meta.url).href;
let runs = 0;

/**
 * Runs one test file in a process group of its own and kills what it leaves behind. A crash, a file without tests,
 * and a file that has not ended by its deadline are failures under the file's name.
 */
export async function runFile({ file, deadline, notes, signal }: FileRun): Promise<FileResult> {
  const began = performance.now();
  const note = join(notes, `${++runs}.jsonl`);
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, ["--test-reporter", reporter, "--test-reporter-destination", note, file], {
    detached: true,
    // Every file takes in the same code: what one process has compiled the next ones read.
    env: { ...env, NODE_ENV: "test", NODE_COMPILE_CACHE: join(notes, "compiled") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = killWhenDue(child.pid, { deadline, signal });
  const printed = keepEnd([child.stdout, child.stderr]);

  const end = await new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, killer) => resolve(code === 0 ? null : `ended with ${killer ?? `exit code ${code}`}`));
  });
  const cut = killed();
  killGroup(child.pid);

  const told = await readOutcomes(note);
  const outcomes = withFileFailure(told, { file, trouble: cut ?? end });
  return { file, outcomes, seconds: (performance.now() - began) / 1000, printed: printed() };
}

function killWhenDue(
  pid: number | undefined,
  { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal },
) {
  let words: string | null = null;
  const timer = setTimeout(() => kill(`hung: killed after ${deadline} s`), deadline * 1000);
  const stop = () => kill("stopped from outside");
  signal.addEventListener("abort", stop, { once: true });

  function kill(why: string) {
    words ??= why;
    killGroup(pid);
  }
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    return words;
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function keepEnd(streams: readonly NodeJS.ReadableStream[]): () => string {
  let kept = "";
  for (const stream of streams) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      kept = (kept + text).slice(-printedMost);
    });
  }
  return () => kept;
}

async function readOutcomes(note: string): Promise<readonly Outcome[]> {
  const text = await readFile(note, "utf8").catch(() => "");
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Outcome);
}

function withFileFailure(
  outcomes: readonly Outcome[],
  { file, trouble }: { readonly file: string; readonly trouble: string | null },
): readonly Outcome[] {
  const failed = outcomes.some(({ kind }) => kind === "failed");
  const isPlainFailure = trouble === "ended with exit code 1" && failed;

  if (trouble !== null && !isPlainFailure)
    return [...outcomes, { name: file, kind: "failed", words: `The file ${trouble}.` }];
  if (outcomes.length === 0) return [{ name: file, kind: "failed", words: "The file ran no test." }];
  return outcomes;
}
