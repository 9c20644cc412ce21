import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import { say } from "./say.ts";

type ActionBarProps = {
  left: number;
  all: number;
  isStarted: boolean;
  notice: string;
  finishButton: RefObject<HTMLButtonElement | null>;
  onStep: () => void;
  onFinish: () => void;
  /** Null: not offered. */
  onDecline: (() => void) | null;
  onReassign: (() => void) | null;
  onCancel: (() => void) | null;
  onPrint: (() => void) | null;
  onChangeSignature: (() => void) | null;
  /** To the form or back to the document. */
  onSwitch: (() => void) | null;
  isForm: boolean;
};

/** What is left to do and the way on: always in sight, and after the document in keyboard order. */
export function ActionBar(props: ActionBarProps) {
  const {
    left,
    all,
    isStarted,
    notice,
    finishButton,
    onStep,
    onFinish,
    onDecline,
    onReassign,
    onCancel,
    onPrint,
    onChangeSignature,
    onSwitch,
    isForm,
  } = props;
  const isReady = left === 0;
  const isPainted = usePainted();

  return (
    <section class="bar" aria-label={say("bar.label")}>
      <div class="gauge" aria-hidden="true">
        <div style={{ "--done": all === 0 ? 1 : (all - left) / all }} />
      </div>
      <div class="bar-words">
        <p class="progress">{isPainted && leftWords(left, all)}</p>
        <p class="notice" role="status">
          {notice}
        </p>
      </div>
      <div class="bar-quiet">
        {onSwitch && <QuietButton label={isForm ? say("form.asDocument") : say("form.asForm")} onClick={onSwitch} />}
        {onChangeSignature && (
          <QuietButton label={say("bar.changeSignature")} look="change" onClick={onChangeSignature} />
        )}
        {onDecline && <QuietButton label={say("bar.decline")} onClick={onDecline} />}
        {onReassign && <QuietButton label={say("bar.reassign")} onClick={onReassign} />}
        {onPrint && <QuietButton label={say("bar.print")} look="print" onClick={onPrint} />}
        {onCancel && <QuietButton label={say("bar.cancel")} onClick={onCancel} />}
      </div>
      <div class="bar-main">
        <button type="button" class={isReady ? "button" : "button primary"} onClick={onStep}>
          {isStarted ? say("bar.next") : say("bar.start")}
        </button>
        <button type="button" class={isReady ? "button primary" : "button"} ref={finishButton} onClick={onFinish}>
          {say("bar.finish")}
        </button>
      </div>
    </section>
  );
}

/** False while the page is drawn for the first time: a count can come a moment later, and its plural is slow the first time. */
function usePainted(): boolean {
  const [isPainted, setIsPainted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsPainted(true), limits.countAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return isPainted;
}

function QuietButton({ label, look = "", onClick }: { label: string; look?: string; onClick: () => void }) {
  return (
    <button type="button" class={`button quiet ${look}`} onClick={onClick}>
      {label}
    </button>
  );
}

function leftWords(left: number, all: number): string {
  if (all === 0) return say("bar.nothing");
  return left === 0 ? say("bar.done") : say("bar.left", { left, all });
}
