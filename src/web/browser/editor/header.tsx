import { type Desk, draftOf, goToStep, redo, undo } from "./desk.ts";
import { SmallButton } from "./small-button.tsx";
import { type Step, stepsOf } from "./steps.ts";
import type { Keeping } from "./visit.ts";
import { tell } from "./words.ts";

type HeaderProps = { desk: Desk; keeping: Keeping; hidesTitle: boolean };

/** What is worked on, how far it is, whether it is kept, and the way back. */
export function Header({ desk, keeping, hidesTitle }: HeaderProps) {
  const { title } = draftOf(desk);
  const { past, future } = desk.history;
  return (
    <header class="header bench-header">
      <h1 class={hidesTitle ? "unseen" : ""}>{title || tell("side.document")}</h1>
      {desk.view.show.stepper && <Stepper desk={desk} />}
      <div class="header-tools">
        <p class="keeping" data-kind={keeping.kind}>
          {keepingWords(keeping)}
        </p>
        <SmallButton label={tell("bar.undo")} picture="↶" isDisabled={past.length === 0} onClick={() => undo(desk)} />
        <SmallButton label={tell("bar.redo")} picture="↷" isDisabled={future.length === 0} onClick={() => redo(desk)} />
      </div>
    </header>
  );
}

function Stepper({ desk }: { desk: Desk }) {
  const steps = stepsOf(desk.view);
  if (steps.length < 2) return null;
  return (
    <nav class="stepper" aria-label={tell("step.label")}>
      <ol>
        {steps.map((step) => (
          <li key={step}>
            <button
              type="button"
              aria-current={step === desk.step ? "step" : undefined}
              onClick={() => goToStep(desk, step)}
            >
              <span>{stepWord(desk, step)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What a step is called. */
function stepWord({ view }: Desk, step: Step): string {
  return step === "signers" ? tell(`step.signers.${view.kind}`) : tell(`step.${step}`);
}

function keepingWords(keeping: Keeping): string {
  if (keeping.kind === "kept") return tell("bar.saved");
  return keeping.kind === "behind" ? tell("bar.saving") : "";
}
