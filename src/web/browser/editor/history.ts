/** One history for all edits: what was, what is, and what was taken back. */

/** Drafts before and after the present one, oldest first. */
export type History<D> = {
  readonly past: readonly D[];
  readonly present: D;
  readonly future: readonly D[];
  /** Under which key the last edit was made; the next one under the same key belongs to it. Null: it stands for itself. */
  readonly key: string | null;
};

/** The history of a draft that nobody has touched. */
export function startHistory<D>(present: D): History<D> {
  return { past: [], present, future: [], key: null };
}

/** Takes an edit in. Under the same `key` as the one before it is no step of its own: letters of a word, points of a way. At most `most` steps are kept. */
export function edited<D>(
  history: History<D>,
  { draft, key, most }: { readonly draft: D; readonly key: string | null; readonly most: number },
): History<D> {
  if (draft === history.present) return history;
  const isSameStep = key !== null && key === history.key && history.past.length > 0;
  const past = isSameStep ? history.past : [...history.past, history.present].slice(-most);
  return { past, present: draft, future: [], key };
}

/** Whatever comes next is a step of its own. */
export function rested<D>(history: History<D>): History<D> {
  return history.key === null ? history : { ...history, key: null };
}

/** One step back; the same where there is none. */
export function undone<D>({ past, present, future, ...history }: History<D>): History<D> {
  const before = past.at(-1);
  if (before === undefined) return { ...history, past, present, future };
  return { past: past.slice(0, -1), present: before, future: [present, ...future], key: null };
}

/** One step forward again; the same where there is none. */
export function redone<D>({ past, present, future, ...history }: History<D>): History<D> {
  const [next, ...later] = future;
  if (next === undefined) return { ...history, past, present, future };
  return { past: [...past, present], present: next, future: later, key: null };
}
