import { useState } from "preact/hooks";
import { say } from "../sign/say.ts";
import { Button } from "./boxes.tsx";
import { cancelVisit } from "./course.ts";
import { announce, chosenOf, type Desk, draftOf, goToStep, tellFaults } from "./desk.ts";
import { finishVisit } from "./finish.ts";
import { stepAfter, stepBefore, stepsOf } from "./steps.ts";
import type { Visit, VisitView } from "./visit.ts";
import { tell } from "./words.ts";

type BarProps = { desk: Desk; visit: Visit; view: VisitView };

/** What was last said, and the way on: always in sight. */
export function Bar({ desk, visit, view }: BarProps) {
  const steps = stepsOf(desk.view);
  const [after, before] = [stepAfter(desk.step, steps), stepBefore(desk.step, steps)];
  const isBeside = !steps.includes(desk.step);
  const { finish, isBusy } = useFinish({ desk, visit, view });
  const chosen = chosenOf(desk).length;

  return (
    <section class="bar" aria-label={tell("bar.label")}>
      <div class="bar-words">
        <div class="notices">
          <p class="notice" role="status">
            {troubleOf(view)}
          </p>
          <p class="notice" role="status">
            <span key={desk.notice.count}>{desk.notice.sentence || (desk.view.notice ?? "")}</span>
          </p>
        </div>
      </div>
      <div class="bar-quiet">
        {view.allowCancel && (
          <Button label={tell("leave.cancel")} look="quiet" onClick={() => void cancelVisit(visit)} />
        )}
      </div>
      <div class="bar-main">
        {desk.step === "fields" && (
          <button
            type="button"
            class="button side-opener"
            aria-expanded={desk.isSideOpen}
            disabled={view.isFrozen}
            onClick={() => {
              desk.isSideOpen = !desk.isSideOpen;
              desk.onChange();
            }}
          >
            {chosen === 0 ? tell("side.document") : tell("side.open")}
          </button>
        )}
        {before && (
          <Button label={tell("bar.back")} isDisabled={view.isFrozen} onClick={() => goToStep(desk, before)} />
        )}
        {after ? (
          <Button
            label={isBeside ? tell("bar.done") : tell("bar.next")}
            look="primary"
            isDisabled={view.isFrozen}
            onClick={() => goToStep(desk, after)}
          />
        ) : (
          <Button label={isBusy ? tell("bar.finishing") : finalWord(desk, visit)} look="primary" onClick={finish} />
        )}
      </div>
    </section>
  );
}

/** A sentence of its own: while nothing can be kept, what is done is still told. */
function troubleOf({ keeping }: VisitView): string {
  if (keeping.kind === "failing") return tell("bar.failing");
  return keeping.kind === "refused" ? tell("bar.refused", { flaw: keeping.flaw }) : "";
}

function finalWord({ view }: Desk, { opening }: Visit): string {
  if (opening.finalWord) return tell(`bar.final.${opening.finalWord}`);
  if (view.kind === "template") return tell("bar.save");
  return view.isSelfSigning || view.isHeld ? tell("bar.final.Continue") : tell("bar.send");
}

function useFinish({ desk, visit, view }: BarProps) {
  const [isBusy, setIsBusy] = useState(false);
  const finish = async () => {
    if (isBusy || view.isFrozen) return;
    setIsBusy(true);
    desk.faults = [];
    announce(desk, tell("bar.finishing"));
    const onTrouble = () => announce(desk, say("trouble.tryingAgain"));
    const obstacle = await finishVisit(visit, { view: desk.view, draft: draftOf(desk), onTrouble });
    if (obstacle === null) return;
    setIsBusy(false);
    if ("faults" in obstacle) tellFaults(desk, obstacle.faults);
    else announce(desk, obstacle.words);
  };
  return { finish: () => void finish(), isBusy };
}
