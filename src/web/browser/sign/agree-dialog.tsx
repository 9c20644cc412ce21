import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { say } from "./say.ts";
import type { Outcome } from "./visit.ts";

type AgreeDialogProps = { text: string; onAgree: (onTrouble: () => void) => Promise<Outcome>; onClose: () => void };

/** "Agree and sign": the consent in full, and the one click that signs. */
export function AgreeDialog({ text, onAgree, onClose }: AgreeDialogProps) {
  const [isBusy, setIsBusy] = useState(false);
  const [note, setNote] = useState("");

  const agree = async () => {
    if (isBusy) return;
    setIsBusy(true);
    setNote(say("agree.sending"));
    const outcome = await onAgree(() => setNote(say("trouble.tryingAgain")));
    setIsBusy(false);
    setNote(outcome?.message ?? "");
  };

  return (
    <Dialog heading={say("agree.heading")} isBusy={isBusy} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="consent" tabIndex={0} aria-label={say("agree.consent")}>
        {text.split(/\n{2,}/).map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </section>
      <p class="dialog-note" role="status">
        {note}
      </p>
      <div class="dialog-buttons">
        <button type="button" class="button" disabled={isBusy} onClick={onClose}>
          {say("agree.back")}
        </button>
        <button type="button" class="button primary" data-first="" aria-disabled={isBusy} onClick={() => void agree()}>
          {say("agree.agree")}
        </button>
      </div>
    </Dialog>
  );
}
