import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "vite";

/** A node of the syntax tree, as oxc gives it (ESTree with TypeScript). */
export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** A file of code, read and parsed. */
export type Source = {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly comments: readonly { readonly type: "Line" | "Block"; readonly start: number; readonly end: number }[];
  /** What its imports and exports name, type-only ones too, as written. */
  readonly specifiers: readonly string[];
};

/** The project's folder. */
export const root = resolve(import.meta.dirname, "../..");

const notOurs = new Set(["node_modules", "dist", "data", "tmp", ".git", ".runtime"]);
const parsed = new Map<string, Source>();

/** Every file of the project but what git ignores, from the root; as text files whose name ends so. */
export function filesOf({ ending = "" }: { readonly ending?: string } = {}): readonly string[] {
  const entries = globSync("**/*", { cwd: root, withFileTypes: true, exclude: (entry) => notOurs.has(entry.name) });
  const hidden = globSync("{.*,.ci/*,.github/**/*}", {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => notOurs.has(entry.name),
  });
  return [...entries, ...hidden]
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** The text of a file. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every file of TypeScript beneath these folders. */
export function sourcesIn(...folders: readonly string[]): readonly Source[] {
  const files = filesOf().filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"));
  return files.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`))).map(readSource);
}

/** Parses a text as a file of that path. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors, module } = parseSync(path, text, { lang: path.endsWith("x") ? "tsx" : "ts" });
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join("; ")}`);

  const tree = program as unknown as Node;
  const statics = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ];
  const inline = nodesOf(tree).flatMap((node) =>
    /^(ImportExpression|TSImportType)$/.test(node.type) ? wordOf(node) : [],
  );
  return { path, text, program: tree, comments, specifiers: [...statics, ...inline] };
}

/** The path from the root that a relative specifier means, or null for a package. */
export function targetOf(source: Source, specifier: string): string | null {
  return specifier.startsWith(".") ? join(dirname(source.path), specifier) : null;
}

/** The node and all nodes within it, outermost first. */
export function nodesOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    found.push(next);
    waiting.push(...childrenOf(next).toReversed());
  }
  return found;
}

/** The nodes directly within a node. */
export function childrenOf(node: Node): readonly Node[] {
  return Object.entries(node)
    .filter(([key]) => key !== "parent")
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

/** Where a node begins: `path:line`. */
export function placeOf({ path, text }: Source, { start }: { readonly start: number }): string {
  return `${path}:${lineAt(text, start)}`;
}

/** The line, from 1, of a position. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

function readSource(path: string): Source {
  const known = parsed.get(path) ?? parseSource(path, textOf(path));
  parsed.set(path, known);
  return known;
}

function wordOf(node: Node): readonly string[] {
  const source = node.source ?? node.argument;
  const literal = isNode(source) ? source : null;
  return typeof literal?.value === "string" ? [literal.value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
