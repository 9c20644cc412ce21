/**
 * `npm run torture`: the long form of test/delivery and of the fuzz run. The fault suite plays each scene again and again, the
 * simulator takes many more seeds, 50,000 damaged files are read,
 * the signing page is walked in every language. `npm run torture -- test/delivery/fault-kills.test.ts`
 * tortures some files. The last line is always `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

/** One file may take three hours. */
const fileSeconds = 3 * 3600;

const asked = process.argv.slice(2);
const files =
  asked.length === 0 ? ["test/delivery", "test/documents/fuzz.test.ts", "test/browser/languages.test.ts"] : asked;
const child = spawn(process.execPath, [join(import.meta.dirname, "test.ts"), `--deadline=${fileSeconds}`, ...files], {
  env: { ...process.env, COUNTERSIGN_TORTURE: "1" },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
