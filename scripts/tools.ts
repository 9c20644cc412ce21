import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** A tool that reads the whole tree and says what is wrong with it. */
export type Tool = {
  readonly name: string;
  /** The package's JavaScript entry, beneath node_modules. */
  readonly entry: string;
  readonly args: readonly string[];
};

/** How a tool ended: what it printed, and whether it found nothing. */
export type Verdict = { readonly ok: boolean; readonly printed: string; readonly seconds: number };

const root = resolve(import.meta.dirname, "..");
const deadlineMs = 120_000;

/** Every tool of `npm run check`. */
export const tools: readonly Tool[] = [
  { name: "tsc (server, tests, scripts)", entry: "typescript/bin/tsc", args: ["--noEmit", "-p", "."] },
  { name: "tsc (browser)", entry: "typescript/bin/tsc", args: ["--noEmit", "-p", "src/web/browser"] },
  { name: "tsc (pages without a browser)", entry: "typescript/bin/tsc", args: ["--noEmit", "-p", "test/editor/page"] },
  { name: "biome", entry: "@biomejs/biome/bin/biome", args: ["check", "--error-on-warnings"] },
  { name: "oxlint", entry: "oxlint/bin/oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "knip", entry: "knip/bin/knip.js", args: ["--no-progress", "--no-config-hints"] },
];

/** Whether `npm install` has brought the tool. */
export function isInstalled({ entry }: Tool): boolean {
  return existsSync(join(root, "node_modules", entry));
}

/** Runs one tool over the tree, on the Node that runs this; a tool that takes over two minutes is killed and not ok. */
export async function runTool({ entry, args }: Tool): Promise<Verdict> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, "node_modules", entry), ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }

  const ok = await new Promise<boolean>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code === 0));
  });
  return { ok, printed, seconds: (performance.now() - began) / 1000 };
}
