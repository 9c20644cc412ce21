import { useEffect, useState } from "preact/hooks";
import { say } from "../sign/say.ts";
import { Screen, Waiting } from "../sign/screen.tsx";
import { Button } from "./boxes.tsx";
import { cancelVisit, openVisit } from "./course.ts";
import { draftOf, layDesk } from "./desk.ts";
import { isUnkept, keepLater } from "./keeping.ts";
import type { Stage, Visit, VisitView } from "./visit.ts";
import { tell } from "./words.ts";
import { Workbench } from "./workbench.tsx";

/** The whole page: the workbench while there is something to edit, else one calm sentence. */
export function EditorPage({ visit, view }: { visit: Visit; view: VisitView }) {
  const { stage, allowCancel } = view;
  if (stage.kind === "editing") return <Bench key={stage.opened} visit={visit} view={view} stage={stage} />;
  if (stage.kind === "opening") return <Waiting note={stage.note || say("opening.loading")} />;
  if (stage.kind === "leaving") return <Screen mark="done" heading={tell("over.leaving")} />;
  if (stage.kind === "over") {
    const heading = { request: tell("over.sent"), held: tell("over.held"), template: tell("over.saved") }[stage.how];
    return <Screen mark="done" heading={heading} text={tell("over.more")} />;
  }
  return (
    <Screen mark="stop" heading={tell("refused.heading")} text={stage.message}>
      {allowCancel && <Button label={say("refused.close")} onClick={() => void cancelVisit(visit)} />}
      {stage.mayTryAgain && (
        <Button label={say("refused.tryAgain")} look="primary" onClick={() => void openVisit(visit)} />
      )}
    </Screen>
  );
}

type BenchProps = { visit: Visit; view: VisitView; stage: Extract<Stage, { kind: "editing" }> };

/** A desk for one opening of the draft. Leaving it with something unsaved is asked about, and what can go out still does. */
function Bench({ visit, view, stage }: BenchProps) {
  const { draft, at } = stage;
  const [, redraw] = useState(0);
  const [desk] = useState(() =>
    layDesk(draft, {
      at,
      onChange: () => redraw((count) => count + 1),
      onEdit: (edited) => keepLater(visit, edited),
    }),
  );

  useEffect(() => {
    const flush = () => void visit.autosave?.flush("leaving");
    const hide = () => document.hidden && void visit.autosave?.flush();
    const warn = (event: BeforeUnloadEvent) => {
      if (isUnkept(visit)) event.preventDefault();
    };
    window.addEventListener("pagehide", flush);
    window.addEventListener("beforeunload", warn);
    document.addEventListener("visibilitychange", hide);
    return () => {
      window.removeEventListener("pagehide", flush);
      window.removeEventListener("beforeunload", warn);
      document.removeEventListener("visibilitychange", hide);
    };
  }, []);

  const { title } = draftOf(desk);
  useEffect(() => {
    if (title !== "") document.title = title;
  }, [title]);

  return <Workbench visit={visit} view={view} desk={desk} />;
}
