import type { RefObject } from "preact";
import { words } from "./words.ts";

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
  onChangeSignature: (() => void) | null;
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
    onChangeSignature,
  } = props;
  const isReady = left === 0;

  return (
    <section class="bar" aria-label={words.bar.label}>
      <div class="gauge" aria-hidden="true">
        <div style={{ "--done": all === 0 ? 1 : (all - left) / all }} />
      </div>
      <div class="bar-words">
        <p class="progress">{words.bar.left(left, all)}</p>
        <p class="notice" role="status">
          {notice}
        </p>
      </div>
      <div class="bar-quiet">
        {onChangeSignature && (
          <QuietButton label={words.bar.changeSignature} look="change" onClick={onChangeSignature} />
        )}
        {onDecline && <QuietButton label={words.bar.decline} onClick={onDecline} />}
        {onReassign && <QuietButton label={words.bar.reassign} onClick={onReassign} />}
        {onCancel && <QuietButton label={words.bar.cancel} onClick={onCancel} />}
      </div>
      <div class="bar-main">
        <button type="button" class={isReady ? "button" : "button primary"} onClick={onStep}>
          {isStarted ? words.bar.next : words.bar.start}
        </button>
        <button type="button" class={isReady ? "button primary" : "button"} ref={finishButton} onClick={onFinish}>
          {words.bar.finish}
        </button>
      </div>
    </section>
  );
}

function QuietButton({ label, look = "", onClick }: { label: string; look?: string; onClick: () => void }) {
  return (
    <button type="button" class={`button quiet ${look}`} onClick={onClick}>
      {label}
    </button>
  );
}
