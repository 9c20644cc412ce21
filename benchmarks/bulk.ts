/**
 * `npm run bench:bulk`: what a request of a template costs, alone and by the ten thousand, each with its callback delivered to a real receiver.
 * Writes the section "Templates and bulk sends" of results.md. `--quick` shows in a minute that everything runs and writes nothing; `--rows n`
 * and `--calls n` say how much; `--on sqlite` or `--on postgres` takes one database only.
 */
import { parseArgs } from "node:util";
import { makeClientTemplate } from "../test/support/bulk.ts";
import { lookAt, waitForQuiet } from "../test/support/house.ts";
import { startTestServer } from "../test/support/server.ts";
import { measureBulk, measureCalls, type Ran, type Stand } from "./bulk/measure.ts";
import { startPostgres } from "./callbacks/grounds.ts";
import { startReceiver } from "./callbacks/receiver.ts";
import { type Figure, percentile, shown } from "./figures.ts";
import { figuresTable, machineWords, writeSection } from "./sections.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    calls: { type: "string" },
    on: { type: "string" },
  },
});
const rows = Number(values.rows ?? (values.quick ? 100 : 10_000));
const calls = Number(values.calls ?? (values.quick ? 10 : 200));

const figures: Figure[] = [];
if (values.on !== "postgres") figures.push(...(await measureOn("SQLite", null)));
if (values.on !== "sqlite") {
  const postgres = await startPostgres();
  figures.push(...(await measureOn("PostgreSQL", await postgres.createDatabase("bulk"))));
  await postgres.stop();
}
for (const { meets, what, measured, wanted } of figures)
  console.log(`${meets ? "meets " : "MISSES"}  ${what}: ${measured} (wanted: ${wanted})`);
if (!values.quick && values.on === undefined) writeSection("Templates and bulk sends", report());

async function measureOn(name: string, databaseUrl: string | null): Promise<readonly Figure[]> {
  const receiver = await startReceiver();
  const server = await startTestServer({
    COUNTERSIGN_BULK_ROWS: "10000",
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
  });
  const store = await lookAt({ dataFolder: server.dataFolder, databaseUrl });
  try {
    await server.call("PUT", "/account", { callback_url: receiver.url });
    const quiet = () => waitForQuiet(store);
    const template = await makeClientTemplate({ ...server, store, databaseUrl, quiet, close: quiet });
    await quiet();
    const stand: Stand = { server, receiver, template };
    const alone = await measureCalls(stand, calls);
    await quiet();
    receiver.reset();
    const many = await measureBulk(stand, rows);
    return figuresOf(name, { alone, many });
  } finally {
    await store.close();
    await server.stop();
    receiver.close();
  }
}

function figuresOf(name: string, { alone, many }: { readonly alone: Ran; readonly many: Ran }): readonly Figure[] {
  const p50 = percentile(alone.times, 0.5);
  const minutes = many.ms / 60_000;
  const beside = percentile(many.times, 0.5);
  return [
    {
      what: `send_with_template, the call, ${name}`,
      measured: `p50 ${shown(p50)}, p95 ${shown(percentile(alone.times, 0.95))}; ${shown((alone.cpu * 1000) / alone.times.length)} of processor time until its callback is acknowledged`,
      wanted: "p50 ≤ 20 ms",
      meets: p50 <= 20,
    },
    {
      what: `${rows.toLocaleString("en-US")} signers of one bulk send, from the call to the last callback acknowledged, ${name}`,
      measured: `${minutes.toFixed(2)} min, ${shown((many.cpu * 1000) / rows)} of the server's processor time a request`,
      wanted: "≤ 5 min",
      meets: minutes <= 5,
    },
    {
      what: `meanwhile, send_with_template of somebody else's, ${name}`,
      measured: `p50 ${shown(beside)}, p95 ${shown(percentile(many.times, 0.95))}, worst ${shown(Math.max(...many.times))}`,
      wanted: "told",
      meets: true,
    },
  ];
}

function report(): string {
  return `Written by \`npm run bench:bulk\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}, shared with other work while this ran.

A template of one page with one role, a signature, a date and a merge field. \`send_with_template\` is called ${calls} times, one after another. Then one
\`bulk_send_with_template\` of ${rows.toLocaleString("en-US")} lines of CSV, each with a name, an address and a value; every request's signature_request_sent goes to a receiver in
a process of its own, and a letter to the inbox. While it runs, somebody else sends a request of a template every half second.

${figuresTable(figures)}
`;
}
