import { childrenOf, lineAt, type Node, nodesOf, type Source } from "./tree.ts";

/** A law that one file keeps or breaks by itself. */
export type Rule = {
  /** The law, in a sentence. */
  readonly says: string;
  /** The folders where it holds. */
  readonly folders: readonly string[];
  /** The places in the file that break it. */
  readonly find: (source: Source) => readonly Place[];
  /** Code that breaks it once per line, to prove that `find` sees. */
  readonly broken: readonly string[];
};

/** A position in a file. */
export type Place = { readonly start: number };

const code = ["src", "scripts", "benchmarks", "examples"];
const everywhere = [...code, "test"];
const domain = ["signing", "requests", "templates", "events", "accounts", "wire", "evidence"];
const linesMost = 250;
const functionLinesMost = 60;
const positionalMost = 2;
const later = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"];
const silenced = ["@ts-" + "ignore", "@ts-" + "expect-error", "@ts-" + "nocheck", "lint-" + "disable"];

/** The laws of code, as far as one file can break them. */
export const rules: readonly Rule[] = [
  {
    says: `no file is longer than ${linesMost} lines`,
    folders: everywhere,
    find: ({ text }) => (text.split("\n").length - 1 > linesMost ? [{ start: text.length }] : []),
    broken: [";\n".repeat(linesMost + 1)],
  },
  {
    says: `no function is longer than ${functionLinesMost} lines`,
    folders: code,
    find: (source) =>
      nodesOf(source.program).filter((node) => isFunction(node) && linesOf(source, node) > functionLinesMost),
    broken: [`function f() {${"\n".repeat(functionLinesMost)}}`, `const f = () => {${"\n".repeat(functionLinesMost)}}`],
  },
  {
    says: `exported functions take ${positionalMost} positional arguments at most`,
    folders: ["src"],
    find: (source) => declarationsOf(source).filter((node) => listOf(node, "params").length > positionalMost),
    broken: ["export function f(a: 1, b: 2, c: 3) {}"],
  },
  {
    says: "every exported declaration has a doc comment, or says its sentence itself",
    folders: everywhere,
    find: (source) => exportsOf(source).filter((node) => !hasDoc(source, node.start) && !saysItself(source, node)),
    broken: [
      "export const a = 1;",
      "// words\nexport type A = 1;",
      "/** far */\n\nconst b = 1;\nexport function f() {}",
      'export const a = operation({ id: "a" });',
    ],
  },
  {
    says: "nothing is typed any and nothing is asserted with an exclamation mark",
    folders: everywhere,
    find: ({ program }) =>
      nodesOf(program).filter(({ type }) => type === "TSAnyKeyword" || type === "TSNonNullExpression"),
    broken: ["let a: any;", "a!.b;", "const b = c as any[];"],
  },
  {
    says: "nothing is left for later, and no check is silenced without a reason, in a comment",
    folders: everywhere,
    find: ({ comments, text }) =>
      comments.filter(({ start, end }) => {
        const words = text.slice(start, end);
        return (
          later.some((word) => new RegExp(`\\b${word}\\b`).test(words)) || silenced.some((word) => words.includes(word))
        );
      }),
    broken: [...later, ...silenced].map((word) => `// ${word} this`),
  },
  {
    says: "the house has one class, Fault, and no enums, namespaces or decorators",
    folders: ["src"],
    find: ({ program }) =>
      nodesOf(program).filter(
        ({ type, ...node }) =>
          /^(TSEnum|TSModule|Class)(Declaration|Expression)$/.test(type) && nameOf(node) !== "Fault",
      ),
    broken: ["class A {}", "const a = class {};", "enum A { b }", "namespace a { const b = 1; }"],
  },
  {
    says: "only src/server/config.ts reads the environment",
    folders: ["src"],
    find: (source) => (source.path === "src/server/config.ts" ? [] : membersOf(source, /^process\.env$/)),
    broken: ["process.env.PORT;", "const { env } = process;"],
  },
  {
    says: "domain code asks neither the machine's clock nor chance nor the network",
    folders: domain.map((folder) => `src/${folder}`),
    find: (source) => [
      ...membersOf(source, /^(Date\.now|Math\.random|performance\.now|globalThis\.fetch)$/),
      ...nodesOf(source.program).filter((node) => isAsking(source, node)),
    ],
    broken: ["Date.now();", "Math.random();", "new Date();", 'await fetch("http://127.0.0.1");'],
  },
  {
    says: "no test is singled out, left undone or skipped without a reason",
    folders: ["test"],
    find: ({ program, text }) =>
      nodesOf(program).filter(
        ({ type, start, end }) => type === "CallExpression" && isSingledOut(text.slice(start, end)),
      ),
    broken: ["test.only(a);", "describe.todo(a);", "test.skip(a);", "t.skip();", "test(a, { skip: true }, b);"],
  },
];

function isFunction({ type }: Node): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);
}

function linesOf({ text }: Source, { start, end }: Node): number {
  return lineAt(text, end) - lineAt(text, start) + 1;
}

function exportsOf({ program }: Source): readonly Node[] {
  const isExport = ({ type }: Node) => type === "ExportNamedDeclaration" || type === "ExportDefaultDeclaration";
  return childrenOf(program).filter((node) => isExport(node) && node.declaration !== null);
}

function declarationsOf(source: Source): readonly Node[] {
  return exportsOf(source)
    .flatMap(childrenOf)
    .filter(({ type }) => type === "FunctionDeclaration");
}

function listOf(node: Node, key: string): readonly unknown[] {
  const list = node[key];
  return Array.isArray(list) ? list : [];
}

/** Whether a comment with two stars ends right before the position. */
function hasDoc({ text, comments }: Source, start: number): boolean {
  const before = comments.findLast(({ end }) => end <= start);
  if (before === undefined || text.slice(before.end, start).trim() !== "") return false;
  return text.startsWith("/**", before.start);
}

/** An operation is a value that says its sentence in `says`: the API's pages are read off it. */
function saysItself({ text }: Source, node: Node): boolean {
  const record = nodesOf(node).find(({ type }) => type === "ObjectExpression");
  if (!/^export const \w+ = operation\(/.test(text.slice(node.start, node.end)) || !record) return false;
  return childrenOf(record).some(({ start, end }) => /^says:\s*["'`]./.test(text.slice(start, end)));
}

function nameOf(node: Readonly<Record<string, unknown>>): string {
  const id = node.id as { readonly name?: string } | null | undefined;
  return id?.name ?? "";
}

function membersOf({ program, text }: Source, pattern: RegExp): readonly Node[] {
  return nodesOf(program).filter(({ type, start, end }) => {
    const words = text.slice(start, end);
    return (
      (type === "MemberExpression" && pattern.test(words)) ||
      /^\{ env\b.*\} = process$/.test(type === "VariableDeclarator" ? words : "")
    );
  });
}

function isAsking({ text }: Source, { type, start, end }: Node): boolean {
  const words = text.slice(start, end);
  if (type === "NewExpression") return /^new Date(\(\s*\))?$/.test(words);
  return type === "CallExpression" && words.startsWith("fetch(");
}

function isSingledOut(words: string): boolean {
  if (/^(test|it|describe|suite)\.(only|todo|skip)\(/.test(words) || /^\w+\.(skip|todo)\(\s*\)$/.test(words))
    return true;
  return /^(test|it|describe|suite)\(/.test(words) && /^[^{]*\{[^}]*\b(skip|only|todo): true\b/.test(words);
}
