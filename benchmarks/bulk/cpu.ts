import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second. */
const ticks = 100;

/** Seconds of processor time that a process has used so far, its own and that of children it has waited for. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0) / ticks;
}
