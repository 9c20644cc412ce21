import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeBackup } from "../server/backup.ts";
import type { Manifest } from "../server/backup-files.ts";
import { type Config, readConfig } from "../server/config.ts";
import { openShelves } from "../server/shelves.ts";
import { type Command, failure, misuse, wordsOf } from "./command.ts";
import { showProgress } from "./progress.ts";

const help = `Makes a backup of the server's database and documents, while it runs. Reads the same settings as the server.

Usage: countersign backup FOLDER [--with-secret]
       countersign backup FOLDER --documents

  FOLDER          a folder that is not there yet; it has this name only once the backup is whole and on the disk
  --with-secret   copies secret.key too. It opens the API keys and the sealing key in the database: whoever finds a
                  backup with it can seal in your name, so by default it is left out. Keep it elsewhere: without it
                  a backup is of no use to you either
  --documents     with DATABASE_URL: copies every document that there is. PostgreSQL is copied by pg_dump, and first:
                  documents stay two days after the last row that named them, so those that the dump names are there

Exit codes: 0 made, 1 not made, or made without documents that are lost, 2 called wrongly.

Examples
  countersign backup /backups/$(date +%F)
  pg_dump "$DATABASE_URL" -Fc -f /backups/db.dump && countersign backup /backups/documents --documents
`;

/** `countersign backup`. */
export const backupCommand: Command = {
  name: "backup",
  says: "copy database and documents while the server runs",
  help,
  run,
};

type Words = { readonly target: string; readonly withSecret: boolean; readonly documents: boolean };

async function run(given: readonly string[]): Promise<number> {
  const words = readWords(given);
  if (typeof words === "string") return misuse("backup", words);
  const over = new AbortController();
  const stop = () => over.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const config = readConfig();
    const flaw = misfitOf(words, config);
    if (flaw !== null) return misuse("backup", flaw);
    return tell(await make(words, { config, signal: over.signal }), words);
  } catch (error) {
    return failure("backup", error);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

function misfitOf({ documents }: Words, { databaseUrl }: Config): string | null {
  if (databaseUrl !== null && !documents)
    return "The database is PostgreSQL, which pg_dump copies: run that first, and then this with --documents.";
  if (databaseUrl === null && documents)
    return "--documents is for a house on PostgreSQL, and DATABASE_URL is not set: leave it out to copy all.";
  return null;
}

async function make(
  { target, withSecret }: Words,
  { config, signal }: { readonly config: Config; readonly signal: AbortSignal },
): Promise<Manifest> {
  const { dataFolder, databaseUrl } = config;
  const databaseFile = databaseUrl === null ? join(dataFolder, "countersign.db") : null;
  if (databaseFile !== null && !existsSync(databaseFile))
    throw new Error(`There is no ${databaseFile}: set COUNTERSIGN_DATA to the data folder of the server`);
  const secretFile = join(dataFolder, "secret.key");
  if (withSecret && config.secret !== null)
    throw new Error(
      "The secret is in COUNTERSIGN_SECRET, not in a file: leave --with-secret out and keep it elsewhere",
    );
  if (withSecret && !existsSync(secretFile)) throw new Error(`There is no ${secretFile} to be copied`);
  const { blobs } = await openShelves({ config, dataFolder, log: null });
  return makeBackup({
    target,
    databaseFile,
    blobs,
    secretFile: withSecret ? secretFile : null,
    at: new Date(),
    signal,
    onProgress: showProgress("documents"),
  });
}

function tell({ database, documents, secret, lost }: Manifest, { target }: Words): number {
  const parts = `${database === null ? "" : "the database and "}${documents.length} documents`;
  const apart = secret === null ? " The secret (secret.key or COUNTERSIGN_SECRET) is not in it: keep it apart." : "";
  process.stdout.write(`${target}: ${parts}.${apart}\n`);
  if (lost.length === 0) return 0;
  const list = lost.map((hash) => `  ${hash}\n`).join("");
  process.stderr.write(
    `countersign backup: made, but these documents are missing or damaged where they are kept:\n${list}`,
  );
  return 1;
}

/** The words of the call, or what is wrong with them. */
function readWords(given: readonly string[]): Words | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { "with-secret": { type: "boolean", default: false }, documents: { type: "boolean", default: false } },
    });
    const [target = "", ...more] = positionals;
    if (target === "" || more.length > 0) return "Name one folder for the backup.";
    return { target, withSecret: values["with-secret"], documents: values.documents };
  } catch (error) {
    return `${wordsOf(error)}.`;
  }
}
