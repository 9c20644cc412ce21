import { useEffect, useState } from "preact/hooks";

const loaded = new Map<() => Promise<unknown>, unknown>();

/** A part of the page that comes when it is first needed; null until then. A load that fails is tried again with the next use. */
export function useLazy<T>(load: () => Promise<T>): T | null {
  const [, setCount] = useState(0);
  useEffect(() => {
    if (loaded.has(load)) return;
    load().then(
      (part) => {
        loaded.set(load, part);
        setCount((count) => count + 1);
      },
      () => undefined,
    );
  }, [load]);
  return (loaded.get(load) as T | undefined) ?? null;
}
