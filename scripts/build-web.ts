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
  /** What the script imports: the page asks for it at once. */
  readonly parts: readonly string[];
  /** The sentences of each language but English, by its subtag. */
  readonly words: Readonly<Record<string, string>>;
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
  const script = chunks.filter((chunk) => chunk.type === "chunk").find((chunk) => chunk.isEntry && chunk.name === name);
  const style = chunks.find((chunk) => chunk.type === "asset" && chunk.names.includes(`${name}.css`));
  if (!script) throw new Error(`vite built no script for the page "${name}".`);
  const words = name === "app" ? {} : wordsAmong(chunks);
  return { script: script.fileName, style: style?.fileName ?? "", parts: script.imports, words };
}

function wordsAmong(chunks: Awaited<ReturnType<typeof runVite>>): PageAssets["words"] {
  const catalogue = /src\/language\/page\/(\w+)\.ts$/;
  return Object.fromEntries(
    chunks.flatMap((chunk) => {
      const locale =
        chunk.type === "chunk" && chunk.isDynamicEntry ? catalogue.exec(chunk.facadeModuleId ?? "")?.[1] : undefined;
      return locale === undefined ? [] : [[locale, chunk.fileName]];
    }),
  );
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
