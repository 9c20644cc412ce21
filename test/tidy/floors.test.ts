import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { root, type Source, sourcesIn, targetOf, textOf } from "./tree.ts";

const browserFolder = "src/web/browser/";
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

test("the browser code takes from the house only types of the wire, and nothing imports the browser code", () => {
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter((target) => {
        if (!source.path.startsWith(browserFolder)) return target.startsWith(browserFolder);
        return !target.startsWith(browserFolder) && !isTypesOfTheWire(source, target);
      })
      .map((target) => `${source.path} -> ${target}`),
  );
  assert.deepEqual(wrong, []);
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
  return upper === lower || !to.startsWith("src/") || floorOf(upper) < floorOf(lower);
}

function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function floorOf(folder: string): number {
  const floor = floors.findIndex((names) => names.includes(folder));
  return floor === -1 ? Number.NaN : floor;
}

function isTypesOfTheWire(source: Source, target: string): boolean {
  const wire = sources.find(({ path }) => path === target);
  const isOnlyTypes = Array.isArray(wire?.program.body) && !/^export (const|function|async|class|let)/m.test(wire.text);
  const isTypeImport = (
    source.program.body as readonly { readonly importKind?: string; readonly source?: { readonly value: string } }[]
  )
    .filter((node) => node.source && targetOf(source, node.source.value) === target)
    .every(({ importKind }) => importKind === "type");
  return folderOf(target) === "wire" && isOnlyTypes && isTypeImport;
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
