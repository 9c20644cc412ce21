import { type Figure, percentile } from "../figures.ts";
import type { ContestantName } from "./contestant.ts";
import type { Company, Latency } from "./latency.ts";
import type { Round } from "./rounds.ts";
import type { Syncs } from "./syncs.ts";

/** Everything that was measured, by contestant, one entry a round. */
export type Measured = {
  readonly rounds: ReadonlyMap<ContestantName, readonly Round[]>;
  readonly floor: readonly number[];
  readonly drains: ReadonlyMap<ContestantName, readonly number[]>;
  /** At each of the paces, in their order. */
  readonly latencies: ReadonlyMap<ContestantName, readonly (readonly Latency[])[]>;
  readonly company: ReadonlyMap<ContestantName, ReadonlyMap<Company, readonly Latency[]>>;
  readonly restarts: readonly number[];
  readonly lostWorkers: readonly number[];
  readonly syncs: Syncs;
};

/** The names of those that ours is measured against. */
export const peers: readonly ContestantName[] = ["graphile-worker", "pg-boss", "bullmq"];

/** Those whose events and jobs are in one database. */
const inPostgres: readonly ContestantName[] = ["graphile-worker", "pg-boss"];

/** The two of ours. */
export const ours: readonly ContestantName[] = ["ours-sqlite", "ours-postgres"];

/** The aims of the callbacks engine beside what was measured: medians, with the smallest and the largest in brackets. */
export function figuresOf(measured: Measured): readonly Figure[] {
  return [
    ...databaseFigures(measured),
    ...rateFigures(measured),
    ...latencyFigures(measured),
    ...faultFigures(measured),
  ];
}

function databaseFigures({ rounds, floor }: Measured): readonly Figure[] {
  const cpu = (name: ContestantName) => valuesOf(rounds, name, (round) => round.databaseMicros);
  const best = leastOf(peers, cpu);
  const mine = cpu("ours-postgres");
  const ratio = median(cpu(best)) / median(mine);
  const bare = median(floor);
  const net = (median(cpu(best)) - bare) / (median(mine) - bare);
  const alone = leastOf(inPostgres, cpu);
  const all = (name: ContestantName) =>
    valuesOf(rounds, name, (round) => round.mixedMicros + (hasDatabase(name) ? round.databaseMixedMicros : 0));
  const least = leastOf(peers, all);
  return [
    {
      what: `database CPU an event, best peer (${best}) to ours on PostgreSQL`,
      measured: `${ratio.toFixed(2)} × (${micros(cpu(best))} to ${micros(mine)})`,
      wanted: "≥ 2 ×",
      meets: ratio >= 2,
    },
    {
      what: `the same above the bare business change (${Math.round(bare)} µs)`,
      measured: `${net.toFixed(2)} ×`,
      wanted: "told",
      meets: true,
    },
    {
      what: `the same of the best that needs no second server (${alone})`,
      measured: `${(median(cpu(alone)) / median(mine)).toFixed(2)} × (${micros(cpu(alone))})`,
      wanted: "told",
      meets: true,
    },
    ...ours.map((name) => ({
      what: `all CPU an event, process and databases, both at once, best peer (${least}) to ${name}`,
      measured: `${(median(all(least)) / median(all(name))).toFixed(2)} × (${micros(all(least))} to ${micros(all(name))})`,
      wanted: "told",
      meets: true,
    })),
  ];
}

function rateFigures({ rounds, drains }: Measured): readonly Figure[] {
  const rate = (name: ContestantName) => valuesOf(rounds, name, (round) => round.mixedRate);
  const best = leastOf(peers, (name) => rate(name).map((value) => -value));
  const drainOf = (name: ContestantName) => drains.get(name) ?? [];
  const share = median(drainOf("ours-sqlite")) / median(drainOf("limit"));
  return [
    ...ours.map((name): Figure => {
      const ratio = median(rate(name)) / median(rate(best));
      return {
        what: `deliveries a second end to end, ${name} to the best peer (${best})`,
        measured: `${ratio.toFixed(2)} × (${spread(rate(name))} to ${spread(rate(best))})`,
        wanted: "≥ 1.5 ×",
        meets: ratio >= 1.5,
      };
    }),
    {
      what: "draining committed deliveries on the embedded default, to the limit",
      measured: `${share.toFixed(2)} × (${spread(drainOf("ours-sqlite"))} to ${spread(drainOf("limit"))} a second)`,
      wanted: "≥ 0.5 ×",
      meets: share >= 0.5,
    },
  ];
}

function latencyFigures({ latencies }: Measured): readonly Figure[] {
  return ours.flatMap((name): Figure[] => {
    const of = (pace: number, part: "p50" | "p99") =>
      (latencies.get(name) ?? []).map((round) => round[pace]?.[part] ?? Number.NaN);
    const most = name === "ours-sqlite" ? 5 : 10;
    return [
      {
        what: `commit to received at 50 events/s, p50, ${name}`,
        measured: `${spread(of(0, "p50"), 1)} ms (p99 ${spread(of(0, "p99"), 1)})`,
        wanted: `≤ ${most} ms`,
        meets: median(of(0, "p50")) <= most,
      },
      {
        what: `commit to received at 500 events/s, p99, ${name}`,
        measured: `${spread(of(1, "p99"), 1)} ms (p50 ${spread(of(1, "p50"), 1)})`,
        wanted: "≤ 100 ms",
        meets: median(of(1, "p99")) <= 100,
      },
    ];
  });
}

function faultFigures({ company, restarts, lostWorkers }: Measured): readonly Figure[] {
  const crowded = ours.flatMap((name): Figure[] => {
    const p99 = (how: Company) => (company.get(name)?.get(how) ?? []).map((one) => one.p99);
    return (["refused", "hanging"] as const).map((how) => {
      const ratio = median(p99(how)) / median(p99("nobody"));
      return {
        what: `p99 of the others while one endpoint is ${how === "refused" ? "down (refused)" : "hanging"} with its crowd, ${name}`,
        measured: `${ratio.toFixed(2)} × (${spread(p99(how), 1)} to ${spread(p99("nobody"), 1)} ms)`,
        wanted: "≤ 1.5 ×",
        meets: ratio <= 1.5,
      };
    });
  });
  return [
    ...crowded,
    {
      what: "from the restart after kill -9 to the first callback again, embedded, the whole server",
      measured: `${spread(restarts, 2)} s`,
      wanted: "≤ 2 s",
      meets: median(restarts) <= 2,
    },
    {
      what: "from the loss of a worker on PostgreSQL until another has sent all that it held",
      measured: `${spread(lostWorkers, 1)} s`,
      wanted: "≤ 15 s",
      meets: median(lostWorkers) <= 15,
    },
  ];
}

/** One line a contestant: what each figure was, the medians of the rounds. */
export function contestantsTable({ rounds, latencies, syncs }: Measured): string {
  const heads = [
    "contestant",
    "database CPU µs",
    "same, both at once",
    "process CPU µs enqueue / drain / both",
    "enqueue /s",
    "drain /s",
    "both at once /s",
    "fsync",
    "p50 / p99 ms at 50/s",
    "p50 / p99 ms at 500/s",
  ];
  const rows = [...rounds.keys()].map((name) => {
    const of = (value: (round: Round) => number) => valuesOf(rounds, name, value);
    const pace = (index: number) => {
      const both = (part: "p50" | "p99") =>
        median((latencies.get(name) ?? []).map((one) => one[index]?.[part] ?? Number.NaN));
      return latencies.has(name) ? `${both("p50").toFixed(1)} / ${both("p99").toFixed(1)}` : "–";
    };
    const process = [of((one) => one.enqueueMicros), of((one) => one.drainMicros), of((one) => one.mixedMicros)];
    return [
      name,
      hasDatabase(name) ? spread(of((one) => one.databaseMicros)) : "–",
      hasDatabase(name) ? spread(of((one) => one.databaseMixedMicros)) : "–",
      process.map((values) => Math.round(median(values))).join(" / "),
      spread(of((one) => one.enqueueRate)),
      spread(of((one) => one.drainRate)),
      spread(of((one) => one.mixedRate)),
      syncsOf(name, { wal: median(of((one) => one.walSyncs)), syncs }),
      pace(0),
      pace(1),
    ];
  });
  const lines = [heads, heads.map(() => "--"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
}

function hasDatabase(name: ContestantName): boolean {
  return name !== "ours-sqlite" && name !== "limit";
}

function syncsOf(name: ContestantName, { wal, syncs }: { readonly wal: number; readonly syncs: Syncs }): string {
  if (name === "limit") return "0";
  if (name === "ours-sqlite") return syncs === null ? "not counted" : syncs.sqlite.toFixed(2);
  if (name !== "bullmq") return wal.toFixed(2);
  return `${wal.toFixed(2)} + ${syncs === null ? "not counted" : syncs.redis.toFixed(2)} Redis`;
}

function valuesOf(
  rounds: Measured["rounds"],
  name: ContestantName,
  value: (round: Round) => number,
): readonly number[] {
  return (rounds.get(name) ?? []).map(value);
}

function leastOf(
  names: readonly ContestantName[],
  values: (name: ContestantName) => readonly number[],
): ContestantName {
  const [least] = names.toSorted((a, b) => median(values(a)) - median(values(b)));
  return least ?? "bullmq";
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function micros(values: readonly number[]): string {
  return `${spread(values)} µs`;
}

function spread(values: readonly number[], digits = 0): string {
  const shown = (value: number) => value.toFixed(digits);
  return `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}
