// `countersign keys rewrap`: another secret for the house. Works on the database itself, while no server runs on it: a secret does not go over HTTP.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sql } from "kysely";
import { findEarlierSecrets, keepEarlierSecrets } from "../accounts/earlier-secrets.ts";
import { isEstablished, knowsSecret, secretMark } from "../accounts/first-start.ts";
import { limits } from "../base/limits.ts";
import { fingerprintOf, type Secret, sameText } from "../base/secrets.ts";
import { ownFolder } from "../storage/folder.ts";
import { attendAlone } from "../storage/postgres-presence.ts";
import type { Db, Store } from "../storage/store.ts";
import type { Config } from "./config.ts";
import { openStore } from "./open-store.ts";
import { rewrapColumns } from "./sealed-columns.ts";
import { decodeSecret, nextSecretFile, promoteNext, secretFile, writeNext } from "./secret.ts";

/** What is done one after the other; whichever is the last that was done, a server starts with one of the two secrets. */
export type RewrapStep = "written" | "committed" | "replaced";

/** How the house is found, where its new secret is (null: one is made), and who hears of each step once it is done. */
export type Rewrap = {
  readonly config: Config;
  readonly newSecretFile: string | null;
  readonly onStep?: (step: RewrapStep) => void;
};

/** What was done. */
export type Rewrapped = {
  /** How many values were encrypted anew, by table. */
  readonly counts: ReadonlyMap<string, number>;
  /** Whether the earlier secret is kept, encrypted, for access codes of signers who have not signed yet. */
  readonly keepsEarlier: boolean;
  /** Where the new secret is: the file that the server reads by itself, or one whose content goes into COUNTERSIGN_SECRET. */
  readonly file: string;
  readonly isRead: boolean;
};

/** Changes the secret. Throws an Error, in words, and leaves everything as it was, where a server runs or the secret is not the house's. */
export async function rewrapSecret({ config, newSecretFile, onStep = () => {} }: Rewrap): Promise<Rewrapped> {
  const dataFolder = resolve(config.dataFolder);
  if (config.databaseUrl === null && !existsSync(join(dataFolder, "countersign.db")))
    throw new Error(`There is no database in ${dataFolder}: set COUNTERSIGN_DATA to the data folder of the server`);
  const isFree = await haveAlone(config, dataFolder);
  try {
    const store = await openStore(config, dataFolder);
    try {
      return await rewrapIn(store, { config, dataFolder, newSecretFile, onStep });
    } finally {
      await store.close();
    }
  } finally {
    await isFree();
  }
}

/** Keeps servers from the house; answers what lets them in again. */
async function haveAlone({ databaseUrl }: Config, dataFolder: string): Promise<() => Promise<void>> {
  if (databaseUrl === null) {
    const owned = ownFolder(dataFolder);
    return async () => owned.release();
  }
  const presence = await attendAlone(databaseUrl);
  if (presence === null)
    throw new Error("A Countersign runs on this database: stop every one of them, then change the secret");
  return presence.leave;
}

type Changing = Required<Rewrap> & { readonly dataFolder: string };

async function rewrapIn(store: Store, { config, dataFolder, newSecretFile, onStep }: Changing): Promise<Rewrapped> {
  const from = await presentSecret(store, { given: config.secret, dataFolder });
  const given = newSecretFile === null ? null : decodeSecret(readFileSync(newSecretFile, "utf8").trim(), newSecretFile);
  if (given !== null && sameText(Buffer.from(given).toString("hex"), Buffer.from(from).toString("hex")))
    throw new Error(`${newSecretFile} holds the present secret: there is nothing to change`);
  const isRead = config.secret === null;
  // One that is in a file already, and goes into the environment, needs no second place.
  const to = given !== null && !isRead ? given : writeNext(dataFolder, given);
  onStep("written");
  const done = await store.transact((tx) => rewrapRows(tx, { kind: store.kind, from, to }), {
    withinMs: limits.migrationMs,
  });
  onStep("committed");
  if (isRead) promoteNext(dataFolder);
  onStep("replaced");
  return { ...done, isRead, file: isRead ? secretFile(dataFolder) : (newSecretFile ?? nextSecretFile(dataFolder)) };
}

/** Where an earlier change got as far as its commit, the secret is the one that it wrote. */
async function presentSecret(
  { read }: Pick<Store, "read">,
  { given, dataFolder }: { readonly given: string | null; readonly dataFolder: string },
): Promise<Secret> {
  if (!(await isEstablished(read)))
    throw new Error("There is no house in this database yet: there is nothing to change");
  const files = [secretFile(dataFolder), nextSecretFile(dataFolder)].filter((file) => existsSync(file));
  const known =
    given !== null
      ? [decodeSecret(given, "COUNTERSIGN_SECRET")]
      : files.map((file) => decodeSecret(readFileSync(file, "utf8").trim(), file));
  for (const secret of known) {
    if (!(await knowsSecret(read, secret))) continue;
    // What is about to be written would take its place.
    if (given === null && secret === known[1]) promoteNext(dataFolder);
    return secret;
  }
  throw new Error(
    given !== null
      ? "COUNTERSIGN_SECRET is not the secret that this database was made with: give the present one"
      : `${secretFile(dataFolder)} is not the secret that this database was made with: bring it back, or set COUNTERSIGN_SECRET`,
  );
}

type Both = { readonly kind: Store["kind"]; readonly from: Secret; readonly to: Secret };

async function rewrapRows(tx: Db, { kind, from, to }: Both): Promise<Pick<Rewrapped, "counts" | "keepsEarlier">> {
  const marked = await tx
    .updateTable("settings")
    .set({ value: fingerprintOf(to) })
    .where("name", "=", secretMark)
    .where("value", "=", fingerprintOf(from))
    .executeTakeFirst();
  if (marked.numUpdatedRows !== 1n) throw new Error("The secret was changed by somebody else meanwhile");
  const earlier = await findEarlierSecrets({ tx, secret: from });
  const keepsEarlier = await hasOpenCodes(tx);
  const counts = await rewrapColumns(tx, { kind, from, to });
  await keepEarlierSecrets({ tx, secret: to }, keepsEarlier ? [from, ...earlier] : []);
  return { counts, keepsEarlier };
}

/** Whether a signer may still have to type an access code. */
async function hasOpenCodes(tx: Db): Promise<boolean> {
  const { rows } = await sql`
    select 1 from signatures s join signature_requests r on r.request_id = s.request_id
    where s.pin_hash is not null
      and r.state not in ('complete', 'declined', 'canceled', 'expired', 'error', 'destroyed') limit 1`.execute(tx);
  return rows.length > 0;
}
