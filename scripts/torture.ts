/**
 * `npm run torture`: the long form of test/delivery and of the fuzz run. The fault suite plays each scene again and again, the
 * simulator takes many more seeds, 50,000 damaged files are read, the signing page is walked in every language, and every
 * operation of the API is called with 2000 spoilt inputs on each database, from a new seed, or with `--fuzz-runs=N`.
 * `npm run torture -- test/delivery/fault-kills.test.ts` tortures some files. The last line is always `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** One file may take three hours. */
const fileSeconds = 3 * 3600;

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { "fuzz-runs": { type: "string" } },
});
const fuzzRuns = values["fuzz-runs"];
const everything = [
  "test/delivery",
  "test/documents/fuzz.test.ts",
  "test/contract/fuzz.test.ts",
  "test/browser/languages.test.ts",
];
const files = asked.length === 0 ? everything : asked;
const child = spawn(process.execPath, [join(import.meta.dirname, "test.ts"), `--deadline=${fileSeconds}`, ...files], {
  env: {
    ...process.env,
    COUNTERSIGN_TORTURE: "1",
    ...(fuzzRuns === undefined ? {} : { COUNTERSIGN_FUZZ_RUNS: fuzzRuns }),
  },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
