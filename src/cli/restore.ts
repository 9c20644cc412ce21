import { restoreBackup } from "../server/backup.ts";
import { readConfig } from "../server/config.ts";
import { openShelves } from "../server/shelves.ts";
import { type Command, misuse } from "./command.ts";
import { showProgress } from "./progress.ts";

const help = `Brings a backup back into an empty data folder (COUNTERSIGN_DATA), or documents into an empty bucket. Every file is checked first.

Usage: countersign restore FOLDER

With DATABASE_URL, bring the database back with pg_restore, and the documents with this.

Examples
  COUNTERSIGN_DATA=/srv/countersign countersign restore /backups/2026-11-25
`;

/** `countersign restore`. */
export const restoreCommand: Command = {
  name: "restore",
  says: "bring a backup back into an empty data folder",
  help,
  run,
};

async function run(words: readonly string[]): Promise<number> {
  const [folder = "", ...more] = words;
  if (folder === "" || folder.startsWith("-") || more.length > 0)
    return misuse("restore", "Name the folder of the backup.");
  try {
    const config = readConfig();
    const { dataFolder } = config;
    const manifest = await restoreBackup({
      folder,
      dataFolder,
      openBlobs: async (place) => (await openShelves({ config, dataFolder: place })).blobs,
      onProgress: showProgress("documents"),
    });
    const secret =
      manifest.hasSecret || config.secret !== null
        ? ""
        : ` Put secret.key into ${dataFolder} before you start the server.`;
    process.stdout.write(`${dataFolder}: ${manifest.documents.length} documents of ${manifest.at}.${secret}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`countersign restore: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
