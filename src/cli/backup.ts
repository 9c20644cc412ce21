import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeBackup } from "../server/backup.ts";
import { readConfig } from "../server/config.ts";
import { openShelves } from "../server/shelves.ts";
import { namedBlobs } from "../storage/orphans.ts";
import { openPostgres } from "../storage/postgres.ts";
import { type Command, misuse } from "./command.ts";
import { showProgress } from "./progress.ts";

const help = `Makes a backup of the server's database and documents, while it runs. Reads the same settings as the server.

Usage: countersign backup FOLDER [--with-secret]

  FOLDER          a folder that is not there yet; it has this name only once the backup is whole
  --with-secret   copies secret.key too. Without it the backup cannot be used by whoever finds it: keep the key elsewhere,
                  for without it API keys and the sealing key cannot be read

With DATABASE_URL, dump the database with pg_dump first, and then run this: it copies the documents.

Examples
  countersign backup /backups/$(date +%F)
  pg_dump "$DATABASE_URL" -Fc -f db.dump && countersign backup /backups/documents
`;

/** `countersign backup`. */
export const backupCommand: Command = {
  name: "backup",
  says: "copy database and documents while the server runs",
  help,
  run,
};

async function run(words: readonly string[]): Promise<number> {
  const { target, withSecret, flaw } = readWords(words);
  if (flaw !== null) return misuse("backup", flaw);
  try {
    const config = readConfig();
    const { dataFolder, databaseUrl } = config;
    const databaseFile = databaseUrl === null ? join(dataFolder, "countersign.db") : null;
    if (databaseFile !== null && !existsSync(databaseFile))
      throw new Error(`There is no ${databaseFile}: set COUNTERSIGN_DATA to the data folder of the server`);
    const secretFile = join(dataFolder, "secret.key");
    if (withSecret && !existsSync(secretFile)) throw new Error(`There is no ${secretFile} to be copied`);
    const store = databaseUrl === null ? null : await openPostgres({ url: databaseUrl });
    const named = store === null ? [] : await namedBlobs(store.read);
    await store?.close();
    const { blobs } = await openShelves({ config, dataFolder });
    const manifest = await makeBackup({
      target,
      databaseFile,
      named,
      blobs,
      secretFile: withSecret ? secretFile : null,
      at: new Date(),
      onProgress: showProgress("documents"),
    });
    process.stdout.write(
      `${target}: ${databaseFile === null ? "" : "the database and "}${manifest.documents.length} documents.${withSecret ? "" : " Keep secret.key apart: it is not in it."}\n`,
    );
    return 0;
  } catch (error) {
    process.stderr.write(`countersign backup: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function readWords(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { "with-secret": { type: "boolean", default: false } },
    });
    const [target = "", ...more] = positionals;
    const flaw = target === "" || more.length > 0 ? "Name one folder for the backup." : null;
    return { target, withSecret: values["with-secret"], flaw };
  } catch (error) {
    return { target: "", withSecret: false, flaw: `${error instanceof Error ? error.message : String(error)}.` };
  }
}
