import { parseArgs } from "node:util";
import { readConfig } from "../server/config.ts";
import { examine, type Finding } from "../server/doctor.ts";
import { type Command, failure, misuse } from "./command.ts";
import { paint } from "./table.ts";

const help = `Looks at what a server on this machine needs, with the settings of this environment, and says what to do.
Changes nothing.

Usage: countersign doctor [--json]

Exit code: 0 all is well, 3 something should be looked at, 1 something keeps the server from working, 2 an option cannot be used.

Examples
  countersign doctor
  DATABASE_URL=postgres://localhost/countersign countersign doctor --json
`;

/** `countersign doctor`. */
export const doctorCommand: Command = {
  name: "doctor",
  says: "look at what a server on this machine needs",
  help,
  run,
};

async function run(words: readonly string[]): Promise<number> {
  let isJson = false;
  try {
    isJson = parseArgs({ args: [...words], options: { json: { type: "boolean", default: false } } }).values.json;
  } catch (error) {
    return misuse("doctor", `${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    const findings = await examine(readConfig());
    process.stdout.write(isJson ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(lineOf).join(""));
    if (findings.some(({ level }) => level === "bad")) return 1;
    return findings.some(({ level }) => level === "warn") ? 3 : 0;
  } catch (error) {
    return failure("doctor", error);
  }
}

const marks = { good: ["✓", "green"], warn: ["!", "yellow"], bad: ["✗", "red"] } as const;

function lineOf({ what, level, says, mend }: Finding): string {
  const [mark, colour] = marks[level];
  const then = mend === undefined ? "" : `\n  ${"".padEnd(20)}→ ${mend}`;
  return `${paint(colour, mark)} ${what.padEnd(20)} ${says}${then}\n`;
}
