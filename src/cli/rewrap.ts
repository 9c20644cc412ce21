import { parseArgs } from "node:util";
import { readConfig } from "../server/config.ts";
import { type Rewrapped, rewrapSecret } from "../server/rewrap.ts";
import { failure, misuse, wordsOf } from "./command.ts";

/** `countersign keys rewrap`: resolves to the exit code. */
export async function rewrap(given: readonly string[]): Promise<number> {
  let newSecretFile: string | null;
  try {
    const { values } = parseArgs({ args: [...given], options: { "new-secret-file": { type: "string" } } });
    newSecretFile = values["new-secret-file"] ?? null;
  } catch (error) {
    return misuse("keys", `${wordsOf(error)}.`);
  }
  // What is written is for this user alone.
  process.umask(0o077);
  try {
    process.stdout.write(told(await rewrapSecret({ config: readConfig(), newSecretFile })));
    return 0;
  } catch (error) {
    return failure("keys", error);
  }
}

function told({ counts, keepsEarlier, file, isRead }: Rewrapped): string {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [
    `Encrypted anew: ${all} values.`,
    ...[...counts].map(([table, count]) => `  ${table.padEnd(18)} ${count}`),
    isRead
      ? `The new secret is in ${file}. Copy it to where you keep it, and start the server.`
      : `The new secret is in ${file}. Set COUNTERSIGN_SECRET to what it holds, keep it safe, remove the file, and start the server.`,
    "Keep the earlier secret with the backups that were made before: they open with no other.",
    ...(keepsEarlier
      ? [
          "Signers still have access codes: the earlier secret is kept in the database, encrypted, to check these and nothing else.",
        ]
      : []),
    "Links to files and reports that were handed out before open nothing any more.",
    "",
  ].join("\n");
}
