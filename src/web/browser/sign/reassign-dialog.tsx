import { useId, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { ReassignRequest } from "../../../wire/session.ts";
import { Dialog } from "./dialog.tsx";
import { say } from "./say.ts";
import type { Outcome } from "./visit.ts";

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
    <Dialog heading={say("reassign.heading")} isBusy={isBusy} onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <p>{say("reassign.explain", { requester })}</p>
        {field("name", say("reassign.name"), "text")}
        {field("email", say("reassign.email"), "email")}
        {field("reason", say("reassign.reason"), "text")}
        <p class={Object.keys(flaws).length > 0 ? "dialog-flaw" : "dialog-note"} id={noteId} role="status">
          {note}
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" disabled={isBusy} onClick={onClose}>
            {say("reassign.back")}
          </button>
          <button type="submit" class="button primary" aria-disabled={isBusy}>
            {say("reassign.submit")}
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
    setNote(Object.values(missing)[0] ?? say("reassign.sending"));
    if (Object.keys(missing).length > 0) return;
    setIsBusy(true);
    const outcome = await onReassign(to, () => setNote(say("trouble.tryingAgain")));
    setIsBusy(false);
    setFlaws(outcome?.fields ?? {});
    setNote(Object.values(outcome?.fields ?? {})[0] ?? outcome?.message ?? "");
  };

  return { to, flaws, note, isBusy, submit, change: (more: Partial<ReassignRequest>) => setTo({ ...to, ...more }) };
}

function missingIn({ name, email }: ReassignRequest): Readonly<Record<string, string>> {
  return {
    ...(name.trim() === "" ? { name: say("reassign.nameNeeded") } : {}),
    ...(email.trim() === "" ? { email: say("reassign.emailNeeded") } : {}),
  };
}
