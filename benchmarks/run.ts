/**
 * `npm run bench`: every figure of docs and issues, measured on this machine, written to benchmarks/results.md. Peers run in
 * the same minute, taking turns, so that a noisy machine is noisy to both; what counts is the ratio.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureAnswers } from "./answers.ts";
import { missingServers } from "./callbacks/grounds.ts";
import type { Figure } from "./figures.ts";
import { measureMemory } from "./memory.ts";
import { measureProcessing } from "./processing.ts";
import { figuresTable, keptSections, machineWords } from "./sections.ts";
import { measureStart } from "./start.ts";

const parts = [measureStart, measureAnswers, measureProcessing, measureMemory];
const wanted = process.argv.slice(2);
const figures: Figure[] = [];
for (const measure of parts) {
  if (wanted.length > 0 && !wanted.includes(measure.name)) continue;
  for (const figure of await measure()) {
    figures.push(figure);
    console.log(`${figure.meets ? "meets " : "MISSES"}  ${figure.what}: ${figure.measured} (wanted: ${figure.wanted})`);
  }
}
if (wanted.length === 0) {
  writeFileSync(join(import.meta.dirname, "results.md"), report(figures) + keptSections());
  await import("./documents.ts");
  await import("./seal.ts");
  await import("./page.ts");
  await import("./live.ts");
  const missing = missingServers();
  if (missing === null) {
    await import("./callbacks.ts");
    await import("./events.ts");
    await import("./requests.ts");
    await import("./api.ts");
    await import("./bulk.ts");
  } else console.log(`Callbacks, lists and bulk sends are not measured: ${missing}.`);
}

function report(all: readonly Figure[]): string {
  return `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}.
The bare server of the ratios is fastify with the same multipart reader that writes the file, syncs it and answers
(\`benchmarks/bare-server.ts\`): what any server must at least do with an upload that it promises to keep.

${figuresTable(all)}
`;
}
