import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, textOf } from "./tree.ts";

type Names = Readonly<Record<string, string>>;
type Entry = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Names;
};
type Manifest = { readonly license?: unknown; readonly dependencies: Names; readonly devDependencies: Names };

/** Licences under which a package may be used in, and shipped beside, MIT software without further duties than naming it. */
const allowed = new Set([
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "0BSD",
  "OFL-1.1",
  "BlueOak-1.0.0",
  "Unlicense",
  "CC0-1.0",
  "Zlib",
  "Python-2.0",
]);

const manifest = JSON.parse(textOf("package.json")) as Manifest;
const lock = JSON.parse(textOf("package-lock.json")) as { readonly packages: Readonly<Record<string, Entry>> };
const entries = Object.entries(lock.packages).filter(([path, { link }]) => path !== "" && !link);

test("package.json pins every package to one version, and the lockfile holds that version", () => {
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.ok(wanted.length > 10, "the packages were read");
  assert.deepEqual(
    // One under another name (`npm:name@version`) is pinned as well.
    wanted.filter(
      ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version.replace(/^npm:.+@/, ""),
    ),
    [],
  );
});

test("every entry of the lockfile has an exact version and a checksum, and none says where it was fetched", () => {
  const loose = entries.filter(
    ([, { version = "", integrity = "", resolved }]) =>
      !/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version) ||
      !integrity.startsWith("sha512-") ||
      resolved !== undefined,
  );
  assert.deepEqual(
    loose.map(([path]) => path),
    [],
  );
});

test("every optional dependency of a package is in the lockfile: npm drops without a word what does not exist", () => {
  const paths = entries.map(([path]) => path);
  const dropped = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(dropped, []);
});

test("every package that ships with the house has a licence that allows it", () => {
  const production = entries.filter(([, { dev }]) => !dev);
  assert.ok(production.length > 20, "the packages were found");
  assert.deepEqual(
    production
      .map(([path, entry]) => `${path}: ${licenceOf(path, entry)}`)
      .filter((line) => !mayShip(line.split(": ")[1] ?? "")),
    [],
  );
});

test("a licence expression is read as SPDX says: one of what OR joins, all of what AND joins", () => {
  assert.ok(mayShip("(MIT OR GPL-3.0)"));
  assert.ok(mayShip("MIT AND OFL-1.1"));
  assert.ok(!mayShip("MIT AND AGPL-3.0"));
  assert.ok(!mayShip("GPL-2.0-only"));
  assert.ok(!mayShip(""));
});

/** The licence that the installed package names, or the lockfile where it is for another platform. */
function licenceOf(path: string, entry: Entry): string {
  const file = join(path, "package.json");
  const own = existsSync(join(root, file)) ? (JSON.parse(textOf(file)) as Manifest).license : undefined;
  return typeof own === "string" ? own : (entry.license ?? "");
}

function mayShip(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, " ").split(/\sOR\s/);
  return choices.some((choice) => choice.split(/\sAND\s/).every((name) => allowed.has(name.trim())));
}
