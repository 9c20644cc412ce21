import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { placeReady, readyTemplate } from "../support/ready.ts";
import { createDatabase, findCluster } from "./cluster.ts";

/** A fresh database, its tables made. */
export type Opened = {
  readonly store: Store;
  /** Opens the same database once more. */
  readonly reopen: () => Promise<Store>;
  /** What `DATABASE_URL` would say, or the file. */
  readonly place: string;
  /** Closes every store of it and removes the database. */
  readonly close: () => Promise<void>;
};

/** One kind of database that every law must hold on; `skip` says in words why it is not here. */
export type Database = {
  readonly name: string;
  readonly skip?: string;
  /** Without a clock each database goes by its own. */
  readonly open: (options?: { readonly clock?: Clock }) => Promise<Opened>;
};

/** SQLite and PostgreSQL, to be looped over. PostgreSQL: cluster.ts says which. */
export function databases(): readonly Database[] {
  const cluster = findCluster();
  const postgres: Database = { name: "PostgreSQL", open: openOnPostgres };
  return [
    { name: "SQLite", open: openOnSqlite },
    cluster.kind === "none" ? { ...postgres, skip: cluster.why } : postgres,
  ];
}

async function openOnSqlite({ clock = systemClock }: { readonly clock?: Clock } = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-sqlite-"));
  const file = join(folder, "house.db");
  placeReady(file);
  const open = () => openSqlite({ file, clock });
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  return openedOf({ open, remove, place: file });
}

async function openOnPostgres({ clock }: { readonly clock?: Clock } = {}): Promise<Opened> {
  const { url, drop } = await createDatabase(readyTemplate());
  const open = () => openPostgres({ url, ...(clock ? { clock } : {}) });
  return openedOf({ open, remove: drop, place: url });
}

type Parts = { readonly open: () => Promise<Store>; readonly remove: () => Promise<void>; readonly place: string };

async function openedOf({ open, remove, place }: Parts): Promise<Opened> {
  const stores: Store[] = [];
  const openOne = async () => {
    const store = await open();
    stores.push(store);
    return store;
  };

  return {
    store: await openOne(),
    reopen: openOne,
    place,
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await remove();
    },
  };
}
