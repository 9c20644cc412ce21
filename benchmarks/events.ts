/**
 * `npm run bench:events`: lists of events over 1,000,000 of them, with every combination of filters, on SQLite and on PostgreSQL, and what
 * the indexes for it cost. Writes the section "Lists of events" of results.md. `--quick` shows in a minute that everything runs and
 * writes nothing; `--requests n` and `--rounds n` say how much.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Postgres, startPostgres } from "./callbacks/grounds.ts";
import { openFullHouse } from "./events/house.ts";
import { type Lists, measureLists } from "./events/lists.ts";
import { measureWrites, type Writes } from "./events/writes.ts";
import { type Figure, percentile, shown } from "./figures.ts";
import { figuresTable, machineWords, writeSection } from "./sections.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, requests: { type: "string" }, rounds: { type: "string" } },
});
const requests = Number(values.requests ?? (values.quick ? 2000 : 125_000));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const extent = { requests, until: Date.now() };

const [loadBefore = Number.NaN] = loadavg();
const postgres = await startPostgres();
const lists = [await measure(null), await measure(await postgres.createDatabase("house"))];
const writes = await measureWrites({
  postgres,
  requests: values.quick ? 20 : 150,
  rounds: values.quick ? 1 : 6,
});
const figures = [...lists.flatMap(figuresOf), ...writes.flatMap(writeFigures)];
for (const { meets, what, measured, wanted } of figures)
  console.log(`${meets ? "meets " : "MISSES"}  ${what}: ${measured} (wanted: ${wanted})`);
for (const { house, slowest } of lists)
  for (const { words, ms } of slowest.slice(0, 10)) console.log(`${house.name}  ${shown(ms)}  ${words}`);
if (!values.quick && values.requests === undefined) writeSection("Lists of events", report(postgres));
await postgres.stop();

async function measure(databaseUrl: string | null): Promise<Lists> {
  const house = await openFullHouse(databaseUrl, extent);
  const findPids = async () => (databaseUrl === null ? [] : backendsOf(postgres));
  const measured = await measureLists(house, { extent, rounds, findPids });
  await house.server.stop();
  return measured;
}

async function backendsOf({ query }: Postgres): Promise<readonly number[]> {
  const rows = await query("select pid from pg_stat_activity where datname = 'house'");
  return rows.map(({ pid }) => Number(pid));
}

function figuresOf({ house, all, processor, bare, cut, combinations }: Lists): readonly Figure[] {
  const [p50, p99, bareP50] = [percentile(all, 0.5), percentile(all, 0.99), percentile(bare, 0.5)];
  const aim = house.name === "SQLite" ? 5 : 10;
  const of = `over ${house.events.toLocaleString("en-US")} events, ${house.name}`;
  return [
    {
      what: `a page of \`GET /api/events\`, ${combinations.toLocaleString("en-US")} combinations, ${of}, p50`,
      measured: `${shown(p50)} (bare answer of that size: ${shown(bareP50)})`,
      wanted: `≤ ${aim} ms`,
      meets: p50 <= aim,
    },
    {
      what: `the same, ${house.name}, p99`,
      measured: `${shown(p99)} (worst ${shown(Math.max(...all))}; bare: ${shown(percentile(bare, 0.99))}, worst ${shown(Math.max(...bare))})`,
      wanted: "≤ 25 ms",
      meets: p99 <= 25,
    },
    {
      what: `processor time of server and database for such a page, ${house.name}, p99`,
      measured: `${shown(percentile(processor, 0.99))} (p50 ${shown(percentile(processor, 0.5))}, worst ${shown(Math.max(...processor))})`,
      wanted: "told",
      meets: true,
    },
    { what: `pages cut short, ${house.name}`, measured: `${cut} of ${all.length}`, wanted: "told", meets: true },
  ];
}

function writeFigures({ name, withIndexes, without, wordsMicros }: Writes): readonly Figure[] {
  const measured = `${Math.round(withIndexes)} to ${Math.round(without)} µs`;
  return [
    {
      what: `processor time of an event, written and its deliveries settled, with the four new indexes to without, ${name}`,
      measured: `${(withIndexes / without).toFixed(2)} × (${measured})`,
      wanted: "told",
      meets: true,
    },
    { what: `the words of a request, ${name}`, measured: `${Math.round(wordsMicros)} µs`, wanted: "told", meets: true },
  ];
}

function report({ version, settings }: Postgres): string {
  const worst = lists.map(
    ({ house, slowest }) => `### The slowest combinations on ${house.name}

| p50 | filters |
|--|--|
${slowest
  .slice(0, 10)
  .map(({ words, ms }) => `| ${shown(ms)} | ${words} |`)
  .join("\n")}`,
  );
  return `Written by \`npm run bench:events\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}; load
before the run ${loadBefore.toFixed(1)}. PostgreSQL ${version} (${settings.join("; ")}).

Two accounts with six apps, ${requests.toLocaleString("en-US")} requests of 90 days; of their deliveries 1 % was given up, 0.3 % skipped, those
of a paused endpoint held for five days, and some of three days wait. Asked for over HTTP, one after another, is every combination of: type
(none, frequent, rare), request, app (none, large, small), state (none and each of the six), time (none, one day), text (none, in a third of
all titles, in a few, in none), first page and a page near the end; ${rounds} rounds, each in an order of its own. A bare fastify that answers as many
bytes takes turns with it. The cost of writing is measured in houses that are empty at first, in turns; each event in a commit of its own with
two deliveries, which are then claimed and settled.

${figuresTable(figures)}

${worst.join("\n\n")}
`;
}
