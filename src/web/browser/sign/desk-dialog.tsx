import type { FieldView, Hands, SessionView } from "../../../wire/session.ts";
import { AgreeDialog } from "./agree-dialog.tsx";
import { DeclineDialog } from "./decline-dialog.tsx";
import { Dialog } from "./dialog.tsx";
import { declineVisit, finishVisit, reassignVisit } from "./ends.ts";
import type { Form } from "./form.ts";
import type { Hand } from "./hand.ts";
import type { Lazy } from "./lazy.ts";
import { writtenAnswers } from "./progress.ts";
import { ReassignDialog } from "./reassign-dialog.tsx";
import { say } from "./say.ts";
import type { SignatureDialog } from "./signature-dialog.tsx";
import type { Outcome, Visit } from "./visit.ts";

/** `field` is the one that asked for a signature; null when the signer only wants another one. */
export type OpenDialog =
  | { readonly kind: "signature"; readonly field: FieldView | null }
  | { readonly kind: "agree" }
  | { readonly kind: "decline" }
  | { readonly kind: "reassign" };

function consentText({ testMode }: SessionView): string {
  return say(testMode ? "consent.test" : "consent.full");
}

type DeskDialogProps = {
  visit: Visit;
  session: SessionView;
  form: Form;
  hand: Hand | null;
  dialog: OpenDialog;
  signatureDialog: Lazy<typeof SignatureDialog>;
  onInsert: (made: { hand: Hand; kept: Hands | undefined }, field: FieldView | null) => Promise<Outcome>;
  /** The server found something wrong at this field. */
  onFlaw: (field: FieldView) => void;
  onClose: () => void;
};

/** The one dialog that is open over the desk, wired to the visit. */
export function DeskDialog(props: DeskDialogProps) {
  const { visit, session, form, hand, dialog, signatureDialog, onInsert, onFlaw, onClose } = props;
  const agree = async (onTrouble: () => void): Promise<Outcome> => {
    const outcome = await finishVisit(visit, {
      answers: writtenAnswers(session.fields, form.answers),
      hands: hand?.looks ?? {},
      onTrouble,
    });
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
  const Pen = signatureDialog.part;
  if (!Pen) return <Coming isLate={signatureDialog.isLate} onClose={onClose} />;
  const clear = () => {
    if (field) form.answer({ [field.apiId]: "" });
    onClose();
  };
  return (
    <Pen
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

/** Where the signature dialog has not come yet: after a first vain try, it says so. */
function Coming({ isLate, onClose }: { isLate: boolean; onClose: () => void }) {
  if (!isLate) return null;
  return (
    <Dialog heading={say("signature.heading")} onClose={onClose}>
      <p role="status">{say("trouble.tryingAgain")}</p>
    </Dialog>
  );
}
