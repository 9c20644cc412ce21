import { useEffect, useRef, useState } from "preact/hooks";
import type { GateView } from "../../../wire/session.ts";
import { say, speak } from "./say.ts";
import { cancelVisit, goToIdentify, type Visit } from "./visit.ts";

/** The gate of identification: the way to a provider, who leads back here. */
export function EidGate({ visit, gate, mayCancel }: { visit: Visit; gate: GateView; mayCancel: boolean }) {
  const [note, setNote] = useState(gate.notice ? speak(gate.notice) : "");
  const [isBusy, setBusy] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  // Read out from the start, also to those who come back without having been identified.
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    const comeBack = (event: PageTransitionEvent) => event.persisted && setBusy(false);
    window.addEventListener("pageshow", comeBack);
    return () => window.removeEventListener("pageshow", comeBack);
  }, []);
  const go = async () => {
    if (isBusy) return;
    setBusy(true);
    const told = await goToIdentify(visit, gate);
    // While the browser goes there, nobody begins again: each identification costs.
    if (told === null) return;
    setBusy(false);
    setNote(told);
  };

  return (
    <main class="screen">
      <h1 ref={title} tabIndex={-1}>
        {say("gate.heading")}
      </h1>
      <p>{say("gate.eid")}</p>
      <p class="dialog-flaw" role="status">
        {note}
      </p>
      <div class="screen-buttons">
        <button type="button" class="button primary" onClick={() => void go()}>
          {say("gate.eidGo")}
        </button>
        {mayCancel && (
          <button type="button" class="button" onClick={() => cancelVisit(visit)}>
            {say("bar.cancel")}
          </button>
        )}
      </div>
    </main>
  );
}
