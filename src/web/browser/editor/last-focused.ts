import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Whoever adds one more writes into it next. Answers the ref of what the `rows` stand in, of which there are `count`. */
export function useLastFocused<T extends HTMLElement>(count: number, rows: string): RefObject<T | null> {
  const list = useRef<T>(null);
  const shown = useRef(count);
  useEffect(() => {
    if (count > shown.current)
      [...(list.current?.querySelectorAll(rows) ?? [])].at(-1)?.querySelector("input")?.focus();
    shown.current = count;
  }, [count]);
  return list;
}
