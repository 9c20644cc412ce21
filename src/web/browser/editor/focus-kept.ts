import { useLayoutEffect, useRef } from "preact/hooks";
import type { Desk } from "./desk.ts";
import { bringIntoView, fieldId, paperId } from "./spots.ts";

/** What had the focus last: its field where it is one, and itself within all that it stands in. */
type Last = { readonly field: string | null; readonly within: readonly Element[] };

/** After each drawing: the focus goes where an edit wants it; where what had it is gone, to the same field drawn anew, or to what is nearest. */
export function useFocusKept(desk: Desk): void {
  const last = useRef<Last>({ field: null, within: [] });
  useLayoutEffect(() => {
    const wanted = desk.focusNext;
    desk.focusNext = null;
    const { field, within } = last.current;
    const isNowhere = document.activeElement === null || document.activeElement === document.body;
    if (wanted === null && !isNowhere) return;
    if (wanted === null && field === null) return focusNearest(within);
    const target = document.getElementById(fieldId(wanted ?? field ?? "")) ?? document.getElementById(paperId);
    target?.focus({ preventScroll: true });
    if (wanted) bringIntoView(wanted, { focuses: false });
  });
  useLayoutEffect(() => {
    const note = (event: FocusEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      const field = target?.closest<HTMLElement>("[data-field]")?.dataset.field ?? null;
      last.current = { field, within: target ? outwards(target) : [] };
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
}

function outwards(element: Element): readonly Element[] {
  const all: Element[] = [];
  for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) all.push(at);
  return all;
}

/** Nothing, where the last element is still there: then the focus was let go on purpose. */
function focusNearest(within: readonly Element[]): void {
  if (within[0]?.isConnected !== false) return;
  for (const box of within) {
    const first = box.isConnected ? box.querySelector<HTMLElement>(focusable) : null;
    first?.focus({ preventScroll: true });
    if (first && document.activeElement === first) return;
  }
}

const focusable =
  "button:enabled, input:enabled:not([tabindex='-1']), select:enabled, textarea:enabled, [tabindex='0']";
