/** Milliseconds of the machine's monotonic clock, which all its processes share, with fractions. */
export function tick(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
