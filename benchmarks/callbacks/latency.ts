import { percentile } from "../figures.ts";
import type { ContestantName } from "./contestant.ts";
import type { Field } from "./field.ts";
import { type Racer, startRacer } from "./process.ts";

/** Milliseconds from the commit to the arrival. */
export type Latency = { readonly p50: number; readonly p99: number };

/** How fast events are committed, and for how long. */
export type Pace = { readonly perSecond: number; readonly seconds: number };

/** One contestant at each of these paces, on an empty database. */
export function measureLatency(
  field: Field,
  { name, paces }: { readonly name: ContestantName; readonly paces: readonly Pace[] },
): Promise<readonly Latency[]> {
  return field.withGround(name, async (ground) => {
    const racer = await startRacer(name, { ground });
    await racer.start();
    await runPace(field, { racer, pace: { perSecond: 50, seconds: 2 } });
    const measured: Latency[] = [];
    for (const pace of paces) measured.push(await runPace(field, { racer, pace }));
    await racer.stop();
    await racer.close();
    return measured;
  });
}

/** What waits beside the events that are measured: nothing, or many deliveries of one endpoint that is dead in one of two ways. */
export type Company = "nobody" | "refused" | "hanging";

/** One of ours at a pace, while `count` deliveries of one other endpoint are due. */
export function measureInCompany(
  field: Field,
  {
    name,
    company,
    count,
    pace,
  }: {
    readonly name: ContestantName;
    readonly company: Company;
    readonly count: number;
    readonly pace: Pace;
  },
): Promise<Latency> {
  return field.withGround(name, async (ground) => {
    const racer = await startRacer(name, { ground });
    const url = company === "hanging" ? `${ground.receiverUrl}/hang` : deadAddress;
    if (company !== "nobody") await racer.crowd({ count, url });
    await racer.start();
    await runPace(field, { racer, pace: { perSecond: 50, seconds: 2 } });
    const measured = await runPace(field, { racer, pace });
    // Those that hang would hold up a stop until their deadline.
    await racer.kill();
    return measured;
  });
}

/** Nobody listens on the port of tcpmux: the connection is refused at once. */
const deadAddress = "http://127.0.0.1:1/";

async function runPace(
  { receiver }: Field,
  { racer, pace }: { readonly racer: Racer; readonly pace: Pace },
): Promise<Latency> {
  receiver.reset();
  const committed = await racer.pace(pace);
  await receiver.reach(committed.size);
  const { arrivals } = await receiver.ledger();
  // A callback may overtake the news of its own commit: it arrived at once.
  const samples = [...committed].map(([key, at]) => Math.max(0, (arrivals.get(key) ?? Number.POSITIVE_INFINITY) - at));
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}
