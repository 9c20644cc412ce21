import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { notFound } from "../base/faults.ts";
import type { Locale } from "../language/locales.ts";

/** Addresses of the built script and style of each page: `dist/web/assets.json`. */
export type PageAssets = {
  readonly sign: PageFiles;
  readonly hand: PageFiles;
  readonly editor: PageFiles;
  readonly app: ScriptFiles;
};

/** The script of the dashboard, whose pages stand without it, and what it imports. */
export type ScriptFiles = Pick<PageFiles, "script" | "parts">;

/** `parts`: what the script imports, near or far; `words`: by language, what it asks for as soon as it runs. */
export type PageFiles = {
  readonly script: string;
  readonly style: string;
  readonly parts: readonly string[];
  readonly words: Readonly<Record<string, readonly string[]>>;
};

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  woff2: "font/woff2",
  woff: "font/woff",
  svg: "image/svg+xml",
};

/** Reads where the built pages are. Throws, naming the command, when they were never built. */
export function readPageAssets(folder: string): PageAssets {
  try {
    const { sign, hand, editor, app } = JSON.parse(readFileSync(join(folder, "assets.json"), "utf8")) as PageAssets;
    return {
      sign: addressed(sign),
      hand: addressed(hand),
      editor: addressed(editor),
      app: { script: `/${app.script}`, parts: app.parts.map(rooted) },
    };
  } catch (error) {
    throw new Error(`The signing page is not built (${folder}/assets.json cannot be read). Run: npm run build`, {
      cause: error,
    });
  }
}

function addressed({ script, style, parts, words }: PageFiles): PageFiles {
  return {
    script: `/${script}`,
    style: `/${style}`,
    parts: parts.map(rooted),
    words: Object.fromEntries(Object.entries(words).map(([locale, files]) => [locale, files.map(rooted)])),
  };
}

function rooted(part: string): string {
  return `/${part}`;
}

/** A Link header (RFC 8288): the browser asks for what the page needs before it has read the page. */
export function preloads({ script, style, parts, words }: PageFiles, locale: Locale): string {
  const modules = [...parts, ...(words[locale] ?? []), script];
  return [`<${style}>; rel=preload; as=style`, ...modules.map((part) => `<${part}>; rel=modulepreload`)].join(", ");
}

/** Serves the built files under /assets/: their names hold a hash of their bytes, so they never change. */
export function mountAssets(app: FastifyInstance, folder: string): void {
  app.get("/assets/:name", async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const type = types[name.split(".").at(-1) ?? ""];
    if (!/^[\w.-]+$/.test(name) || type === undefined) throw notFound();
    const path = join(folder, "assets", name);
    const packing = type.startsWith("font/") ? null : packingFor(request.headers["accept-encoding"]);
    const packed = packing === null ? null : await readFile(`${path}.${packing.ending}`).catch(() => null);
    const bytes =
      packed ??
      (await readFile(path).catch(() => {
        throw notFound();
      }));
    if (packed !== null && packing !== null) reply.header("content-encoding", packing.encoding);
    return reply
      .type(type)
      .header("vary", "accept-encoding")
      .header("cache-control", "public, max-age=31536000, immutable")
      .header("x-content-type-options", "nosniff")
      .header("access-control-allow-origin", "*")
      .send(bytes);
  });
}

/** How the build has packed each script and style; the first that the browser takes. */
const packings = [
  { encoding: "br", ending: "br" },
  { encoding: "gzip", ending: "gz" },
] as const;

function packingFor(accepted: string | readonly string[] | undefined): (typeof packings)[number] | null {
  const taken = [accepted ?? ""]
    .flat()
    .join(",")
    .split(",")
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(";")[0]?.trim().toLowerCase());
  return packings.find(({ encoding }) => taken.includes(encoding)) ?? null;
}

/** Content-Security-Policy of our pages: own files only, framed by those named. Never X-Frame-Options: it would break embedding. */
export function pagePolicy(frames: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frames}`,
  ].join("; ");
}

/** Who may frame an app's signing page: its domains over https on any port; http for this machine, or where the house itself is http. */
export function framePolicy(domains: readonly string[], publicUrl: string): string {
  const housePlain = publicUrl.startsWith("http://");
  const sources = domains.flatMap((domain) => {
    const isAddress = /^[\d.]+$|^\[/.test(domain);
    const hosts = isAddress ? [domain] : [domain, `*.${domain}`];
    const plain = housePlain || domain === "localhost" || domain === "127.0.0.1";
    return hosts.flatMap((host) => [`https://${host}:*`, ...(plain ? [`http://${host}:*`] : [])]);
  });
  return sources.length === 0 ? "'none'" : sources.join(" ");
}
