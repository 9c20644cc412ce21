import { limits } from "../../src/base/limits.ts";
import { silentLog } from "../../src/base/log.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { orderOf } from "../../test/documents/orders.ts";
import { percentile } from "../figures.ts";
import { densePaper } from "./dense.ts";

const page = densePaper(1);
const order = orderOf([{ name: "lease.pdf", bytes: page }]);

/** Milliseconds from a one-page document handed to a warm child until its tags, fields, rehearsal, pictures and text are back. */
export async function timePreparing(rounds: number): Promise<readonly number[]> {
  const workshop = openWorkshop({ log: silentLog });
  const times: number[] = [];
  for (let round = 0; round < rounds + 5; round += 1) {
    const before = performance.now();
    const outcome = await workshop.prepare(order);
    if (!outcome.ok) throw new Error(outcome.fault.reason);
    if (round >= 5) times.push(performance.now() - before);
  }
  await workshop.close();
  return times;
}

/** One-page documents a second with so many warm children, each with always one to do; the median of five stretches. */
export async function measureThroughput(documentChildren: number): Promise<number> {
  const workshop = openWorkshop({ log: silentLog, limits: { documentChildren, documentChildJobs: 100_000 } });
  const prepareMany = async (count: number) => {
    const outcomes = await Promise.all(Array.from({ length: count }, () => workshop.prepare(order)));
    if (outcomes.some(({ ok }) => !ok)) throw new Error("A document could not be prepared.");
  };
  await prepareMany(8 * documentChildren);
  const rates: number[] = [];
  for (let stretch = 0; stretch < 5; stretch += 1) {
    const count = Math.min(30 * documentChildren, limits.documentQueue);
    const before = performance.now();
    await prepareMany(count);
    rates.push((count * 1000) / (performance.now() - before));
  }
  await workshop.close();
  return percentile(rates, 0.5);
}
