import { useEffect, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import { within } from "./within.ts";

/** A part of the page that comes later: null until it is there. `isLate`: it did not come at the first try. */
export type Lazy<T> = { readonly part: T | null; readonly isLate: boolean };

/** Loads a part, and tries again until it comes or nobody waits for it any more. */
export function useLazy<T>(load: () => Promise<T>): Lazy<T> {
  const [lazy, setLazy] = useState<Lazy<T>>({ part: null, isLate: false });
  useEffect(() => {
    let isGone = false;
    const tryOn = async () => {
      for (let tries = 0; !isGone && tries < limits.partTries; tries += 1) {
        const part = await within(load(), limits.pageCallMs);
        if (isGone) return;
        setLazy({ part, isLate: part === null });
        if (part !== null) return;
        await new Promise((resolve) => setTimeout(resolve, limits.answerRetryMostMs));
      }
    };
    void tryOn();
    return () => {
      isGone = true;
    };
  }, [load]);
  return lazy;
}
