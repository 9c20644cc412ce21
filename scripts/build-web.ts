/** Builds the browser code of the pages into dist/web, with names that change with the content. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/** Files of one page, relative to dist/web. */
export type PageAssets = {
  readonly script: string;
  /** Empty where the page has its style from elsewhere. */
  readonly style: string;
  /** What the script imports, and what that imports: the page asks for it at once. */
  readonly parts: readonly string[];
  /** The sentences of each language but English, by its subtag. */
  readonly words: Readonly<Record<string, readonly string[]>>;
};

const root = resolve(import.meta.dirname, "..");
const entries = {
  sign: "src/web/browser/sign/main.tsx",
  hand: "src/web/browser/sign/hand-page.tsx",
  editor: "src/web/browser/editor/main.tsx",
  app: "src/web/browser/app/main.ts",
};

/**
 * Builds every page's script and style into dist/web, replacing what was there, and writes `dist/web/assets.json`,
 * `{ "sign": { "script", "style", "parts", "words" }, … }`, which the server reads. Throws when the code does not compile.
 */
export async function buildBrowserCode(): Promise<Readonly<Record<string, PageAssets>>> {
  const chunks = await runVite();
  const assets = Object.fromEntries(Object.keys(entries).map((name) => [name, assetsOf(name, chunks)]));
  mkdirSync(join(root, "dist/web"), { recursive: true });
  writeFileSync(join(root, "dist/web/assets.json"), `${JSON.stringify(assets, null, 2)}\n`);
  for (const chunk of chunks) pack(chunk);
  tellSizes(chunks);
  return assets;
}

async function runVite(): Promise<readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[]> {
  const result = await build({
    configFile: false,
    root,
    base: "./",
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: "dist/web",
      emptyOutDir: true,
      target: ["chrome111", "edge111", "firefox114", "safari16.4"],
      // A strict Content-Security-Policy takes no data: addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entries },
    },
  });
  const [output] = [result].flat();
  if (!output || !("output" in output)) throw new Error("vite built nothing.");
  return output.output;
}

function assetsOf(name: string, chunks: Awaited<ReturnType<typeof runVite>>): PageAssets {
  const scripts = chunks.filter((chunk) => chunk.type === "chunk");
  const script = scripts.find((chunk) => chunk.isEntry && chunk.name === name);
  const style = chunks.find((chunk) => chunk.type === "asset" && chunk.names.includes(`${name}.css`));
  if (!script) throw new Error(`vite built no script for the page "${name}".`);
  const parts = importedBy(script.fileName, scripts).slice(1);
  return { script: script.fileName, style: style?.fileName ?? "", parts, words: wordsOf(name, { scripts, parts }) };
}

/** A script, and all that it imports, near or far. */
function importedBy(name: string, scripts: readonly Rolldown.OutputChunk[]): readonly string[] {
  const all = new Set([name]);
  for (const one of all)
    for (const part of scripts.find(({ fileName }) => fileName === one)?.imports ?? []) all.add(part);
  return [...all];
}

/** The catalogues of sentences that each page speaks from. */
const catalogues: Readonly<Record<string, RegExp>> = {
  sign: /src\/language\/page\/(\w+)\.ts$/,
  hand: /src\/language\/page\/(\w+)\.ts$/,
  editor: /src\/language\/(?:page|editor)\/(\w+)\.ts$/,
};

type Built = { readonly scripts: readonly Rolldown.OutputChunk[]; readonly parts: readonly string[] };

function wordsOf(page: string, { scripts, parts }: Built): PageAssets["words"] {
  const found = scripts.flatMap(({ isDynamicEntry, facadeModuleId, fileName }) => {
    const locale = isDynamicEntry ? catalogues[page]?.exec(facadeModuleId ?? "")?.[1] : undefined;
    return locale === undefined ? [] : [{ locale, files: importedBy(fileName, scripts) }];
  });
  const locales = [...new Set(found.map(({ locale }) => locale))];
  const filesOf = (wanted: string) => [
    ...new Set(found.flatMap(({ locale, files }) => (locale === wanted ? files : []))),
  ];
  return Object.fromEntries(locales.map((locale) => [locale, filesOf(locale).filter((file) => !parts.includes(file))]));
}

/** Writes what browsers take packed beside what it is: with brotli, and with gzip for those that speak plain http. */
function pack(chunk: Awaited<ReturnType<typeof runVite>>[number]): void {
  if (!isPacked(chunk.fileName)) return;
  const content = Buffer.from(chunk.type === "chunk" ? chunk.code : chunk.source);
  const path = join(root, "dist/web", chunk.fileName);
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  );
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

/** Fonts are packed already. */
function isPacked(name: string): boolean {
  return /\.(js|css|svg)$/.test(name);
}

function tellSizes(chunks: Awaited<ReturnType<typeof runVite>>): void {
  for (const chunk of chunks) {
    if (!isPacked(chunk.fileName)) continue;
    const size = gzipSync(chunk.type === "chunk" ? chunk.code : chunk.source).length;
    console.log(`dist/web/${chunk.fileName}  ${(size / 1000).toFixed(1)} kB gzip`);
  }
}

if (import.meta.main) await buildBrowserCode();
