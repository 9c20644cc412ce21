import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import type { Outcome } from "./visit.ts";
import { words } from "./words.ts";

type AgreeDialogProps = { text: string; onAgree: (onTrouble: () => void) => Promise<Outcome>; onClose: () => void };

/** "Agree and sign": the consent in full, and the one click that signs. */
export function AgreeDialog({ text, onAgree, onClose }: AgreeDialogProps) {
  const [isBusy, setIsBusy] = useState(false);
  const [note, setNote] = useState("");

  const agree = async () => {
    if (isBusy) return;
    setIsBusy(true);
    setNote(words.agree.sending);
    const outcome = await onAgree(() => setNote(words.trouble.tryingAgain));
    setIsBusy(false);
    setNote(outcome?.message ?? "");
  };

  return (
    <Dialog heading={words.agree.heading} isBusy={isBusy} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="consent" tabIndex={0} aria-label={words.agree.consent}>
        {text.split(/\n{2,}/).map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </section>
      <p class="dialog-note" role="status">
        {note}
      </p>
      <div class="dialog-buttons">
        <button type="button" class="button" disabled={isBusy} onClick={onClose}>
          {words.agree.back}
        </button>
        <button type="button" class="button primary" data-first="" aria-disabled={isBusy} onClick={() => void agree()}>
          {words.agree.agree}
        </button>
      </div>
    </Dialog>
  );
}
