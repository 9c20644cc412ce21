import type { Manifest } from "../server/backup-files.ts";
import { type Config, readConfig } from "../server/config.ts";
import { restoreBackup } from "../server/restore.ts";
import { openShelves } from "../server/shelves.ts";
import { type Command, failure, misuse } from "./command.ts";
import { showProgress } from "./progress.ts";

const help = `Brings a backup back into an empty data folder (COUNTERSIGN_DATA). Every file is checked by its hash before anything is changed.

Usage: countersign restore FOLDER

With COUNTERSIGN_S3_URL the documents go into the bucket. With DATABASE_URL bring the database back with pg_restore, the documents with
this, and start the server only then.

Exit codes: 0 brought back, 1 not brought back, 2 called wrongly.

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
    const { dataFolder, databaseUrl } = config;
    const manifest = await restoreBackup({
      folder,
      dataFolder,
      onPostgres: databaseUrl !== null,
      openBlobs: async (place) => (await openShelves({ config, dataFolder: place, log: null })).blobs,
      onProgress: showProgress("files"),
    });
    return tell(manifest, config);
  } catch (error) {
    return failure("restore", error);
  }
}

function tell({ documents, at, secret, lost }: Manifest, { dataFolder, secret: given }: Config): number {
  const missing = lost.length === 0 ? "" : ` ${lost.length} more were lost before it was made.`;
  const next =
    secret !== null || given !== null ? "" : ` Put secret.key into ${dataFolder} before you start the server.`;
  process.stdout.write(`${dataFolder}: ${documents.length} documents of ${at}.${missing}${next}\n`);
  return 0;
}
