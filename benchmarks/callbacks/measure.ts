import type { ContestantName } from "./contestant.ts";
import { type Field, openField } from "./field.ts";
import { type Company, type Latency, measureInCompany, measureLatency, type Pace } from "./latency.ts";
import { measureLostWorker, measureRestart } from "./recovery.ts";
import { measureDrain, measureFloor, type Round, runRound } from "./rounds.ts";
import { countSyncs } from "./syncs.ts";
import { type Measured, ours, peers } from "./table.ts";

/** How much is run. */
export type Extent = {
  readonly rounds: number;
  /** Events of a round: so many enqueued and drained, and so many with both at once. */
  readonly count: number;
  readonly drained: number;
  readonly paces: readonly Pace[];
  readonly crowd: number;
  readonly crowdPace: Pace;
  readonly counted: number;
};

/** The run whose figures count: about twelve minutes. */
export const full: Extent = {
  rounds: 3,
  count: 4000,
  drained: 20_000,
  paces: [
    { perSecond: 50, seconds: 6 },
    { perSecond: 500, seconds: 6 },
  ],
  crowd: 200_000,
  crowdPace: { perSecond: 100, seconds: 10 },
  counted: 1000,
};

/** A run that shows that everything works; its figures say little. */
export const quick: Extent = {
  rounds: 1,
  count: 500,
  drained: 1000,
  paces: [
    { perSecond: 50, seconds: 2 },
    { perSecond: 200, seconds: 2 },
  ],
  crowd: 5000,
  crowdPace: { perSecond: 50, seconds: 2 },
  counted: 200,
};

/** The parts of a run, as they may be asked for one by one. */
export const parts = ["rounds", "drain", "latency", "company", "recovery", "syncs"] as const;

/** What is run: how much, which parts, and who takes part in the rounds. */
export type Plan = {
  readonly extent: Extent;
  readonly parts: readonly (typeof parts)[number][];
  readonly names: readonly ContestantName[];
};

/** Everybody who takes part in the rounds. */
export const everybody: readonly ContestantName[] = [...ours, ...peers, "limit"];

/** Measures, contestants taking turns in every round, and what the field was. */
export async function measure({ extent, parts: wanted, names }: Plan): Promise<{
  readonly measured: Measured;
  readonly servers: { readonly postgres: string; readonly redis: string; readonly settings: readonly string[] };
}> {
  const field = await openField();
  const { postgres, redis } = field;
  const has = (part: (typeof parts)[number]) => wanted.includes(part);
  const measured = {
    rounds: new Map<ContestantName, Round[]>(),
    floor: [] as number[],
    drains: new Map<ContestantName, number[]>(),
    latencies: new Map<ContestantName, (readonly Latency[])[]>(),
    company: new Map<ContestantName, Map<Company, Latency[]>>(),
    restarts: [] as number[],
    lostWorkers: [] as number[],
    syncs: has("syncs") ? await countSyncs(field, extent.counted) : null,
  };
  try {
    for (let round = 1; round <= extent.rounds; round++) {
      console.log(`round ${round} of ${extent.rounds}`);
      if (has("rounds")) await takeTurns(field, { extent, names, measured });
      if (has("drain"))
        for (const name of ["ours-sqlite", "limit"] as const)
          add(measured.drains, name, await measureDrain(field, { name, count: extent.drained }));
      if (has("latency"))
        // Of peers no latency is wanted: once tells where they are.
        for (const name of names.filter((one) => ours.includes(one) || (round === 1 && one !== "limit")))
          add(measured.latencies, name, await measureLatency(field, { name, paces: extent.paces }));
      if (has("company")) await keepCompany(field, { extent, measured });
      if (has("recovery")) {
        measured.restarts.push(await measureRestart(field));
        measured.lostWorkers.push(await measureLostWorker(field));
      }
    }
  } finally {
    await field.close();
  }
  return { measured, servers: { postgres: postgres.version, redis: redis.version, settings: postgres.settings } };
}

type Turning = {
  readonly extent: Extent;
  readonly names: readonly ContestantName[];
  readonly measured: { readonly rounds: Map<ContestantName, Round[]>; readonly floor: number[] };
};

async function takeTurns(field: Field, { extent, names, measured }: Turning): Promise<void> {
  measured.floor.push(await measureFloor(field, extent.count));
  for (const name of names) {
    const round = await runRound(field, { name, count: extent.count });
    add(measured.rounds, name, round);
    const shown = Object.entries(round).map(([what, value]) => `${what} ${value.toFixed(value < 10 ? 2 : 0)}`);
    console.log(`  ${name}: ${shown.join(", ")}`);
  }
}

type Keeping = {
  readonly extent: Extent;
  readonly measured: { readonly company: Map<ContestantName, Map<Company, Latency[]>> };
};

async function keepCompany(field: Field, { extent, measured }: Keeping): Promise<void> {
  for (const name of ours) {
    const byCompany = measured.company.get(name) ?? new Map<Company, Latency[]>();
    measured.company.set(name, byCompany);
    for (const company of ["nobody", "refused", "hanging"] as const) {
      const asked = { name, company, count: extent.crowd, pace: extent.crowdPace };
      const latency = await measureInCompany(field, asked);
      add(byCompany, company, latency);
      console.log(`  ${name}, beside ${company}: p50 ${latency.p50.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms`);
    }
  }
}

function add<Key, Value>(to: Map<Key, Value[]>, key: Key, value: Value): void {
  to.set(key, [...(to.get(key) ?? []), value]);
}
