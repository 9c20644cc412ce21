/** `npm run check`: the compiler, the formatter and the linters over the whole tree, one after another, each timed. */
import { isInstalled, runTool, tools } from "./tools.ts";

let bad = 0;
for (const tool of tools) {
  if (!isInstalled(tool)) throw new Error(`${tool.name} is not installed: run npm install.`);

  const { ok, printed, seconds } = await runTool(tool);
  console.log(`${ok ? "ok  " : "FAIL"} ${tool.name}, ${seconds.toFixed(1)} s`);
  if (!ok) console.log(printed);
  bad += ok ? 0 : 1;
}
process.exitCode = bad === 0 ? 0 : 1;
