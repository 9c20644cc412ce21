import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import { isLockTaken } from "./postgres-busy.ts";
import type { Db, Store } from "./store.ts";
import type { Keeping, Step, Walk } from "./walk.ts";

const weekMs = 7 * 24 * 60 * 60 * 1000;

/**
 * PostgreSQL's attempts lie in one table a week, so that old ones go as a whole: dropping a table costs the same however many rows
 * it has. Makes the weeks to come and drops those wholly past their age, one a step. SQLite has no such tables.
 */
export function weeksWalk(store: Store, { attemptsMs }: Pick<Keeping, "attemptsMs">): Walk {
  return {
    name: "attempt weeks",
    restMs: 0,
    step: async ({ at, after }) => {
      if (store.kind === "sqlite") return { removed: 0, after: null };
      if (after === null) await makeWeeks(store, at);
      return dropWeek(store, at - attemptsMs);
    },
  };
}

/**
 * Makes the tables of this week's attempts and of the next `limits.attemptWeeksAhead` weeks', those that are missing. Any number of
 * processes may at once. Throws when a lock is not to be had: attempts then go to the default partition, and nothing is lost.
 */
export async function makeWeeks(store: Store, at: number): Promise<void> {
  if (store.kind === "sqlite") return;
  const made = new Set((await findWeeks(store.read)).map(({ name }) => name));
  const thisWeek = Math.floor(at / weekMs) * weekMs;
  for (let ahead = 0; ahead <= limits.attemptWeeksAhead; ahead += 1) {
    const week = weekFrom(thisWeek + ahead * weekMs);
    if (!made.has(week.name) && !(await isCrowded(store.read, week))) await giveWay(store, (tx) => makeWeek(tx, week));
  }
}

/** A table of one week's attempts, from its first millisecond to before the next one's. */
type Week = { readonly name: string; readonly from: number; readonly to: number };

function weekFrom(from: number): Week {
  const date = new Date(from).toISOString().slice(0, 10).replaceAll("-", "");
  return { name: `attempts_${date}`, from, to: from + weekMs };
}

/** The weeks that have a table, the oldest first. */
async function findWeeks(db: Db): Promise<readonly Week[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'attempts'::regclass and c.relname ~ '^attempts_[0-9]{8}$' order by c.relname`.execute(db);
  return rows.map(({ name }) => {
    const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
    return weekFrom(Date.parse(`${year}-${month}-${day}T00:00:00Z`));
  });
}

/** Whether so many of a week's attempts lie in the default partition that moving them would hold up others: then they stay there. */
async function isCrowded(db: Db, { from, to }: Week): Promise<boolean> {
  const { rows } = await sql`
    select 1 from attempts_rest where started_at >= ${from} and started_at < ${to}
    offset ${limits.attemptRowsMoved} limit 1`.execute(db);
  return rows.length > 0;
}

async function makeWeek(tx: Db, { name, from, to }: Week): Promise<void> {
  const table = sql.table(name);
  // In the order in which a settlement takes them. The first lock also keeps a second maker out.
  await sql`lock table deliveries in share row exclusive mode`.execute(tx);
  await sql`lock table attempts_rest in access exclusive mode`.execute(tx);
  if ((await findWeeks(tx)).some((week) => week.name === name)) return;

  await sql`create table ${table} (like attempts including all)`.execute(tx);
  await sql`
    with moved as (delete from attempts_rest where started_at >= ${from} and started_at < ${to} returning *)
    insert into ${table} select * from moved`.execute(tx);
  await sql`
    alter table attempts attach partition ${table} for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx);
}

async function dropWeek(store: Store, before: number): Promise<Step> {
  const due = (await findWeeks(store.read)).filter(({ to }) => to <= before);
  const [oldest] = due;
  if (!oldest) return { removed: 0, after: null };
  await giveWay(store, async (tx) => {
    await sql`drop table if exists ${sql.table(oldest.name)}`.execute(tx);
  });
  return { removed: 1, after: due.length > 1 ? "more" : null };
}

/**
 * Makes a change of tables that gives way to everybody: it waits for each lock `limits.partitionLockMs` at most, so that nobody waits
 * behind it for longer, and begins anew some times. Throws the fault of a busy database when it never had its locks.
 */
async function giveWay(store: Store, change: (tx: Db) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.transact(async (tx) => {
        await sql`select set_config('lock_timeout', ${`${limits.partitionLockMs}ms`}, true)`.execute(tx);
        await change(tx);
      });
    } catch (error) {
      if (tries >= limits.partitionTries || !isLockTaken(error)) throw error;
      await sleep(limits.partitionRetryMs);
    }
  }
}
