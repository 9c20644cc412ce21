import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes the data folder for this process, made if missing and readable by its user alone. Throws, naming the folder
 * and the owner, when another living process has it. It stays taken until `release`, or until the kernel gives it back
 * when the process ends, however it ends.
 */
export function ownFolder(path: string): { readonly release: () => void } {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);

  const pidFile = join(folder, "owner.pid");
  const lock = lockFile(join(folder, "owner.lock"));
  if (!lock) throw new Error(refusalOf(folder, readOwner(pidFile)));
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  held.add(lock);

  return {
    release: () => {
      if (!held.delete(lock)) return;
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

/** Keeps the locks from the garbage collector, which would close them, and so give the folder away. */
const held = new Set<DatabaseSync>();

/** Node offers no file lock of its own; SQLite's is one that the kernel drops with the process. Null: another has it. */
function lockFile(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("pragma locking_mode = exclusive");
    database.exec("begin exclusive");
    chmodSync(file, 0o600);
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

/** SQLITE_BUSY, whatever its extended code. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? error.errcode : null;
  return typeof code === "number" && (code & 0xff) === 5;
}

function refusalOf(folder: string, owner: string): string {
  return `The data folder ${folder} is in use by another Countersign (${owner}): stop that one, or set COUNTERSIGN_DATA to another folder`;
}

/** For the message only: the file may be missing, or left behind by one that was killed. */
function readOwner(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, "utf8").trim()}`;
  } catch {
    return "process unknown";
  }
}
