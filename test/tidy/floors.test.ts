import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { childrenOf, placeOf, root, type Source, sourcesIn, targetOf, textOf } from "./tree.ts";

const browserFolder = "src/web/browser/";
const pageProtocol = "src/wire/session.ts";
const sources = sourcesIn("src");
const floors = readFloors();

test("every folder of src stands on exactly one floor of docs/architecture.md, and every floor is a folder", () => {
  const folders = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  assert.ok(floors.length >= 10, "the floor table was read");
  assert.deepEqual(floors.flat().toSorted(), folders.toSorted());
});

test("imports, those of types too, go only down the floors, and neighbours do not see each other", () => {
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter((target) => !mayImport(source.path, target))
      .map((target) => `${source.path} -> ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test("no imports go round in a circle", () => {
  const graph = new Map(sources.map((source) => [source.path, importsOf(source)]));
  assert.deepEqual(findCircle(graph), []);
});

test("the signing page's protocol, which signing may see from below, is nothing but types", () => {
  const protocol = sources.find(({ path }) => path === pageProtocol);
  assert.ok(protocol, pageProtocol);
  const values = childrenOf(protocol.program).filter(
    ({ importKind, exportKind }) => importKind !== "type" && exportKind !== "type",
  );
  assert.deepEqual(
    values.map((node) => placeOf(protocol, node)),
    [],
  );
});

test("nothing imports the browser code, and what it takes from the house runs in a browser", () => {
  const takers = sources.filter(({ path }) => !path.startsWith(browserFolder));
  const taken = takers.filter((source) => importsOf(source).some((target) => target.startsWith(browserFolder)));
  assert.deepEqual(
    taken.map(({ path }) => path),
    [],
  );

  const reached = reachedFrom(sources.filter(({ path }) => path.startsWith(browserFolder)));
  const server = reached.filter(({ path }) => !path.startsWith(browserFolder));
  assert.deepEqual(
    server.filter(({ specifiers }) => specifiers.some((word) => !word.startsWith("."))).map(({ path }) => path),
    [],
  );
});

test("the receiver, which people use without the server, imports nothing but Node itself", () => {
  const wrong = sourcesIn("src/receiver").flatMap((source) =>
    source.specifiers
      .filter((specifier) => !isBuiltin(specifier) && !targetOf(source, specifier)?.startsWith("src/receiver/"))
      .map((specifier) => `${source.path} -> ${specifier}`),
  );
  assert.deepEqual(wrong, []);
});

test("nothing in src reaches outside of src", () => {
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter((target) => !target.startsWith("src/"))
      .map((target) => `${source.path} -> ${target}`),
  );
  assert.deepEqual(wrong, []);
});

/** The lines of the first fenced block under the heading "Floors", top first; `a | b` share a floor. */
function readFloors(): readonly (readonly string[])[] {
  const block = /^## Floors\n.*?```\w*\n(.*?)```/ms.exec(textOf("docs/architecture.md"))?.[1] ?? "";
  const lines = block.split("\n").filter((line) => /^\w/.test(line));
  return lines.map((line) => (line.split(/\s{2,}/)[0] ?? "").split(" | "));
}

function importsOf(source: Source): readonly string[] {
  return source.specifiers.flatMap((specifier) => targetOf(source, specifier) ?? []);
}

function mayImport(from: string, to: string): boolean {
  const [upper, lower] = [folderOf(from), folderOf(to)];
  if (upper === "signing" && to === pageProtocol) return true;
  return upper === lower || !to.startsWith("src/") || floorOf(upper) < floorOf(lower);
}

function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function floorOf(folder: string): number {
  const floor = floors.findIndex((names) => names.includes(folder));
  return floor === -1 ? Number.NaN : floor;
}

/** These files and all that they import from the house, however far away. */
function reachedFrom(start: readonly Source[]): readonly Source[] {
  const reached = new Set(start);
  for (const source of reached) {
    const targets = importsOf(source);
    for (const next of sources) if (targets.includes(next.path)) reached.add(next);
  }
  return [...reached];
}

function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const circle = walk(start, []);
    if (circle) return circle;
  }
  return [];

  function walk(path: string, way: readonly string[]): readonly string[] | null {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of graph.get(path) ?? []) {
      const circle = walk(next, [...way, path]);
      if (circle) return circle;
    }
    done.add(path);
    return null;
  }
}
