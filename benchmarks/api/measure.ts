import { Pool } from "undici";
import { processorMs, startBare } from "../events/lists.ts";
import { percentile } from "../figures.ts";
import type { Asked, Operation, Stand } from "./operations.ts";

/** How calls of one side went: milliseconds of a call alone, calls a second, and milliseconds of processor time a call. */
export type Side = {
  readonly p50: number;
  readonly p98: number;
  readonly perSecond: number;
  readonly serverMs: number;
  readonly databaseMs: number;
};

/** An operation beside a bare server that answers as many bytes. */
export type Measured = { readonly words: string; readonly bytes: number; readonly ours: Side; readonly bare: Side };

/** How much: calls one after another, calls of a round with `atOnce` on as many lines, and rounds of these. */
export type Extent = {
  readonly alone: number;
  readonly many: number;
  readonly rounds: number;
  readonly atOnce: number;
};

/** What is asked, over which lines, and by whom it is answered. */
type Contestant = {
  readonly pool: Pool;
  readonly asked: Asked;
  readonly pid: number;
  readonly databaseMs: () => number;
  /** Waits for the work behind the answers. */
  readonly settle: () => Promise<void>;
  readonly alone: number[];
  readonly spans: Span[];
};

type Span = {
  readonly calls: number;
  readonly ms: number;
  readonly serverMs: number;
  readonly databaseMs: number;
};

/** Measures one operation: alone in turns with the bare server, then many at once, round by round in turns. */
export async function measureOperation(
  { server, quiet }: Stand,
  {
    operation: { words, asked, isWork },
    extent,
    databaseMs,
  }: { readonly operation: Operation; readonly extent: Extent; readonly databaseMs: () => number },
): Promise<Measured> {
  const lines = { connections: extent.atOnce, pipelining: 1 };
  const settle = isWork ? quiet : async () => {};
  const pool = new Pool(server.url, lines);
  const pid = server.process().pid ?? 0;
  const ours: Contestant = { pool, asked, pid, databaseMs, settle, alone: [], spans: [] };
  const bytes = await call(ours);
  const bareServer = await startBare(bytes);
  const hello: Asked = { method: "GET", path: "/", headers: {} };
  const bare: Contestant = {
    pool: new Pool(new URL(bareServer.url).origin, lines),
    asked: hello,
    pid: bareServer.pid,
    databaseMs: () => 0,
    settle: async () => {},
    alone: [],
    spans: [],
  };
  try {
    await takeTurns([ours, bare], extent);
    return { words, bytes, ours: sideOf(ours), bare: sideOf(bare) };
  } finally {
    await Promise.all([ours.pool.close(), bare.pool.close()]);
    bareServer.stop();
  }
}

async function takeTurns(sides: readonly Contestant[], extent: Extent): Promise<void> {
  for (const side of sides) await callMany(side, { ...extent, many: Math.ceil(extent.many / 4) });
  for (const side of sides) await side.settle();
  for (let n = 0; n < extent.alone; n += 1) for (const side of sides) side.alone.push(await timeOne(side));
  for (const side of sides) await side.settle();
  for (let round = 0; round < extent.rounds; round += 1)
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) side.spans.push(await spanOf(side, extent));
}

async function spanOf(side: Contestant, extent: Extent): Promise<Span> {
  const [began, server, database] = [performance.now(), processorMs([side.pid]), side.databaseMs()];
  await callMany(side, extent);
  const ms = performance.now() - began;
  // What a call costs is known once the work behind it is done.
  await side.settle();
  return {
    calls: extent.many,
    ms,
    serverMs: processorMs([side.pid]) - server,
    databaseMs: side.databaseMs() - database,
  };
}

async function callMany(side: Contestant, { many, atOnce }: Pick<Extent, "many" | "atOnce">): Promise<void> {
  let left = many;
  const line = async () => {
    while (left > 0) {
      left -= 1;
      await call(side);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, line));
}

async function timeOne(side: Contestant): Promise<number> {
  const began = performance.now();
  await call(side);
  return performance.now() - began;
}

/** Calls once; the length of the answer. */
async function call({ pool, asked: { method, path, headers, body } }: Contestant): Promise<number> {
  const answer = await pool.request({ method, path, headers: { ...headers }, body: body ?? null });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
  return text.length;
}

function sideOf({ alone, spans }: Contestant): Side {
  const calls = spans.reduce((sum, span) => sum + span.calls, 0);
  const total = (of: "serverMs" | "databaseMs") => spans.reduce((sum, span) => sum + span[of], 0) / calls;
  return {
    p50: percentile(alone, 0.5),
    p98: percentile(alone, 0.98),
    perSecond: percentile(
      spans.map((span) => (span.calls * 1000) / span.ms),
      0.5,
    ),
    serverMs: total("serverMs"),
    databaseMs: total("databaseMs"),
  };
}
