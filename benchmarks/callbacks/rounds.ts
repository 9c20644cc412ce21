import { tick } from "./clock.ts";
import type { ContestantName, Ground } from "./contestant.ts";
import type { Field } from "./field.ts";
import { type Racer, startRacer } from "./process.ts";

/** What one contestant did in one round; µs of processor time and syncs are per event, rates per second. */
export type Round = {
  readonly enqueueRate: number;
  readonly drainRate: number;
  /** Enqueueing while delivering: from the first transaction to the last arrival. */
  readonly mixedRate: number;
  /** Of PostgreSQL and Redis, for events that are enqueued and then drained; NaN where there is none. */
  readonly databaseMicros: number;
  readonly databaseMixedMicros: number;
  /** Of the process that enqueues and delivers: on SQLite its database is in there. */
  readonly enqueueMicros: number;
  readonly drainMicros: number;
  readonly mixedMicros: number;
  /** Syncs of PostgreSQL's write-ahead log, over enqueueing, draining and both at once. */
  readonly walSyncs: number;
};

/** Runs one contestant once: enqueue `count` events, drain them, then enqueue `count` while delivering. */
export async function runRound(
  field: Field,
  { name, count }: { readonly name: ContestantName; readonly count: number },
): Promise<Round> {
  const { receiver, postgres } = field;
  return field.withGround(name, async (ground) => {
    const syncsBefore = await postgres.syncs();
    const racer = await startRacer(name, { ground });
    receiver.reset();
    await warmUp(field, racer);

    const meter = meterOf(field, { racer, ground });
    const enqueued = await meter(async () => void (await racer.enqueue(count)));
    const drained = await meter(async () => {
      await racer.start();
      await receiver.reach(count);
    });
    await racer.stop();
    const drainedWhole = await meter(async () => {});

    receiver.reset();
    await racer.start();
    const mixed = await meter(async () => {
      await racer.enqueue(count);
      await receiver.reach(count);
    });
    await racer.stop();
    const mixedWhole = await meter(async () => {});
    await assertWritten(racer, { name, count });
    await racer.close();

    const per = (seconds: number) => (seconds * 1e6) / count;
    return {
      enqueueRate: count / enqueued.seconds,
      drainRate: count / drained.seconds,
      mixedRate: count / mixed.seconds,
      databaseMicros: per(enqueued.database + drained.database + drainedWhole.database),
      databaseMixedMicros: per(mixed.database + mixedWhole.database),
      enqueueMicros: per(enqueued.process),
      drainMicros: per(drained.process + drainedWhole.process),
      mixedMicros: per(mixed.process + mixedWhole.process),
      walSyncs: ((await postgres.syncs()) - syncsBefore) / (2 * count + warmUps),
    };
  });
}

/** µs of PostgreSQL's processor time for the business change alone, an event. */
export function measureFloor(field: Field, count: number): Promise<number> {
  return field.withGround("bare", async (ground) => {
    const racer = await startRacer("bare", { ground });
    await racer.enqueue(warmUps);
    const meter = meterOf(field, { racer, ground });
    const { database } = await meter(async () => void (await racer.enqueue(count)));
    await racer.close();
    return (database * 1e6) / count;
  });
}

/** Deliveries per second while `count` that are committed are drained. */
export function measureDrain(
  field: Field,
  { name, count }: { readonly name: ContestantName; readonly count: number },
): Promise<number> {
  const { receiver } = field;
  return field.withGround(name, async (ground) => {
    const racer = await startRacer(name, { ground });
    await warmUp(field, racer);
    await racer.enqueue(count);
    const began = tick();
    await racer.start();
    await receiver.reach(count);
    const rate = (count * 1000) / (tick() - began);
    await racer.stop();
    await racer.close();
    return rate;
  });
}

const warmUps = 300;

/** Code that is compiled and connections that are open before anything is measured. */
async function warmUp({ receiver }: Field, racer: Racer): Promise<void> {
  await racer.start();
  await racer.enqueue(warmUps);
  await receiver.reach(warmUps);
  await racer.stop();
  receiver.reset();
}

type Metered = { readonly seconds: number; readonly database: number; readonly process: number };

/** Measures time and processor time of what it is given; work that was begun before and ends later counts with the next. */
function meterOf(
  { databaseCpu, idleDatabaseShare }: Field,
  { racer, ground }: { readonly racer: Racer; readonly ground: Ground },
): (work: () => Promise<void>) => Promise<Metered> {
  let last: { at: number; database: number; process: number } | null = null;
  return async (work) => {
    const from = last ?? { at: tick(), database: databaseCpu(), process: await racer.cpu() };
    const began = tick();
    await work();
    const at = tick();
    last = { at, database: databaseCpu(), process: await racer.cpu() };
    const idle = (idleDatabaseShare * (at - from.at)) / 1000;
    const database = ground.databaseUrl === null ? Number.NaN : last.database - from.database - idle;
    return { seconds: (at - began) / 1000, database, process: last.process - from.process };
  };
}

/** A delivery without its attempt written down would be a cheap one. */
async function assertWritten(
  racer: Racer,
  { name, count }: { readonly name: ContestantName; readonly count: number },
): Promise<void> {
  const attempts = await racer.attempts();
  const least = 2 * count + warmUps;
  if (attempts < least) throw new Error(`${name} wrote ${attempts} attempts of ${least} down`);
}
