/**
 * `npm run bench:api`: the operations of v3 that are called most, over real HTTP with kept lines, on SQLite and on PostgreSQL, each in turns with
 * a bare fastify that answers as many bytes: the limit. Writes the section "Operations" of results.md. `--quick` shows in a minute that everything
 * runs and writes nothing; `--requests n` says how full the house is, `--on sqlite` or `--on postgres` takes one database only.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Extent, type Measured, measureOperation } from "./api/measure.ts";
import { openStand } from "./api/operations.ts";
import { type Postgres, startPostgres } from "./callbacks/grounds.ts";
import { shown } from "./figures.ts";
import { machineWords, writeSection } from "./sections.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, requests: { type: "string" }, on: { type: "string" } },
});
const requests = Number(values.requests ?? (values.quick ? 500 : 10_000));
const extent: Extent = values.quick
  ? { alone: 20, many: 40, rounds: 1, atOnce: 8 }
  : { alone: 200, many: 200, rounds: 3, atOnce: 8 };

const [loadBefore = Number.NaN] = loadavg();
const postgres = await startPostgres();
const tables: string[] = [];
if (values.on !== "postgres") tables.push(await measure("SQLite", { url: null, databaseMs: () => 0 }));
if (values.on !== "sqlite")
  tables.push(
    await measure("PostgreSQL", {
      url: await postgres.createDatabase("api"),
      databaseMs: () => postgres.cpu() * 1000,
    }),
  );
if (!values.quick && values.on === undefined) writeSection("Operations", report(postgres));
await postgres.stop();

type Database = { readonly url: string | null; readonly databaseMs: () => number };

async function measure(name: string, { url, databaseMs }: Database): Promise<string> {
  const stand = await openStand(url, requests);
  try {
    const rows: string[] = [];
    for (const operation of stand.operations) {
      const row = rowOf(await measureOperation(stand, { operation, extent, databaseMs }));
      console.log(`${name}  ${row}`);
      rows.push(row);
    }
    return `### ${name}

| operation | bytes | p50 | p98 | bare p50 | ratio | calls/s | bare calls/s | ratio | processor time a call: server | database | bare |
|--|--|--|--|--|--|--|--|--|--|--|--|
${rows.join("\n")}`;
  } finally {
    await stand.close();
  }
}

function rowOf({ words, bytes, ours, bare }: Measured): string {
  const cells = [
    words,
    bytes.toLocaleString("en-US"),
    shown(ours.p50),
    shown(ours.p98),
    `${bare.p50.toFixed(2)} ms`,
    `${(ours.p50 / bare.p50).toFixed(1)} ×`,
    Math.round(ours.perSecond).toLocaleString("en-US"),
    Math.round(bare.perSecond).toLocaleString("en-US"),
    (ours.perSecond / bare.perSecond).toFixed(2),
    `${ours.serverMs.toFixed(2)} ms`,
    `${ours.databaseMs.toFixed(2)} ms`,
    `${bare.serverMs.toFixed(2)} ms`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function report({ version, settings }: Postgres): string {
  return `Written by \`npm run bench:api\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}; load before the run ${loadBefore.toFixed(1)}.
PostgreSQL ${version} (${settings.join("; ")}).

A house with ${requests.toLocaleString("en-US")} requests, no callback URL. p50 and p98: ${extent.alone} calls one after another on one kept line, each in turn with one of a bare
fastify that answers a JSON text of as many bytes. Calls a second: ${extent.atOnce} lines, ${extent.many} calls a round, ${extent.rounds} rounds in turns, the median. Caller, server and
database share the machine. Processor time counts what the server does behind the answer until nothing is under way; the processes that read
documents are not in it.

${tables.join("\n\n")}
`;
}
