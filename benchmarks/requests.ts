/**
 * `npm run bench:requests`: pages of `signature_request/list` over 1,000,000 requests, with queries and without, on SQLite and on PostgreSQL.
 * Writes the section "Lists of requests" of results.md. `--quick` shows in a minute that everything runs and writes nothing; `--requests n`
 * and `--rounds n` say how much.
 */
import { Agent } from "node:http";
import { parseArgs } from "node:util";
import pg from "pg";
import { lookAt } from "../test/support/house.ts";
import { startTestServer } from "../test/support/server.ts";
import { type Postgres, startPostgres } from "./callbacks/grounds.ts";
import { startBare, timeCall } from "./events/lists.ts";
import { searched } from "./events/lives.ts";
import { type Figure, percentile, shown } from "./figures.ts";
import { fillRequests } from "./requests/fill.ts";
import { figuresTable, machineWords, writeSection } from "./sections.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, requests: { type: "string" }, rounds: { type: "string" } },
});
const count = Number(values.requests ?? (values.quick ? 3000 : 1_000_000));
const rounds = Number(values.rounds ?? (values.quick ? 2 : 40));
const until = Date.now();
const aimMs = 10;

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
const middle = until - (count / 2) * 60_000;
const { rare, frequent, absent: none } = searched;

/** What is asked for: in words, and its parameters. */
const asks: readonly (readonly [words: string, parameters: Readonly<Record<string, string>>])[] = [
  ["no query, first page", {}],
  ["no query, page 50", { page: "50" }],
  ["no query, the page in the middle", { page: String(Math.ceil(count / 40)) }],
  ["a rare word", { query: rare }],
  ["a rare word in the title", { query: `title:"${rare}"` }],
  ["a frequent word", { query: frequent }],
  ["a frequent word, page 5", { query: frequent, page: "5" }],
  ["a word of no request", { query: none }],
  ["either of two rare things", { query: `"${rare}" OR ${none}` }],
  ["a frequent word, declined", { query: `${frequent} declined:true` }],
  ["complete", { query: "complete:true" }],
  ["declined", { query: "declined:true" }],
  ["awaiting my signature", { query: "awaiting_my_signature:true" }],
  ["one day in the middle", { query: `created:${day(middle)}` }],
  ["not a frequent word", { query: `NOT ${frequent}` }],
];

type Measured = {
  readonly name: string;
  readonly times: readonly (readonly number[])[];
  readonly bare: readonly number[];
};

const postgres = await startPostgres();
const measured = [
  await measure("SQLite", null),
  await measure("PostgreSQL", await postgres.createDatabase("requests")),
];
const figures = measured.flatMap(figuresOf);
if (!values.quick) writeSection("Lists of requests", report(postgres));
await postgres.stop();

async function measure(name: string, databaseUrl: string | null): Promise<Measured> {
  const server = await startTestServer(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl });
  const store = await lookAt({ dataFolder: server.dataFolder, databaseUrl });
  const { account_id: accountId } = await store.read
    .selectFrom("accounts")
    .select("account_id")
    .executeTakeFirstOrThrow();
  const fill = () => fillRequests(store, { accountId, count, until });
  await (databaseUrl === null ? fill() : beside(databaseUrl, fill));
  await store.close();

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const auth = `Basic ${Buffer.from(`${server.apiKey}:`).toString("base64")}`;
  const call = (address: string) => timeCall(address, { agent, auth });
  const list = (parameters: Readonly<Record<string, string>>) =>
    call(`${server.url}/v3/signature_request/list?${new URLSearchParams(parameters).toString()}`);
  const bareServer = await startBare((await list({})).body.length);
  const times = asks.map((): number[] => []);
  const bare: number[] = [];
  for (let round = 0; round <= rounds; round += 1)
    for (const [index, [, parameters]] of asks.entries()) {
      const { ms } = await list(parameters);
      const { ms: bareMs } = await call(bareServer.url);
      // The first round warms up.
      if (round === 0) continue;
      times[index]?.push(ms);
      bare.push(bareMs);
    }
  bareServer.stop();
  agent.destroy();
  await server.stop();
  const got = { name, times, bare };
  for (const { meets, what, measured, wanted } of figuresOf(got))
    console.log(`${meets ? "meets " : "MISSES"}  ${what}: ${measured} (wanted: ${wanted})`);
  return got;
}

/** Fills PostgreSQL without the index of words, which is many times faster made whole; then does what autovacuum does sooner or later. */
async function beside(url: string, fill: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const index = "request_words_index";
  const made = await client.query<{ made: string }>(`select pg_get_indexdef('${index}'::regclass) as made`);
  await client.query(`drop index ${index}`);
  await fill();
  await client.query("set maintenance_work_mem = '1GB'");
  await client.query(made.rows[0]?.made ?? "");
  await client.query("vacuum analyze");
  await client.end();
}

function figuresOf({ name, times, bare }: Measured): readonly Figure[] {
  const lists = asks.map(([words], index): Figure => {
    const own = times[index] ?? [];
    const p50 = percentile(own, 0.5);
    return {
      what: `${words}, ${name}`,
      measured: `p50 ${shown(p50)}, p99 ${shown(percentile(own, 0.99))}`,
      wanted: `p50 ≤ ${aimMs} ms`,
      meets: p50 <= aimMs,
    };
  });
  const bareP50 = shown(percentile(bare, 0.5));
  return [
    ...lists,
    { what: `bare answer of that size, beside ${name}`, measured: `p50 ${bareP50}`, wanted: "told", meets: true },
  ];
}

function report({ version, settings }: Postgres): string {
  return `Written by \`npm run bench:requests\` on ${day(Date.now())}. Machine: ${machineWords()}.
PostgreSQL ${version} (${settings.join("; ")}).

One account with ${count.toLocaleString("en-US")} requests, a minute apart, each with one signer; 1 % declined, 1 % failed, 8 % wait, 2 % were withdrawn. Pages of
20 of \`GET /v3/signature_request/list\` over HTTP, one after another, ${rounds} rounds after one that warms up; the frequent word stands in a third of all titles,
the rare one in a few. A bare fastify that answers as many bytes as a page without a query takes turns with it.

${figuresTable(figures)}
`;
}
