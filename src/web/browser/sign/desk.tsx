import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldView, SessionView } from "../../../wire/session.ts";
import { ActionBar } from "./action-bar.tsx";
import { DeskDialog, type OpenDialog } from "./desk-dialog.tsx";
import type { FieldActions } from "./field-props.ts";
import { useForm } from "./form.ts";
import { adoptedHand, type Hand, inkOf, placeHand } from "./hand.ts";
import { goToField, Paper } from "./paper.tsx";
import { countRequired, nextField } from "./progress.ts";
import { say } from "./say.ts";
import { cancelVisit, type Visit, type VisitView } from "./visit.ts";

/** The desk: the document with its fields, the bar beneath it, and the dialog over it. */
export function Desk({ visit, view, session }: { visit: Visit; view: VisitView; session: SessionView }) {
  const { form, current, hand, dialog, setDialog, finishButton, finish, insert, on } = useDesk(visit, session);
  const { hidesHeader } = visit.opening;

  return (
    <div class="desk">
      {!hidesHeader && (
        <header class="header">
          <h1>{session.title}</h1>
          <p>{say("document.from", { requester: session.requester })}</p>
        </header>
      )}
      <Paper session={session} needsTitle={hidesHeader} form={form} current={current} on={on} />
      <ActionBar
        {...countRequired(form.shown, form.answers)}
        isStarted={current !== null}
        notice={form.notice || savingWords(view)}
        finishButton={finishButton}
        onStep={on.step}
        onFinish={finish}
        onDecline={session.allowDecline ? () => setDialog({ kind: "decline" }) : null}
        onReassign={session.allowReassign ? () => setDialog({ kind: "reassign" }) : null}
        onCancel={view.allowCancel ? () => cancelVisit(visit) : null}
        onChangeSignature={hand ? () => setDialog({ kind: "signature", field: null }) : null}
      />
      {dialog && (
        <DeskDialog
          visit={visit}
          session={session}
          form={form}
          hand={hand}
          dialog={dialog}
          onInsert={insert}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}

/** What lies on the desk and what the signer does there. */
function useDesk(visit: Visit, session: SessionView) {
  const { fields, title } = session;
  const form = useForm(session, (apiId, value) => visit.autosave?.change(apiId, value));
  const [current, setCurrent] = useState<string | null>(null);
  const [hand, setHand] = useState<Hand | null>(() => adoptedHand(session));
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const finishButton = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    document.title = title;
  }, [title]);

  const on: FieldActions = {
    change: form.change,
    focus: ({ apiId }) => setCurrent(apiId),
    leave: (field) => {
      void visit.autosave?.flush();
      form.leave(field);
    },
    press: (field) => {
      const ink = hand && !form.answers[field.apiId] ? inkOf(field, hand) : "";
      if (ink === "") setDialog({ kind: "signature", field });
      else form.answer({ [field.apiId]: ink });
    },
    step: () => {
      const next = nextField(current, { fields: form.shown, answers: form.answers });
      if (next) return goToField(next);
      form.tell(say("bar.readyToFinish"));
      finishButton.current?.focus();
    },
  };

  const finish = () => {
    const obstacle = form.check();
    if (obstacle) goToField(obstacle);
    else setDialog({ kind: "agree" });
  };

  const insert = (adopted: Hand, field: FieldView | null) => {
    setHand(adopted);
    form.answer(placeHand(adopted, { fields, answers: form.answers, at: field?.apiId }));
    setDialog(null);
  };

  return { form, current, hand, dialog, setDialog, finishButton, finish, insert, on };
}

function savingWords({ saving }: VisitView): string {
  if (saving === null) return "";
  return saving === "failing" ? say("bar.saveTrouble") : say("bar.saveBack");
}
