import { useId, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import { Dialog } from "./dialog.tsx";
import type { Outcome } from "./visit.ts";
import { words } from "./words.ts";

type DeclineDialogProps = {
  requester: string;
  onDecline: (reason: string, onTrouble: () => void) => Promise<Outcome>;
  onClose: () => void;
};

/** "Decline to sign": nothing is sent without a reason. */
export function DeclineDialog({ requester, onDecline, onClose }: DeclineDialogProps) {
  const [reason, setReason] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [note, setNote] = useState("");
  const noteId = useId();
  const isMissing = note === words.decline.reasonNeeded;

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    if (reason.trim() === "") return setNote(words.decline.reasonNeeded);
    setIsBusy(true);
    setNote(words.decline.sending);
    const outcome = await onDecline(reason.trim(), () => setNote(words.trouble.tryingAgain));
    setIsBusy(false);
    setNote(outcome?.message ?? "");
  };

  return (
    <Dialog heading={words.decline.heading} isBusy={isBusy} onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <p>{words.decline.explain(requester)}</p>
        <div class="text-box">
          <label>
            <span>{words.decline.reason}</span>
            <textarea
              rows={3}
              value={reason}
              maxLength={limits.declineReasonLength}
              data-first=""
              aria-invalid={isMissing}
              aria-describedby={noteId}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        </div>
        <p class={isMissing ? "dialog-flaw" : "dialog-note"} id={noteId} role="status">
          {note}
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" disabled={isBusy} onClick={onClose}>
            {words.decline.back}
          </button>
          <button type="submit" class="button danger" aria-disabled={isBusy}>
            {words.decline.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
