import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** Where tests find a PostgreSQL server, or why there is none. */
export type Cluster = { readonly kind: "given" | "private" } | { readonly kind: "none"; readonly why: string };

/** `COUNTERSIGN_TEST_POSTGRES` (the address of a database whose user may make others), else this machine's binaries. */
export function findCluster(): Cluster {
  if (process.env.COUNTERSIGN_TEST_POSTGRES) return { kind: "given" };
  if (!findBinaries())
    return { kind: "none", why: "PostgreSQL is not installed and COUNTERSIGN_TEST_POSTGRES is not set" };
  if (isRoot() && !findUser("postgres"))
    return { kind: "none", why: "PostgreSQL refuses to run as root and there is no user postgres" };
  return { kind: "private" };
}

/** A database of its own, like `template`, on the server, started at the first call of this process and stopped with it. */
export async function createDatabase(
  template = "template0",
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = await serverUrl();
  const name = `countersign_${randomUUID().replaceAll("-", "")}`;
  await runOn(server, `create database ${name} template ${template}`);

  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runOn(server, `drop database if exists ${name} with (force)`) };
}

/** A server of one's own, to be treated badly. */
export type OwnServer = {
  /** A database of it. */
  readonly url: string;
  /** `pg_ctl stop -m immediate`: no checkpoint, every connection cut, as in a crash. */
  readonly crash: () => void;
  /** Starts it again after a crash; resolves once it answers. */
  readonly start: () => Promise<void>;
  /** Stops it for good and removes its folder. */
  readonly close: () => Promise<void>;
};

/** Starts another private server; it, too, ends with this process. */
export async function startOwnServer(): Promise<OwnServer> {
  const site = makeSite();
  const keepers = [runServer(site)];
  const url = urlOf(site);
  await answering(url);
  return {
    url,
    crash() {
      const command = ["stop", "-D", join(site.folder, "data"), "-m", "immediate", "-w"];
      execFileSync(join(site.binaries, "pg_ctl"), command, { ...site.identity, cwd: site.folder, stdio: "ignore" });
    },
    async start() {
      keepers.push(runServer(site));
      await answering(url);
    },
    async close() {
      await Promise.all(keepers.map(endKeeper));
    },
  };
}

/**
 * Starts a private server in a temporary folder and resolves to its address. It ends with this process, however
 * that ends. Set the address as COUNTERSIGN_TEST_POSTGRES to share one server among many test processes.
 */
async function startServer(): Promise<string> {
  const site = makeSite();
  runServer(site);
  await answering(urlOf(site));
  return urlOf(site);
}

type Identity = { readonly uid?: number; readonly gid?: number };
type Site = { readonly binaries: string; readonly folder: string; readonly identity: Identity };

/** A new cluster, not running yet. */
function makeSite(): Site {
  const binaries = findBinaries();
  if (!binaries) throw new Error("PostgreSQL is not installed");

  const folder = mkdtempSync(join(tmpdir(), "countersign-postgres-"));
  const user = isRoot() ? findUser("postgres") : null;
  if (user) chownSync(folder, user.uid, user.gid);

  const data = join(folder, "data");
  const identity = user ?? {};
  const initdb = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(join(binaries, "initdb"), initdb, { ...identity, cwd: folder, stdio: "ignore" });
  writeFileSync(join(data, "postgresql.auto.conf"), settingsOf(folder));
  return { binaries, folder, identity };
}

/** The shell outlives us just long enough: when our end of its input closes, it stops the server and sweeps up. */
function runServer({ binaries, folder, identity }: Site): ChildProcess {
  const script = '"$1/postgres" -D "$2/data" >>"$2/log" 2>&1 & cat; kill -QUIT $!; wait; rm -rf "$2"';
  const keeper = spawn("sh", ["-c", script, "sh", binaries, folder], {
    ...identity,
    cwd: folder,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  keeper.unref();
  (keeper.stdin as unknown as { unref: () => void }).unref();
  return keeper;
}

async function endKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => keeper.once("exit", () => resolve()));
  keeper.ref();
  keeper.stdin?.end();
  await ended;
}

function urlOf({ folder }: Site): string {
  return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
}

let started: Promise<string> | null = null;

function serverUrl(): Promise<string> {
  const given = process.env.COUNTERSIGN_TEST_POSTGRES;
  started ??= given ? Promise.resolve(given) : startServer();
  return started;
}

/** A Unix socket in the folder and no port; what a test writes need not survive the machine. */
function settingsOf(folder: string): string {
  return [
    "listen_addresses = ''",
    `unix_socket_directories = '${folder}'`,
    "fsync = off",
    "full_page_writes = off",
    "shared_buffers = '32MB'",
    "max_connections = 200",
    "",
  ].join("\n");
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await runOn(url, "select 1");
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(50);
    }
  }
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {
    // A server that stops while we are connected fails the statement; there is nothing to do beyond that.
  });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Debian keeps the server's programs out of the PATH, a folder a version. */
function findBinaries(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ?? null;
}

function isRoot(): boolean {
  return userInfo().uid === 0;
}

function findUser(name: string): { readonly uid: number; readonly gid: number } | null {
  try {
    const idOf = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    return null;
  }
}
