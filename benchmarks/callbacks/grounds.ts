import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../../test/support/server.ts";

/** PostgreSQL on a port of its own, with what a server in production has: every commit on the disk. */
export type Postgres = {
  readonly version: string;
  readonly settings: readonly string[];
  /** A new database; its address. */
  readonly createDatabase: (name: string) => Promise<string>;
  readonly dropDatabase: (name: string) => Promise<void>;
  /** Syncs of the write-ahead log so far, as pg_stat_wal counts them (a session tells its own when it ends). */
  readonly syncs: () => Promise<number>;
  readonly query: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Seconds of processor time of the server and all its processes, also of those that have ended. */
  readonly cpu: () => number;
  readonly stop: () => Promise<void>;
};

const postgresSettings = [
  "fsync on, full_page_writes on, synchronous_commit on",
  "shared_buffers 512MB",
  "max_wal_size 4GB",
  "the rest as Debian delivers it",
];

/** Starts PostgreSQL in a temporary folder; it ends with this process, however that ends. */
export async function startPostgres(extra: readonly string[] = []): Promise<Postgres> {
  const binaries = findBinaries();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-pg-"));
  const user = userInfo().uid === 0 ? postgresUser() : null;
  if (user) chownSync(folder, user.uid, user.gid);
  const identity = { ...user, cwd: folder };
  const data = join(folder, "data");
  execFileSync(join(binaries, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"], {
    ...identity,
    stdio: "ignore",
  });
  const settings = [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    `unix_socket_directories = '${folder}'`,
    "shared_buffers = '512MB'",
    "max_wal_size = '4GB'",
    "max_connections = 200",
    ...extra,
    "",
  ];
  writeFileSync(join(data, "postgresql.auto.conf"), settings.join("\n"));
  const stop = keep({ command: [join(binaries, "postgres"), "-D", data], folder, identity });
  const admin = new pg.Pool({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`, max: 1 });
  admin.on("error", () => {
    // The server is stopped while we are connected: that is how the benchmark ends.
  });
  const query = async (text: string) => (await admin.query<Record<string, unknown>>(text)).rows;
  await answering(() => query("select 1"));
  return {
    version: String((await query("show server_version"))[0]?.server_version),
    settings: postgresSettings,
    createDatabase: async (name) => {
      await query(`create database ${name} template template0`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    dropDatabase: async (name) => void (await query(`drop database if exists ${name} with (force)`)),
    syncs: async () => Number((await query("select wal_sync from pg_stat_wal"))[0]?.wal_sync),
    query,
    cpu: () => cpuOfFamily(Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0])),
    stop: async () => {
      await admin.end();
      await stop();
    },
  };
}

/** Redis on a port of its own that syncs every write. */
export type Redis = {
  readonly version: string;
  readonly port: number;
  readonly cpu: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts Redis in a temporary folder; `traceTo` names a file for strace's count of its fsyncs. */
export async function startRedis(traceTo?: string): Promise<Redis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-redis-"));
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const durable = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"];
  const pidFile = join(folder, "pid");
  const server = ["redis-server", ...settings, ...durable, "--pidfile", pidFile, "--daemonize", "no"];
  const trace = ["strace", "-f", "--seccomp-bpf", "-c", "-e", "trace=fsync,fdatasync", "-o", traceTo ?? ""];
  const command = traceTo === undefined ? server : [...trace, ...server];
  const stop = keep({ command, folder, identity: { cwd: folder } });
  await answering(async () => void execFileSync("redis-cli", ["-p", String(port), "ping"], { stdio: "ignore" }));
  const version = execFileSync("redis-server", ["--version"], { encoding: "utf8" });
  const pid = Number(readFileSync(pidFile, "utf8"));
  return {
    version: /v=(\S+)/.exec(version)?.[1] ?? "unknown",
    port,
    cpu: () => cpuOfFamily(pid),
    stop: async () => {
      // strace would be ended by the keeper's signal before its child, and count nothing.
      execFileSync("redis-cli", ["-p", String(port), "shutdown", "nosave"], { stdio: "ignore" });
      await stop();
    },
  };
}

type Kept = {
  readonly command: readonly string[];
  readonly folder: string;
  readonly identity: { readonly cwd: string; readonly uid?: number; readonly gid?: number };
};

/** A shell outlives us just long enough: when our end of its input closes, it stops the server and sweeps up. */
function keep({ command, folder, identity }: Kept): () => Promise<void> {
  const script = 'folder=$1; shift; "$@" >"$folder/log" 2>&1 & cat; kill -INT $! 2>/dev/null; wait; rm -rf "$folder"';
  const keeper = spawn("sh", ["-c", script, "sh", folder, ...command], {
    ...identity,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  keeper.unref();
  const ended = new Promise<void>((done) => keeper.once("exit", () => done()));
  return async () => {
    keeper.ref();
    keeper.stdin.end();
    await ended;
  };
}

async function answering(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return void (await ask());
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(50);
    }
  }
}

/** What is missing on this machine for the benchmark, in words, or null. */
export function missingServers(): string | null {
  const debian = "/usr/lib/postgresql";
  if (!existsSync(debian)) return "PostgreSQL is not installed (apt-get install postgresql)";
  if (!existsSync("/usr/bin/redis-server")) return "Redis is not installed (apt-get install redis-server)";
  return null;
}

/** Debian keeps the server's programs out of the PATH, a folder a version. */
function findBinaries(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(debian, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (found === undefined) throw new Error("This benchmark needs PostgreSQL: apt-get install postgresql");
  return found;
}

function postgresUser(): { readonly uid: number; readonly gid: number } {
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

const ticksASecond = 100;

/** Of a process, its children that live, and those it has waited for. See proc(5), stat. */
function cpuOfFamily(pid: number): number {
  const own = statOf(pid);
  if (!own) throw new Error(`Process ${pid} is gone`);
  let ticks = own.used + own.usedByEnded;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat?.parent === pid) ticks += stat.used;
  }
  return ticks / ticksASecond;
}

function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const of = (number: number) => Number(fields[number - 3]);
    return { parent: of(4), used: of(14) + of(15), usedByEnded: of(16) + of(17) };
  } catch {
    return null;
  }
}
