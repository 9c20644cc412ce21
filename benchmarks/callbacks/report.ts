import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../figures.ts";
import { figuresTable, machineWords, writeSection } from "../sections.ts";
import type { Contesting } from "./contestant.ts";
import type { Extent } from "./measure.ts";
import { contestantsTable, type Measured } from "./table.ts";

/** What the section tells. */
export type Telling = {
  readonly figures: readonly Figure[];
  readonly measured: Measured;
  readonly extent: Extent;
  /** The machine's load average (a minute's) before anything ran: others' work. */
  readonly loadBefore: number;
  readonly servers: { readonly postgres: string; readonly redis: string; readonly settings: readonly string[] };
};

/** Writes the section of callbacks in results.md; the rest of the file stays. */
export async function writeCallbacks(telling: Telling): Promise<void> {
  writeSection("Callbacks", await sectionOf(telling));
}

async function sectionOf({ figures, measured, extent, loadBefore, servers }: Telling): Promise<string> {
  return `Written by \`npm run bench:callbacks\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}; load
before the run ${loadBefore.toFixed(1)}. PostgreSQL ${servers.postgres}, Redis ${servers.redis},
graphile-worker ${versionOf("graphile-worker")}, pg-boss ${versionOf("pg-boss")}, BullMQ ${versionOf("bullmq")} with ioredis ${versionOf("ioredis")}, undici ${versionOf("undici")}.

Everybody runs in one process that commits events and delivers them to one receiver, the databases beside it on the same cores, taking turns
in each of ${extent.rounds} rounds; what counts is the ratio. An event is one transaction: the row of a new signature request, and what the
engine needs to tell of it (a callback of 6 KB, to one of 20 URLs). A delivery is the post, the check for 200 and the phrase, the attempt
written down, the ladder after a failure. Peers' attempts are collected for 5 ms and written without waiting for the disk, as ours are. Median
(least–most) of the rounds; ${extent.count} events enqueued and then drained, and as many with both at once ("end to end").

${figuresTable(figures)}

CPU and syncs are per event. Database CPU is that of all processes of PostgreSQL, and of Redis for BullMQ, from /proc, less what they take
idle. On SQLite the database works inside the process. Syncs: PostgreSQL's write-ahead log from pg_stat_wal, over all events of a round;
SQLite and Redis counted by strace in a run of its own. The limit keeps nothing: undici posting from memory.

${contestantsTable(measured)}

Settings. PostgreSQL: ${servers.settings.join("; ")}. Pools of 10 connections, 64 posts and 64 transactions at once for everybody.

${(await settingsOf()).join("\n")}
`;
}

async function settingsOf(): Promise<readonly string[]> {
  const of = (name: string, { settings }: Contesting) => `- ${name}: ${settings.join("; ")}.`;
  const { oursOnSqlite, oursOnPostgres } = await import("./ours.ts");
  return [
    of("ours-sqlite", oursOnSqlite),
    of("ours-postgres", oursOnPostgres),
    of("graphile-worker", (await import("./graphile.ts")).graphile),
    of("pg-boss", (await import("./boss.ts")).boss),
    of("bullmq", (await import("./bull.ts")).bull),
    of("limit", (await import("./limit.ts")).limit),
  ];
}

/** The installed version: read from the file, since not every package exports it. */
function versionOf(name: string): string {
  const root = join(import.meta.dirname, "../../node_modules");
  const { version } = JSON.parse(readFileSync(join(root, name, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return version;
}
