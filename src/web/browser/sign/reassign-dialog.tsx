import { useId, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { ReassignRequest } from "../../../wire/session.ts";
import { Dialog } from "./dialog.tsx";
import type { Outcome } from "./visit.ts";
import { words } from "./words.ts";

type ReassignDialogProps = {
  requester: string;
  onReassign: (to: ReassignRequest, onTrouble: () => void) => Promise<Outcome>;
  onClose: () => void;
};

/** "Assign to someone else": who it is, and why if one wants to say. */
export function ReassignDialog({ requester, onReassign, onClose }: ReassignDialogProps) {
  const { to, flaws, note, isBusy, change, submit } = useReassigning(onReassign);
  const noteId = useId();

  const field = (key: keyof ReassignRequest, label: string, mode: "text" | "email") => (
    <div class="text-box">
      <label>
        <span>{label}</span>
        <input
          inputMode={mode}
          value={to[key]}
          maxLength={limits.nameLength}
          autoComplete="off"
          {...(key === "name" ? { "data-first": "" } : {})}
          aria-invalid={key in flaws}
          aria-describedby={noteId}
          onInput={(event) => change({ [key]: event.currentTarget.value })}
        />
      </label>
    </div>
  );

  return (
    <Dialog heading={words.reassign.heading} isBusy={isBusy} onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <p>{words.reassign.explain(requester)}</p>
        {field("name", words.reassign.name, "text")}
        {field("email", words.reassign.email, "email")}
        {field("reason", words.reassign.reason, "text")}
        <p class={Object.keys(flaws).length > 0 ? "dialog-flaw" : "dialog-note"} id={noteId} role="status">
          {note}
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" disabled={isBusy} onClick={onClose}>
            {words.reassign.back}
          </button>
          <button type="submit" class="button primary" aria-disabled={isBusy}>
            {words.reassign.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is typed into the dialog, what is wrong with it, and the handing over itself. */
function useReassigning(onReassign: ReassignDialogProps["onReassign"]) {
  const [to, setTo] = useState<ReassignRequest>({ name: "", email: "", reason: "" });
  const [flaws, setFlaws] = useState<Readonly<Record<string, string>>>({});
  const [note, setNote] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    const missing = missingIn(to);
    setFlaws(missing);
    setNote(Object.values(missing)[0] ?? words.reassign.sending);
    if (Object.keys(missing).length > 0) return;
    setIsBusy(true);
    const outcome = await onReassign(to, () => setNote(words.trouble.tryingAgain));
    setIsBusy(false);
    setFlaws(outcome?.fields ?? {});
    setNote(Object.values(outcome?.fields ?? {})[0] ?? outcome?.message ?? "");
  };

  return { to, flaws, note, isBusy, submit, change: (more: Partial<ReassignRequest>) => setTo({ ...to, ...more }) };
}

function missingIn({ name, email }: ReassignRequest): Readonly<Record<string, string>> {
  return {
    ...(name.trim() === "" ? { name: words.reassign.nameNeeded } : {}),
    ...(email.trim() === "" ? { email: words.reassign.emailNeeded } : {}),
  };
}
