import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";

/** One parameter of a form or query as it came: its name with brackets, and its value. */
export type Entry = readonly [name: string, value: unknown];

/** What the entries spell, and which keys the caller used where the keys became an array. */
export type Folded = {
  readonly value: Record<string, unknown>;
  /** Path of an array, as written (`signers`, `a[x][y]`), to the keys of its items in order: `["1", "2"]`. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
};

type Leaf = { readonly kind: "leaf"; readonly values: unknown[] };
type Branch = { readonly kind: "branch"; readonly children: Map<string, Leaf | Branch>; next: number };

/**
 * Folds PHP-style names (`a`, `a[]`, `a[0][b]`, `a[x]`) into nested values. Keys that are all numbers below
 * `limits.arrayItems` make an array in the order of the numbers, without holes; any other keys make an object.
 * A name given several times makes an array of its values. Throws `bad_request`, with the name as its path, for a
 * name that is malformed, too deep or too long, or that contradicts an earlier one (`a=1` beside `a[b]=2`).
 */
export function foldBrackets(entries: readonly Entry[]): Folded {
  if (entries.length > limits.formEntries)
    throw badRequest(`A request may carry at most ${limits.formEntries} parameters.`);
  const root = newBranch();
  for (const [name, value] of entries) insert(root, { name, value });
  const keys = new Map<string, readonly string[]>();
  const value: Record<string, unknown> = {};
  for (const [name, node] of root.children) value[name] = grow(node, { path: name, keys });
  return { value, keys };
}

function insert(root: Branch, { name, value }: { readonly name: string; readonly value: unknown }): void {
  const segments = segmentsOf(name);
  const last = segments.length - 1;
  let branch = root;
  segments.forEach((segment, depth) => {
    const key = segment === "" ? String(branch.next) : segment;
    if (isIndex(key)) branch.next = Math.max(branch.next, Number(key) + 1);
    const child = branch.children.get(key) ?? plant(branch, { key, leaf: depth === last });
    if ((child.kind === "leaf") !== (depth === last)) throw contradiction(name);
    if (child.kind === "leaf") child.values.push(value);
    else branch = child;
  });
}

function segmentsOf(name: string): readonly string[] {
  const shown = name.slice(0, 100);
  if (name.length > limits.parameterNameLength) throw badRequest("The name of this parameter is too long.", shown);
  const root = /^[^[\]]+/.exec(name)?.[0];
  if (root === undefined) throw malformed(shown);
  const rest = name.slice(root.length);
  if (!/^(?:\[[^[\]]*\])*$/.test(rest)) throw malformed(shown);
  const segments = [root, ...rest.slice(1, -1).split("][")].slice(0, rest === "" ? 1 : undefined);
  if (segments.length > limits.bracketDepth) {
    throw badRequest(`The name of this parameter is nested deeper than ${limits.bracketDepth} levels.`, shown);
  }
  if (segments.includes("__proto__")) throw badRequest("__proto__ is not allowed in the name of a parameter.", shown);
  return segments;
}

/** A whole number as an array index is written: `0`, `17`, never `01`, and small enough to be exact. */
export function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,14})$/.test(key);
}

function newBranch(): Branch {
  return { kind: "branch", children: new Map(), next: 0 };
}

function plant(branch: Branch, { key, leaf }: { readonly key: string; readonly leaf: boolean }): Leaf | Branch {
  const node: Leaf | Branch = leaf ? { kind: "leaf", values: [] } : newBranch();
  branch.children.set(key, node);
  return node;
}

type Place = { readonly path: string; readonly keys: Map<string, readonly string[]> };

function grow(node: Leaf | Branch, { path, keys }: Place): unknown {
  if (node.kind === "leaf") return node.values.length === 1 ? node.values[0] : node.values;
  const names = [...node.children.keys()];
  const grown = (key: string, child: Leaf | Branch) => grow(child, { path: `${path}[${key}]`, keys });
  if (!names.every((key) => isIndex(key) && Number(key) < limits.arrayItems)) {
    return Object.fromEntries([...node.children].map(([key, child]) => [key, grown(key, child)]));
  }
  const ordered = [...node.children].sort(([a], [b]) => Number(a) - Number(b));
  keys.set(
    path,
    ordered.map(([key]) => key),
  );
  return ordered.map(([key, child]) => grown(key, child));
}

function contradiction(name: string) {
  return badRequest("This parameter is given both as one value and as a group of values: give one of them.", name);
}

function malformed(name: string) {
  return badRequest("The name of this parameter is not well formed: write it like signers[0][name].", name);
}
