import { useId, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import { Dialog } from "./dialog.tsx";
import { say } from "./say.ts";
import type { Outcome } from "./visit.ts";

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
  const isMissing = note === say("decline.reasonNeeded");

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    if (reason.trim() === "") return setNote(say("decline.reasonNeeded"));
    setIsBusy(true);
    setNote(say("decline.sending"));
    const outcome = await onDecline(reason.trim(), () => setNote(say("trouble.tryingAgain")));
    setIsBusy(false);
    setNote(outcome?.message ?? "");
  };

  return (
    <Dialog heading={say("decline.heading")} isBusy={isBusy} onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <p>{say("decline.explain", { requester })}</p>
        <div class="text-box">
          <label>
            <span>{say("decline.reason")}</span>
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
            {say("decline.back")}
          </button>
          <button type="submit" class="button danger" aria-disabled={isBusy}>
            {say("decline.submit")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
