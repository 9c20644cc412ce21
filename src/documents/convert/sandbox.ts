import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * What this machine lets a sandbox have. `full`: a network, processes and files of its own; `network`: only a network of
 * its own; `none`: the kernel or the container allows no user namespaces.
 */
export type Walls = "full" | "network" | "none";

/** A program to start in a job's folder: the command line, and the name that the folder has for it. */
export type Walled = { readonly file: string; readonly args: readonly string[]; readonly box: string };

/** The bounds that the system keeps for a conversion: seconds of processor, bytes of memory, bytes of a file. */
export type OfficeBounds = {
  readonly officeCpuSeconds: number;
  readonly officeDataBytes: number;
  readonly officeOutputBytes: number;
};

/**
 * Run as root of a namespace of its own: makes a file system in which nothing is to be seen but programs and fonts (to be
 * read only) and the job's own folder, leaves the old one for good, gives up every right, and starts the program.
 */
const script = `
set -eu
job=$1; extra=$2; shift 2
mount -t tmpfs -o size=1m,mode=755 none "$job/root"
cd "$job/root"
mkdir usr etc proc dev job tmp var var/cache old
mount --bind "$job/box" job
mount --bind "$job/box/tmp" tmp
show() {
  [ -e "$1" ] || return 0
  if [ -d "$1" ]; then mkdir -p ".$1"; else mkdir -p ".\${1%/*}"; : > ".$1"; fi
  mount --bind "$1" ".$1"
  mount -o remount,bind,ro ".$1"
}
for each in /usr /etc/fonts /etc/ld.so.cache /etc/libreoffice /var/cache/fontconfig $extra; do show "$each"; done
for each in /bin /sbin /lib /lib32 /lib64; do
  if [ -L "$each" ]; then cp -P "$each" ".$each"; else show "$each"; fi
done
for each in null zero random urandom; do : > "dev/$each"; mount --bind "/dev/$each" "dev/$each"; done
mount -t proc proc proc 2>/dev/null || true
pivot_root . old
cd /job
umount -l /old
rmdir /old
mount -o remount,ro /
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
`;

let allowed: Walls | null = null;

/** What is allowed here: tried once a process, at its start. */
export function testWalls(): Walls {
  allowed ??= tryWalls();
  return allowed;
}

function tryWalls(): Walls {
  if (["unshare", "setpriv", "prlimit", "mount", "pivot_root"].some((name) => findTool(name) === null)) return "none";
  const job = mkdtempSync(join(tmpdir(), "countersign-walls-"));
  try {
    makeJobFolder(job);
    const bounds = { officeCpuSeconds: 5, officeDataBytes: 2 ** 30, officeOutputBytes: 2 ** 20 };
    for (const walls of ["full", "network"] as const) {
      const { file, args } = walled({ walls, job, bounds, program: "/bin/true", args: [] });
      const { status } = spawnSync(file, args, { timeout: 5000, stdio: "ignore", env: { PATH: searchPath } });
      if (status === 0) return walls;
    }
    return "none";
  } finally {
    rmSync(job, { recursive: true, force: true });
  }
}

/** Where the tools of the system are. */
export const searchPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The folders of a job: `box` is what the program sees, `root` where its file system is put together. */
export function makeJobFolder(job: string): void {
  mkdirSync(join(job, "box", "tmp"), { recursive: true });
  mkdirSync(join(job, "root"));
}

type Start = {
  readonly walls: Walls;
  readonly job: string;
  readonly bounds: OfficeBounds;
  readonly program: string;
  readonly args: readonly string[];
};

/** The name that a job's box has for the program in it. */
export function boxOf({ walls, job }: Pick<Start, "walls" | "job">): string {
  return walls === "full" ? "/job" : join(job, "box");
}

/** The command that starts a program behind these walls, within these bounds, to be killed with its parent. */
export function walled({ walls, job, bounds, program, args }: Start): Omit<Walled, "box"> {
  const own = isSystems(program) ? "" : homeOf(program);
  const leash = tool("setpriv", ["--pdeathsig", "KILL", "--no-new-privs"]);
  // A namespace of users clears the leash: it is put on inside, and what hangs on it takes its children along.
  const user = tool("unshare", ["--user", "--map-root-user"]);
  const spaces = ["--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child=KILL"];
  const full = [...user, ...leash, ...tool("unshare", spaces), "/bin/sh", "-c", script, "sh", job, own];
  const network = [...tool("unshare", ["--user", "--map-root-user", "--net"]), ...leash];
  const inside = { full, network, none: leash }[walls];
  const [file = program, ...rest] = [...bounded(bounds), ...inside, program, ...args];
  return { file, args: rest };
}

/** The folder that a program needs: an installation's whole, or only where a script lies. */
function homeOf(program: string): string {
  return basename(program) === "soffice.bin" ? dirname(dirname(program)) : dirname(program);
}

/** Whether a program lies where every sandbox sees it. */
function isSystems(program: string): boolean {
  return /^\/(?:usr|bin|lib)\//.test(program);
}

function bounded({ officeCpuSeconds, officeDataBytes, officeOutputBytes }: OfficeBounds): readonly string[] {
  const bounds = [`--cpu=${officeCpuSeconds}`, `--data=${officeDataBytes}`, `--fsize=${officeOutputBytes}`];
  return tool("prlimit", [...bounds, "--core=0"]);
}

function tool(name: string, args: readonly string[]): readonly string[] {
  const path = findTool(name);
  return path === null ? [] : [path, ...args];
}

function findTool(name: string): string | null {
  return (
    searchPath
      .split(":")
      .map((folder) => join(folder, name))
      .find(isExecutable) ?? null
  );
}

/** Whether this is a file that may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
