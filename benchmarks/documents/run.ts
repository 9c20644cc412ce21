import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Where a contestant found a tag: page from 1, points. */
export type Reading = { readonly page: number; readonly x: number; readonly y: number };

/** What one run of a contestant took: from the bytes in memory to the last tag; memory is the process's largest. */
export type Run = {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMegabytes: number;
  /** How many tags it found. */
  readonly found: number;
};

/** The contestants, by name. */
export const contestants = ["ours", "pdf.js", "ours, filled", "pdf.js and pdf-lib, filled"] as const;
/** One of them. */
export type Contestant = (typeof contestants)[number];

/** Runs a contestant once over the file, in a process of its own. */
export function runOnce(contestant: Contestant, path: string): Run {
  const args = [join(import.meta.dirname, "racer-child.ts"), contestant, path];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${contestant} failed: ${stderr}`);
  return JSON.parse(stdout) as Run;
}
