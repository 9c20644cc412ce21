import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figures.ts";

const file = join(import.meta.dirname, "results.md");
const start = "\n## ";

/** The sections of results.md, each with its heading: what the benchmarks beside the first table have written. */
export function keptSections(): string {
  const text = readFileSync(file, "utf8");
  const at = text.indexOf(start);
  return at === -1 ? "" : text.slice(at);
}

/** Writes one section of results.md; the rest of the file stays. `body` is what stands under the heading. */
export function writeSection(heading: string, body: string): void {
  const [first = "", ...sections] = readFileSync(file, "utf8").split(start);
  const others = sections.filter((section) => !section.startsWith(`${heading}\n`));
  const all = [...others, `${heading}\n\n${body.trim()}\n`].toSorted();
  writeFileSync(file, [first, ...all].join(start));
}

/** The table of figures beside what is wanted. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((one) => `| ${one.what} | ${one.measured} | ${one.wanted} | ${one.meets ? "yes" : "no"} |`);
  return `| what | measured | wanted | met |\n|--|--|--|--|\n${rows.join("\n")}`;
}

/** This machine in words. */
export function machineWords(): string {
  const [cpu] = cpus();
  return `${cpus().length} cores (${cpu?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}
