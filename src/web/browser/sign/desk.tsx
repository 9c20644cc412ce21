import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldView, SessionView } from "../../../wire/session.ts";
import { ActionBar } from "./action-bar.tsx";
import { DeskDialog, type OpenDialog } from "./desk-dialog.tsx";
import { useForm } from "./form.ts";
import { adoptedHand, type Hand, inkOf, placeHand } from "./hand.ts";
import { goToField, Paper } from "./paper.tsx";
import { countRequired, nextField } from "./progress.ts";
import { cancelVisit, type Visit, type VisitView } from "./visit.ts";
import { words } from "./words.ts";

/** The desk: the document with its fields, the bar beneath it, and the dialog over it. */
export function Desk({ visit, view, session }: { visit: Visit; view: VisitView; session: SessionView }) {
  const { fields } = session;
  const form = useForm(session, (apiId, value) => visit.autosave?.change(apiId, value));
  const [current, setCurrent] = useState<string | null>(null);
  const [hand, setHand] = useState<Hand | null>(() => adoptedHand(session));
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const finishButton = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    document.title = session.title;
  }, [session.title]);

  const leave = (field: FieldView) => {
    void visit.autosave?.flush();
    form.leave(field);
  };

  const press = (field: FieldView) => {
    const ink = hand && !form.answers[field.apiId] ? inkOf(field, hand) : "";
    if (ink === "") setDialog({ kind: "signature", field });
    else form.answer({ [field.apiId]: ink });
  };

  const step = () => {
    const next = nextField(current, { fields, answers: form.answers });
    form.tell(next ? "" : words.bar.readyToFinish);
    if (next) goToField(next);
    else finishButton.current?.focus();
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

  const { hidesHeader } = visit.opening;
  return (
    <div class="desk">
      {!hidesHeader && (
        <header class="header">
          <h1>{session.title}</h1>
          <p>{words.document.from(session.requester)}</p>
        </header>
      )}
      <Paper
        session={session}
        needsTitle={hidesHeader}
        form={form}
        current={current}
        on={{ leave, press, step, change: form.change, focus: ({ apiId }) => setCurrent(apiId) }}
      />
      <ActionBar
        {...countRequired(fields, form.answers)}
        isStarted={current !== null}
        notice={form.notice || savingWords(view)}
        finishButton={finishButton}
        onStep={step}
        onFinish={finish}
        onDecline={session.allowDecline ? () => setDialog({ kind: "decline" }) : null}
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

function savingWords({ saving }: VisitView): string {
  if (saving === null) return "";
  return saving === "failing" ? words.bar.saveTrouble : words.bar.saveBack;
}
