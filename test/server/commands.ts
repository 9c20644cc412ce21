import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { hashOf } from "../../src/base/secrets.ts";
import { placeOf } from "../../src/storage/blob-places.ts";
import { blobColumns } from "../../src/storage/orphans.ts";

/** The program as it is installed. */
export const command = new URL("../../bin/countersign", import.meta.url).pathname;

/** Runs a command to its end; nothing else happens in this process meanwhile. */
export function run(words: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync("sh", [command, ...words], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, out: stdout, err: stderr };
}

/** That a data folder has every document that its database names, whole. */
export function assertWhole(dataFolder: string): void {
  const database = new DatabaseSync(join(dataFolder, "countersign.db"), { readOnly: true });
  let documents = 0;
  for (const { table, column } of blobColumns)
    for (const { hash } of database
      .prepare(`select ${column} as hash from ${table} where ${column} is not null`)
      .all()) {
      const path = placeOf(join(dataFolder, "blobs"), String(hash));
      assert.equal(hashOf(readFileSync(path)), hash, `${table}.${column}`);
      documents += 1;
    }
  database.close();
  assert.ok(documents > 2);
}
