import { sql } from "kysely";
import { statements as house } from "./migrations/001-house.ts";
import { statements as engine } from "./migrations/002-engine.ts";
import { statements as evidence } from "./migrations/003-evidence.ts";
import { statements as access } from "./migrations/004-access.ts";
import { statements as destroyed } from "./migrations/005-destroyed.ts";
import { statements as reassigned } from "./migrations/006-reassigned.ts";
import { statements as hands } from "./migrations/007-hands.ts";
import { statements as attachments } from "./migrations/008-attachments.ts";
import { statements as signerLocale } from "./migrations/009-signer-locale.ts";
import { statements as listeners } from "./migrations/010-listeners.ts";
import { statements as keyUse } from "./migrations/011-key-use.ts";
import { statements as pace } from "./migrations/012-pace.ts";
import { statements as passkeys } from "./migrations/013-passkeys.ts";
import { statements as finding } from "./migrations/014-finding.ts";
import { statements as apiCalls } from "./migrations/015-api-calls.ts";
import { fill as fillRequests, statements as requests } from "./migrations/016-requests.ts";
import { statements as templates } from "./migrations/017-templates.ts";
import { statements as teams } from "./migrations/018-teams.ts";
import { statements as oauth } from "./migrations/019-oauth.ts";
import { statements as fax } from "./migrations/020-fax.ts";
import { statements as eid } from "./migrations/021-eid.ts";
import { statements as bulk } from "./migrations/022-bulk.ts";
import { statements as drafts } from "./migrations/023-drafts.ts";
import { statements as groups } from "./migrations/024-groups.ts";
import { statements as requestDays } from "./migrations/025-request-days.ts";
import { statements as bulkOrder } from "./migrations/026-bulk-order.ts";
import { statements as quotas } from "./migrations/027-quotas.ts";
import { statements as invitationLetters } from "./migrations/028-invitation-letters.ts";
import { statements as eventsOfApps } from "./migrations/029-events-of-apps.ts";
import { statements as transfers } from "./migrations/030-transfers.ts";
import { fill as fillRequestTemplates, statements as requestTemplates } from "./migrations/031-request-templates.ts";
import { statements as hearers } from "./migrations/032-hearers.ts";
import { statements as draftSaves } from "./migrations/033-draft-saves.ts";
import { statements as catchUpOfApps } from "./migrations/034-catch-up-of-apps.ts";
import { statements as openRefresh } from "./migrations/035-open-refresh.ts";
import { statements as received } from "./migrations/036-received.ts";
import { statements as jobsBuried } from "./migrations/037-jobs-buried.ts";
import { statements as madeByCalls } from "./migrations/038-made-by-calls.ts";
import { statements as eventCalls } from "./migrations/039-event-calls.ts";
import type { Statement } from "./statement.ts";
import type { Db, Store } from "./store.ts";

/** One step forward of the tables. */
export type Migration = {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly Statement[];
  /** What statements alone cannot do; runs after them, in the same transaction. */
  readonly fill?: (tx: Db, kind: Store["kind"]) => Promise<void>;
};

/** Every step from an empty database to this code, versions 1, 2, 3, … in order. */
export const migrations: readonly Migration[] = [
  { version: 1, name: "house", statements: house },
  { version: 2, name: "engine", statements: engine },
  { version: 3, name: "evidence", statements: evidence },
  { version: 4, name: "access", statements: access },
  { version: 5, name: "destroyed", statements: destroyed },
  { version: 6, name: "reassigned", statements: reassigned },
  { version: 7, name: "hands", statements: hands },
  { version: 8, name: "attachments", statements: attachments },
  { version: 9, name: "signer-locale", statements: signerLocale },
  { version: 10, name: "listeners", statements: listeners },
  { version: 11, name: "key-use", statements: keyUse },
  { version: 12, name: "pace", statements: pace },
  { version: 13, name: "passkeys", statements: passkeys },
  { version: 14, name: "finding", statements: finding },
  { version: 15, name: "api-calls", statements: apiCalls },
  { version: 16, name: "requests", statements: requests, fill: fillRequests },
  { version: 17, name: "templates", statements: templates },
  { version: 18, name: "teams", statements: teams },
  { version: 19, name: "oauth", statements: oauth },
  { version: 20, name: "fax", statements: fax },
  { version: 21, name: "eid", statements: eid },
  { version: 22, name: "bulk", statements: bulk },
  { version: 23, name: "drafts", statements: drafts },
  { version: 24, name: "groups", statements: groups },
  { version: 25, name: "request-days", statements: requestDays },
  { version: 26, name: "bulk-order", statements: bulkOrder },
  { version: 27, name: "quotas", statements: quotas },
  { version: 28, name: "invitation-letters", statements: invitationLetters },
  { version: 29, name: "events-of-apps", statements: eventsOfApps },
  { version: 30, name: "transfers", statements: transfers },
  { version: 31, name: "request-templates", statements: requestTemplates, fill: fillRequestTemplates },
  { version: 32, name: "hearers", statements: hearers },
  { version: 33, name: "draft-saves", statements: draftSaves },
  { version: 34, name: "catch-up-of-apps", statements: catchUpOfApps },
  { version: 35, name: "open-refresh", statements: openRefresh },
  { version: 36, name: "received", statements: received },
  { version: 37, name: "jobs-buried", statements: jobsBuried },
  { version: 38, name: "made-by-calls", statements: madeByCalls },
  { version: 39, name: "event-calls", statements: eventCalls },
];

/** Which database it is, and how one change is run in a transaction of its own. */
export type Migrated = {
  readonly kind: Store["kind"];
  readonly transact: <T>(change: (tx: Db) => Promise<T>) => Promise<T>;
};

/**
 * Brings the tables forward to `steps`, each step in one transaction; any number of processes may do so at once, and
 * a step is done once. Throws, changing nothing, when the database is newer than the code.
 */
export async function migrate(database: Migrated, steps: readonly Migration[] = migrations): Promise<void> {
  await makeRecord(database);
  while (await takeStep(database, steps)) {
    // A step a transaction: a long one that fails leaves those before it done.
  }
}

/** Throws unless the database stands exactly at `steps`. */
export async function assertMigrated(db: Db, steps: readonly Migration[] = migrations): Promise<void> {
  const at = await versionOf(db);
  const newest = newestOf(steps);
  if (at !== newest) throw new Error(`The database is at version ${at}, this Countersign needs version ${newest}`);
}

async function makeRecord({ transact }: Migrated): Promise<void> {
  try {
    await transact(createRecord);
  } catch {
    // Two processes creating one table at once: PostgreSQL fails the second. By now the first one's table is there.
    await transact(createRecord);
  }
}

async function createRecord(tx: Db): Promise<void> {
  await sql`create table if not exists migrations (version bigint primary key, name text not null)`.execute(tx);
  await sql`insert into migrations (version, name) values (0, 'empty') on conflict do nothing`.execute(tx);
}

async function takeStep({ kind, transact }: Migrated, steps: readonly Migration[]): Promise<boolean> {
  return transact(async (tx) => {
    // Row 0 is the lock: whoever updates it migrates, everybody else waits here and then sees what was done.
    await sql`update migrations set name = name where version = 0`.execute(tx);
    const at = await versionOf(tx);
    refuseNewer(at, newestOf(steps));

    const step = steps.find(({ version }) => version === at + 1);
    if (!step) return false;

    for (const statement of step.statements) {
      const text = typeof statement === "string" ? statement : statement[kind];
      if (text !== undefined) await sql.raw(text).execute(tx);
    }
    await step.fill?.(tx, kind);
    await sql`insert into migrations (version, name) values (${step.version}, ${step.name})`.execute(tx);
    return true;
  });
}

async function versionOf(db: Db): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`select max(version) as version from migrations`.execute(db);
  return rows[0]?.version ?? 0;
}

function newestOf(steps: readonly Migration[]): number {
  return steps.at(-1)?.version ?? 0;
}

function refuseNewer(at: number, newest: number): void {
  if (at <= newest) return;
  throw new Error(
    `The database is at version ${at}, but this Countersign only knows versions up to ${newest}: ` +
      "start the newer Countersign again, or restore a backup made before the upgrade",
  );
}
