/**
 * `npm test`: every test file, group by group. `npm test -- laws documents` runs some groups, `npm test -- test/laws/ids.test.ts`
 * files or folders; `--deadline=5` gives every file so many seconds. The last line is always `N passed, N failed, N skipped`.
 */
import { globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createDatabase, findCluster, startOwnServer } from "../test/storage/cluster.ts";
import { prepareReady } from "../test/support/ready.ts";
import { ensureBrowserCode } from "./browser-code.ts";
import { type FileResult, runFile } from "./test-file.ts";
import { groupOf, inOrder, type TestGroup, testGroups } from "./test-groups.ts";
import type { Outcome } from "./test-reporter.ts";

/** Characters of a failure that the end of a run tells again. */
const mostAtTheEnd = 600;

type Told = Outcome & { readonly file: string };
type Chosen = { readonly group: TestGroup; readonly files: readonly string[] };
type Run = { readonly deadline: number | null; readonly notes: string; readonly signal: AbortSignal };

const root = resolve(import.meta.dirname, "..");
process.chdir(root);

const { positionals, values } = parseArgs({ allowPositionals: true, options: { deadline: { type: "string" } } });
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

process.exitCode = await main();

async function main(): Promise<number> {
  const notes = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const chosen = choose(positionals);
  const close = await startDatabases(chosen, notes);
  try {
    const deadline = values.deadline === undefined ? null : Number(values.deadline);
    return await runGroups(chosen, { deadline, notes, signal: stop.signal });
  } finally {
    await close();
    rmSync(notes, { recursive: true, force: true });
  }
}

/** One PostgreSQL server for all files, each of which makes databases of its own there: to start one costs more than most files do. */
async function startDatabases(chosen: readonly Chosen[], folder: string): Promise<() => Promise<void>> {
  const files = chosen.flatMap((one) => one.files);
  if (files.length < 2) return async () => undefined;
  const server = findCluster().kind === "private" ? await startOwnServer() : null;
  if (server !== null) process.env.COUNTERSIGN_TEST_POSTGRES = server.url;
  const ready = findCluster().kind === "given" ? await createDatabase() : null;
  await prepareReady(folder, ready?.url ?? null);
  return async () => {
    await ready?.drop();
    await server?.close();
  };
}

function choose(wanted: readonly string[]): readonly Chosen[] {
  const all = globSync("test/**/*.test.ts").toSorted();
  const files = wanted.length === 0 ? all : [...new Set(wanted.flatMap((word) => filesOf(word, all)))];
  const groups = [...new Map(files.map(groupOf).map((group) => [group.name, group])).values()];
  const rank = ({ name }: TestGroup) => testGroups.findIndex((group) => group.name === name);

  return groups
    .toSorted((a, b) => rank(a) - rank(b))
    .map((group) => ({
      group,
      files: inOrder(
        group,
        files.filter((file) => groupOf(file).name === group.name),
      ),
    }));
}

function filesOf(word: string, all: readonly string[]): readonly string[] {
  const inGroup = all.filter((file) => groupOf(file).name === word);
  if (inGroup.length > 0) return inGroup;

  const path = resolve(process.env.INIT_CWD ?? root, word);
  const found = statSync(path, { throwIfNoEntry: false }) ? path : resolve(root, word);
  const isFolder = statSync(found, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? globSync(`${found}/**/*.test.ts`).map(fromRoot) : [fromRoot(found)];
}

function fromRoot(path: string): string {
  return path.startsWith(`${root}/`) ? relative(root, path) : path;
}

async function runGroups(chosen: readonly Chosen[], run: Run): Promise<number> {
  const told: Told[] = [...(await buildFirst())];
  for (const { group, files } of chosen) {
    const began = performance.now();
    const results = await runGroup({ group, files }, run);
    const outcomes = results.flatMap(({ file, outcomes }) => outcomes.map((outcome) => ({ ...outcome, file })));
    const seconds = (performance.now() - began) / 1000;
    const over = seconds > group.budget ? `, over its budget of ${group.budget} s` : "";
    console.log(`${group.name}: ${sum(outcomes)} in ${seconds.toFixed(1)} s${over}\n`);
    told.push(...outcomes);
  }
  return conclude(told);
}

/** A browser bundle that cannot be built is a failure of its own; what does not need it still runs. */
async function buildFirst(): Promise<readonly Told[]> {
  try {
    await ensureBrowserCode();
    return [];
  } catch (error) {
    console.log("The browser code could not be built:", error);
    return [
      { file: "scripts/build-web.ts", name: "the browser code can be built", kind: "failed", words: String(error) },
    ];
  }
}

async function runGroup({ group, files }: Chosen, run: Run): Promise<readonly FileResult[]> {
  const waiting = [...files];
  const results: FileResult[] = [];

  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined && !run.signal.aborted; file = waiting.shift()) {
      const result = await runFile({ ...run, file, deadline: run.deadline ?? group.deadline });
      tellFile(result);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: group.abreast }, lane));
  return results;
}

function tellFile({ file, outcomes, seconds, printed }: FileResult): void {
  const failures = outcomes.filter(({ kind }) => kind === "failed");
  console.log(`  ${failures.length === 0 ? "ok  " : "FAIL"} ${file}: ${sum(outcomes)}, ${seconds.toFixed(1)} s`);
  for (const { name, words } of failures) console.log(`\n    ✗ ${name}\n${indent(words)}\n`);
  if (failures.length > 0 && printed.trim() !== "") console.log(`    It printed:\n${indent(printed.trimEnd())}\n`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "      ");
}

function conclude(told: readonly Told[]): number {
  const skipped = told.filter(({ kind }) => kind === "skipped");
  const failed = told.filter(({ kind }) => kind === "failed");

  if (told.length === 0) console.log("No test ran.");
  if (stop.signal.aborted) console.log("Stopped from outside before the end.");
  for (const { file, name, words } of skipped) console.log(`skipped: ${file}: ${name}: ${words}`);
  // Once more, and why, in short: where only the end of a long run is kept.
  for (const { file, name, words } of failed)
    console.log(`failed: ${file}: ${name}\n${indent(words.trim().slice(0, mostAtTheEnd))}`);
  console.log(sum(told));
  return failed.length > 0 || told.length === 0 || stop.signal.aborted ? 1 : 0;
}

function sum(outcomes: readonly Outcome[]): string {
  const count = (kind: Outcome["kind"]) => outcomes.filter((outcome) => outcome.kind === kind).length;
  return `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`;
}
