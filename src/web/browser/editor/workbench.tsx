import { useEffect } from "preact/hooks";
import { Dialog } from "../sign/dialog.tsx";
import { Bar } from "./bar.tsx";
import { takeKey } from "./command.ts";
import { openVisit } from "./course.ts";
import type { Desk } from "./desk.ts";
import { FaultList } from "./fault-list.tsx";
import { useFocusKept } from "./focus-kept.ts";
import { Header } from "./header.tsx";
import { MessageStep } from "./message-step.tsx";
import { Pages } from "./pages.tsx";
import { Palette } from "./palette.tsx";
import { PreviewStep } from "./preview-step.tsx";
import { Side } from "./side.tsx";
import { SignersStep } from "./signers-step.tsx";
import type { Visit, VisitView } from "./visit.ts";
import { tell } from "./words.ts";

type WorkbenchProps = { visit: Visit; view: VisitView; desk: Desk };

/** Everything while a draft is worked on: what step, its tools, and the way on. */
export function Workbench({ visit, view, desk }: WorkbenchProps) {
  const { step } = desk;
  useFocusKept(desk);
  useKeys(desk, visit);

  return (
    <div class="bench" data-step={step}>
      <div class="bench-work" inert={view.isFrozen}>
        <Header desk={desk} keeping={view.keeping} hidesTitle={visit.opening.hidesHeader} />
        <FaultList desk={desk} />
        {step === "fields" && (
          <>
            <Palette desk={desk} />
            <Pages desk={desk} />
            <Side desk={desk} visit={visit} />
          </>
        )}
        {step === "signers" && <SignersStep desk={desk} />}
        {step === "message" && <MessageStep desk={desk} />}
        {step === "preview" && <PreviewStep desk={desk} />}
      </div>
      <Bar desk={desk} visit={visit} view={view} />
      {view.isOutdated && <OutdatedDialog onLoad={() => void openVisit(visit)} />}
    </div>
  );
}

/** There is one way on, also for those whose browser closes it after a second Escape. */
function OutdatedDialog({ onLoad }: { onLoad: () => void }) {
  return (
    <Dialog heading={tell("behind.heading")} isBusy onClose={onLoad}>
      <p>{tell("behind.explain")}</p>
      <div class="dialog-buttons">
        <button type="button" class="button primary" data-first onClick={onLoad}>
          {tell("behind.load")}
        </button>
      </div>
    </Dialog>
  );
}

/** Keys count wherever the focus is, but in a dialog, and while nothing can be changed. */
function useKeys(desk: Desk, visit: Visit): void {
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if ((isWritten(target) && !isHistoryKey(event)) || target?.closest("dialog")) return;
      if (visit.view.isFrozen) return;
      const at = target?.closest<HTMLElement>("[data-field]")?.dataset.field ?? null;
      if (takeKey(desk, { key: event, at })) event.preventDefault();
    };
    document.addEventListener("keydown", take);
    return () => document.removeEventListener("keydown", take);
  }, [desk, visit]);
}

/** Controls that take letters keep their keys, but there is one history for all. */
function isWritten(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function isHistoryKey({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && /^[zy]$/i.test(key);
}
