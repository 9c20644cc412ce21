import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** How a child of the workshop is started. */
export type ChildCommand = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/** The bounds that the system keeps for a child: seconds of processor, bytes of memory. */
export type ChildBounds = { readonly documentChildCpuSeconds: number; readonly documentChildDataBytes: number };

/** The workshop's own entry: a neighbour of this file, TypeScript in the repository and JavaScript when built. */
const workshopEntry = join(import.meta.dirname, `child${extname(fileURLToPath(import.meta.url))}`);

/**
 * Node with its permission model: it reads its own code and the packages, writes nothing, starts nothing; with an empty
 * environment. Where the tools of util-linux are present (every Debian), the system bounds processor time and memory,
 * refuses file writes, new privileges and core dumps, and kills the child with its parent.
 * `entry` is the file that it runs.
 * What Node 24 cannot forbid is a socket: where the kernel lets us, the child gets a network of its own with nothing in it.
 */
export function childCommand(bounds: ChildBounds, entry = workshopEntry): ChildCommand {
  const node = [
    process.execPath,
    "--permission",
    "--allow-addons",
    ...readable().map((path) => `--allow-fs-read=${path}`),
    entry,
  ];
  const [file = process.execPath, ...args] = [...noNetwork(), ...pdeathsig(), ...prlimit(bounds), ...node];
  return { file, args, env: { NODE_ENV: "production", TZ: "UTC" } };
}

/** Our code, every node_modules folder that it may resolve packages from, and the package.json files that Node reads on the way. */
function readable(): readonly string[] {
  const code = resolve(import.meta.dirname, "..");
  const named = [
    code,
    ...ancestors(code).flatMap((folder) => [join(folder, "node_modules"), join(folder, "package.json")]),
  ];
  return [...new Set([...named, ...named.flatMap(realPath)])];
}

/** Where a link leads: Node's grants count for the path behind it. */
function realPath(path: string): readonly string[] {
  return existsSync(path) ? [realpathSync(path)] : [];
}

function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

let ownNetwork: readonly string[] | null = null;

/** An empty network namespace; tried once a process, for containers and hardened kernels may forbid it. */
function noNetwork(): readonly string[] {
  ownNetwork ??= tryNoNetwork();
  return ownNetwork;
}

function tryNoNetwork(): readonly string[] {
  const tool = findTool("unshare");
  if (tool === null) return [];
  const command = [tool, "--user", "--map-current-user", "--net"];
  const [, ...args] = command;
  return spawnSync(tool, [...args, "true"], { timeout: 5000, stdio: "ignore" }).status === 0 ? command : [];
}

function pdeathsig(): readonly string[] {
  const tool = findTool("setpriv");
  return tool === null ? [] : [tool, "--pdeathsig", "KILL", "--no-new-privs"];
}

function prlimit(bounds: ChildBounds): readonly string[] {
  const tool = findTool("prlimit");
  if (tool === null) return [];
  const { documentChildCpuSeconds, documentChildDataBytes } = bounds;
  return [tool, `--cpu=${documentChildCpuSeconds}`, `--data=${documentChildDataBytes}`, "--fsize=0", "--core=0"];
}

function findTool(name: string): string | null {
  return ["/usr/bin", "/bin"].map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
