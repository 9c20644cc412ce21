import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldView, Hands, SessionView } from "../../../wire/session.ts";
import { ActionBar } from "./action-bar.tsx";
import { bringing } from "./bring.ts";
import { DeskDialog, type OpenDialog } from "./desk-dialog.tsx";
import type { FieldActions } from "./field-props.ts";
import { useForm } from "./form.ts";
import { FormView } from "./form-view.tsx";
import { adoptedHand, type Hand, inkOf, lookOf, placeHand } from "./hand.ts";
import { keepHand } from "./keep-hand.ts";
import { LanguageChoice } from "./language-choice.tsx";
import { useLazy } from "./lazy.ts";
import { Paper } from "./paper.tsx";
import { printDocument } from "./print.ts";
import { type Answers, countRequired, nextField, writtenAnswers } from "./progress.ts";
import { say } from "./say.ts";
import { Sheet } from "./sheet.tsx";
import { useSteady } from "./unchanged.ts";
import { cancelVisit, type Outcome, type Visit, type VisitView } from "./visit.ts";
import { useWay } from "./way.ts";

const loadSignatureDialog = () => import("./signature-dialog.tsx").then((part) => part.SignatureDialog);

/** The desk: the document with its fields, the bar beneath it, and the dialog over it. */
export function Desk({ visit, view, session }: { visit: Visit; view: VisitView; session: SessionView }) {
  const desk = useDesk(visit, session);
  const { form, hand, dialog, setDialog, finishButton, finish, insert, way, on } = desk;
  const signatureDialog = useLazy(loadSignatureDialog);
  const { hidesHeader, logo, brand } = visit.opening;
  const shared = { session, needsTitle: hidesHeader, form, on };

  return (
    <div class="desk">
      {!hidesHeader && (
        <header class="header">
          {logo && <img class={"--header" in brand ? "logo" : "logo plated"} src={logo.path} alt={logo.name} />}
          <h1>{session.title}</h1>
          <p>{say("document.from", { requester: session.requester })}</p>
          <LanguageChoice onChange={visit.onChange} />
        </header>
      )}
      {way.isForm ? <FormView {...shared} /> : <Paper {...shared} current={way.current} inSheet={way.sheet} />}
      {way.sheet.length > 0 && (
        <Sheet unit={way.sheet} session={session} form={form} on={on} onBack={way.back} onClose={way.leave} />
      )}
      <ActionBar
        {...countRequired(form.shown, form.answers)}
        isStarted={way.current !== null}
        notice={form.notice || savingWords(view)}
        finishButton={finishButton}
        onStep={on.step}
        onFinish={finish}
        onDecline={session.allowDecline ? () => setDialog({ kind: "decline" }) : null}
        onReassign={session.allowReassign ? () => setDialog({ kind: "reassign" }) : null}
        onPrint={way.isForm ? null : () => void printDocument()}
        onCancel={view.allowCancel ? () => cancelVisit(visit) : null}
        onSwitch={way.switchView}
        isForm={way.isForm}
        onChangeSignature={hand ? () => setDialog({ kind: "signature", field: null }) : null}
      />
      {dialog && (
        <DeskDialog
          visit={visit}
          session={session}
          form={form}
          hand={hand}
          dialog={dialog}
          signatureDialog={signatureDialog}
          onInsert={insert}
          onFlaw={way.goTo}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}

/** A hand that was adopted; `kept`: its looks that the server has already. */
type Made = { hand: Hand; kept: Hands | undefined };

/** What lies on the desk and what the signer does there. */
function useDesk(visit: Visit, session: SessionView) {
  const { fields, title } = session;
  const save = (changes: Answers) => {
    const written = writtenAnswers(fields, changes);
    if (Object.keys(written).length > 0) visit.autosave?.change(written);
  };
  const form = useForm(session, save);
  const way = useWay(session, form.shown);
  const [hand, setHand] = useState<Hand | null>(() => adoptedHand(session));
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const finishButton = useRef<HTMLButtonElement>(null);

  useTitle(title);

  const on = useSteady<FieldActions>({
    lookOf: (field) => lookOf(field, hand),
    change: form.change,
    focus: way.meet,
    leave: (field) => {
      void visit.autosave?.flush();
      form.leave(field);
    },
    press: (field) => {
      const ink = hand && !form.answers[field.apiId] ? inkOf(field, hand) : "";
      if (ink === "") setDialog({ kind: "signature", field });
      else form.answer({ [field.apiId]: ink });
    },
    ...bringing(visit, form),
    step: () => {
      const next = nextField(way.current, { fields: form.shown, answers: form.answers });
      if (next) return way.goTo(next);
      way.leave();
      form.tell(say("bar.readyToFinish"));
      finishButton.current?.focus();
    },
  });

  const finish = () => {
    const obstacle = form.check();
    if (obstacle) way.goTo(obstacle);
    else setDialog({ kind: "agree" });
  };

  const insert = async ({ hand: adopted, kept }: Made, field: FieldView | null): Promise<Outcome> => {
    const outcome = await keepHand(visit, { before: kept ?? hand?.looks ?? session.hands, looks: adopted.looks });
    if (outcome) return outcome;
    setHand(adopted);
    form.answer(placeHand(adopted, { fields, answers: form.answers, at: field?.apiId }));
    setDialog(null);
    return null;
  };

  return { form, hand, dialog, setDialog, finishButton, finish, insert, way, on };
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function savingWords({ saving }: VisitView): string {
  if (saving === null) return "";
  return saving === "failing" ? say("bar.saveTrouble") : say("bar.saveBack");
}
