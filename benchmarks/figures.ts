/** One measured figure beside what is wanted. */
export type Figure = {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string;
  readonly meets: boolean;
};

/** The value below which this part (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Milliseconds as people read them. */
export function shown(milliseconds: number): string {
  return `${milliseconds < 20 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
