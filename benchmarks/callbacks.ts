/**
 * `npm run bench:callbacks`: the delivery engine against graphile-worker, pg-boss, an outbox with BullMQ, and the limit. Writes the section
 * "Callbacks" of results.md. `--quick` shows in a minute that everything runs and writes nothing; `--only a,b` names contestants of the
 * rounds, `--part a,b` parts of the run (rounds, drain, latency, company, recovery, syncs), `--count n` the events of a round; these
 * write nothing either.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { missingServers } from "./callbacks/grounds.ts";
import { everybody, full, measure, parts, quick } from "./callbacks/measure.ts";
import { writeCallbacks } from "./callbacks/report.ts";
import { contestantsTable, figuresOf } from "./callbacks/table.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    part: { type: "string" },
    count: { type: "string" },
    rounds: { type: "string" },
  },
});
const missing = missingServers();
if (missing !== null) throw new Error(`This benchmark cannot run: ${missing}.`);

const [loadBefore = Number.NaN] = loadavg();
const base = values.quick ? quick : full;
const extent = {
  ...base,
  ...(values.count === undefined ? {} : { count: Number(values.count) }),
  ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
};
const names = everybody.filter((name) => values.only === undefined || values.only.split(",").includes(name));
const wanted = parts.filter((part) => values.part === undefined || values.part.split(",").includes(part));
const { measured, servers } = await measure({ extent, names, parts: wanted });
const figures = figuresOf(measured).filter((figure) => !figure.measured.includes("NaN"));
console.log(`\n${contestantsTable(measured)}\n`);
for (const { meets, what, measured: shown, wanted: aim } of figures)
  console.log(`${meets ? "meets " : "MISSES"}  ${what}: ${shown} (wanted: ${aim})`);
const isWhole = !values.quick && [values.only, values.part, values.count].every((one) => one === undefined);
if (isWhole) await writeCallbacks({ figures, measured, extent, loadBefore, servers });
