/**
 * `npm run build`, and before `npm pack`: the browser code, and the server as JavaScript with declarations in dist/server,
 * because Node strips no types beneath node_modules. What was there before is removed.
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildBrowserCode } from "./build-web.ts";

const root = resolve(import.meta.dirname, "..");
process.chdir(root);

await buildBrowserCode();
buildServer();
copyPlainFiles();

function buildServer(): void {
  rmSync("dist/server", { recursive: true, force: true });
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { status, error } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`tsc ended with ${status}: dist/server is not to be used.`);
}

/** What the server reads beside its code: letters, styles, pictures. */
function copyPlainFiles(): void {
  const paths = globSync("**/*.*", { cwd: "src", exclude: ["web/browser/**"] });
  for (const path of paths.filter((path) => !/\.(ts|tsx)$/.test(path) && statSync(join("src", path)).isFile())) {
    cpSync(join("src", path), join("dist/server", path));
  }
}
