import type { FieldView, Hands, SessionView } from "../../../wire/session.ts";
import { AgreeDialog } from "./agree-dialog.tsx";
import { DeclineDialog } from "./decline-dialog.tsx";
import { declineVisit, finishVisit, reassignVisit } from "./ends.ts";
import type { Form } from "./form.ts";
import type { Hand } from "./hand.ts";
import { useLazy } from "./lazy.ts";
import { ReassignDialog } from "./reassign-dialog.tsx";
import { say } from "./say.ts";
import type { Outcome, Visit } from "./visit.ts";

/** `field` is the one that asked for a signature; null when the signer only wants another one. */
export type OpenDialog =
  | { readonly kind: "signature"; readonly field: FieldView | null }
  | { readonly kind: "agree" }
  | { readonly kind: "decline" }
  | { readonly kind: "reassign" };

const loadSignatureDialog = () => import("./signature-dialog.tsx").then((part) => part.SignatureDialog);

function consentText({ testMode }: SessionView): string {
  return say(testMode ? "consent.test" : "consent.full");
}

type DeskDialogProps = {
  visit: Visit;
  session: SessionView;
  form: Form;
  hand: Hand | null;
  dialog: OpenDialog;
  onInsert: (made: { hand: Hand; kept: Hands | undefined }, field: FieldView | null) => Promise<Outcome>;
  /** The server found something wrong at this field. */
  onFlaw: (field: FieldView) => void;
  onClose: () => void;
};

/** The one dialog that is open over the desk, wired to the visit. */
export function DeskDialog({ visit, session, form, hand, dialog, onInsert, onFlaw, onClose }: DeskDialogProps) {
  const SignatureDialog = useLazy(loadSignatureDialog);
  const agree = async (onTrouble: () => void): Promise<Outcome> => {
    const outcome = await finishVisit(visit, { answers: form.answers, onTrouble });
    const flawed = outcome && form.showFlaws(outcome.fields);
    if (flawed) {
      onClose();
      // After the dialog has given the focus back.
      setTimeout(() => onFlaw(flawed));
    }
    return outcome;
  };

  if (dialog.kind === "agree") return <AgreeDialog text={consentText(session)} onAgree={agree} onClose={onClose} />;
  if (dialog.kind === "decline") {
    return (
      <DeclineDialog
        requester={session.requester}
        onDecline={(reason, onTrouble) => declineVisit(visit, { reason, onTrouble })}
        onClose={onClose}
      />
    );
  }

  if (dialog.kind === "reassign") {
    return (
      <ReassignDialog
        requester={session.requester}
        onReassign={(to, onTrouble) => reassignVisit(visit, { to, onTrouble })}
        onClose={onClose}
      />
    );
  }

  const { field } = dialog;
  if (!SignatureDialog) return null;
  const clear = () => {
    if (field) form.answer({ [field.apiId]: "" });
    onClose();
  };
  return (
    <SignatureDialog
      hand={hand}
      signerName={session.signer.name}
      beginsWith={field?.type === "initials" ? "initials" : "name"}
      needsInitials={session.fields.some(({ type }) => type === "initials")}
      ways={session.penWays}
      phone={session.allowPhone ? session.session : null}
      onInsert={(made, kept) => onInsert({ hand: made, kept }, field)}
      onClear={field && form.answers[field.apiId] ? clear : null}
      onClose={onClose}
    />
  );
}
