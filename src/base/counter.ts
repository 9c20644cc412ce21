/** Counts what one process does, since its start, by a label that comes from a few fixed words. */
export type Counter = {
  readonly add: (label: string, by?: number) => void;
  /** The labels that were ever counted, and how often. */
  readonly counts: () => ReadonlyMap<string, number>;
};

/** Opens a counter; `labels` stand at 0 from the start, so that a first count shows as a rise. */
export function openCounter(labels: readonly string[]): Counter {
  const counts = new Map(labels.map((label) => [label, 0]));
  return {
    add: (label, by = 1) => void counts.set(label, (counts.get(label) ?? 0) + by),
    counts: () => counts,
  };
}
