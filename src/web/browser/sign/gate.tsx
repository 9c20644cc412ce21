import { useEffect, useId, useRef, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { Saying } from "../../../language/saying.ts";
import type { GateView } from "../../../wire/session.ts";
import { say, speak } from "./say.ts";
import { cancelVisit, enterCode, sendCode, type Visit } from "./visit.ts";

/** The gate before the document: one field for a code. */
export function Gate({ visit, gate, mayCancel }: { visit: Visit; gate: GateView; mayCancel: boolean }) {
  const { code, setCode, note, isFlaw, isLocked, submit, again, input } = useGate(visit, gate);
  const [fieldId, noteId] = [useId(), useId()];
  const isPin = gate.needs === "pin";

  return (
    <main class="screen">
      <h1>{say("gate.heading")}</h1>
      <p>{isPin ? say("gate.pin") : say("gate.sms", { phone: gate.phone ?? "" })}</p>
      <form class="gate" noValidate onSubmit={(event) => void submit(event)}>
        <label for={fieldId}>{isPin ? say("gate.pinLabel") : say("gate.smsLabel")}</label>
        <input
          ref={input}
          id={fieldId}
          value={code}
          maxLength={limits.codeLength}
          disabled={isLocked}
          inputMode={isPin ? "text" : "numeric"}
          autoComplete={isPin ? "off" : "one-time-code"}
          autoCapitalize="none"
          spellcheck={false}
          aria-invalid={isFlaw}
          aria-describedby={noteId}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <p class={isFlaw ? "dialog-flaw" : "dialog-note"} id={noteId} role="status">
          {note}
        </p>
        <button type="submit" class="button primary" disabled={isLocked}>
          {say("gate.go")}
        </button>
      </form>
      <div class="screen-buttons">
        {!isPin && (
          <button type="button" class="button" disabled={isLocked} onClick={() => void again()}>
            {say("gate.again")}
          </button>
        )}
        {mayCancel && (
          <button type="button" class="button" onClick={() => cancelVisit(visit)}>
            {say("bar.cancel")}
          </button>
        )}
      </div>
    </main>
  );
}

/** What is typed, what is told of it, and what the buttons do. */
function useGate(visit: Visit, gate: GateView) {
  const [code, setCode] = useState("");
  const [note, setNote] = useState(gate.notice ? speak(gate.notice) : "");
  const [isFlaw, setFlaw] = useState(gate.notice !== null);
  const [isBusy, setBusy] = useState(false);
  const [lockMs, setLock] = useState(lockOf(gate.notice));
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    const timer = lockMs > 0 ? setTimeout(() => setLock(0), lockMs) : undefined;
    return () => clearTimeout(timer);
  }, [lockMs]);

  const tell = (words: string, flaw: boolean) => {
    setNote(words);
    setFlaw(flaw);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    if (code.trim() === "") return tell(say("gate.missing"), true);
    setBusy(true);
    tell(say("gate.checking"), false);
    const flaw = await enterCode(visit, { gate, code });
    setBusy(false);
    if (flaw === null) return;
    tell(speak(flaw), true);
    setLock(lockOf(flaw));
    input.current?.select();
    input.current?.focus();
  };
  const again = async () => {
    if (isBusy) return;
    setBusy(true);
    const told = await sendCode(visit, gate);
    setBusy(false);
    if (told === null) return;
    tell(speak(told), told.key !== "gate.sent");
    setLock(lockOf(told));
    input.current?.focus();
  };
  return { code, setCode, note, isFlaw, isLocked: lockMs > 0, submit, again, input };
}

/** For how long nothing can be entered, in milliseconds; 0 where it can. */
function lockOf(told: Saying | null): number {
  return told?.key === "refusal.code_locked" ? Number(told.values?.minutes ?? 0) * 60_000 : 0;
}
