import { globSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const built = "dist/web/assets.json";
/** All of the house: what the pages take of it changes more often than a list of that would. */
const sources = ["src/**", "scripts/build-web.ts", "package.json"];

/** Builds the browser code when it was never built, or something it may be made of is newer. Throws when it does not compile. */
export async function ensureBrowserCode(): Promise<void> {
  if (isFresh()) return;
  const { buildBrowserCode } = await import("./build-web.ts");
  await buildBrowserCode();
}

function isFresh(): boolean {
  const output = statSync(join(root, built), { throwIfNoEntry: false });
  if (!output) return false;
  return globSync(sources, { cwd: root }).every((path) => statSync(join(root, path)).mtimeMs <= output.mtimeMs);
}

if (import.meta.main) await ensureBrowserCode();
