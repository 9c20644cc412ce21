/** How long things are kept, in milliseconds. */
export type Keeping = {
  readonly attemptsMs: number;
  /** The rendered objects of events none of whose deliveries waits or is exhausted. */
  readonly payloadsMs: number;
  readonly lettersMs: number;
  readonly callsMs: number;
  /** Requests that have ended, with all their data; null: for good. */
  readonly requestsMs: number | null;
};

/** Where a step begins: what time it is (the database's, UTC milliseconds), and after what; null is the beginning. */
export type Place = { readonly at: number; readonly after: string | null };

/** What a step has removed, and where the next one goes on; null when the walk has come to its end. */
export type Step = { readonly removed: number; readonly after: string | null };

/**
 * A walk over what may be due for removal, in steps that are small transactions. What is kept is passed by, so that much that
 * must stay never keeps a walk from getting on. Steps may be repeated, and may be made by two processes at once.
 */
export type Walk = {
  readonly name: string;
  /** Milliseconds for which it rests once it has come to its end. */
  readonly restMs: number;
  readonly step: (place: Place) => Promise<Step>;
};

/** Where a walk goes on after a page of rows: after its last one, or nowhere when the page is not full. */
export function placeAfter<Row>(
  rows: readonly Row[],
  { full, keyOf }: { readonly full: number; readonly keyOf: (row: Row) => string },
): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < full ? null : keyOf(last);
}

/** A key of two parts, a time and a name, as one text and back. */
export function keyOf(time: number, name: string | number): string {
  return `${time}:${name}`;
}

/** The parts of such a key; before everything when there is none. */
export function partsOf(key: string | null): { readonly time: number; readonly name: string } {
  if (key === null) return { time: Number.MIN_SAFE_INTEGER, name: "" };
  const colon = key.indexOf(":");
  return { time: Number(key.slice(0, colon)), name: key.slice(colon + 1) };
}
