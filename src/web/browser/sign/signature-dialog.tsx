import { useState } from "preact/hooks";
import type { Hands, PenWay } from "../../../wire/session.ts";
import { Dialog } from "./dialog.tsx";
import { DrawPanel } from "./draw-panel.tsx";
import type { Hand } from "./hand.ts";
import type { PanelProps } from "./panel-props.ts";
import { say } from "./say.ts";
import { TypePanel } from "./type-panel.tsx";
import { UploadPanel } from "./upload-panel.tsx";
import type { Outcome } from "./visit.ts";

type SignatureDialogProps = Omit<PanelProps, "onMade" | "children"> & {
  ways: readonly PenWay[];
  /** Keeps the hand; null once it is kept. */
  onInsert: (hand: Hand, kept?: Hands) => Promise<Outcome>;
  /** Null when there is nothing to clear. */
  onClear: (() => void) | null;
  onClose: () => void;
};

const panels = { type: TypePanel, draw: DrawPanel, upload: UploadPanel } as const;

/** "Your signature": made once for all fields, in one of the ways that are offered. */
export function SignatureDialog({ ways, onInsert, onClear, onClose, ...panel }: SignatureDialogProps) {
  const [way, setWay] = useState(wayOf(panel.hand?.looks, ways));
  const [isBusy, setIsBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const Panel = panels[way];

  const insert = async (hand: Hand, kept?: Hands) => {
    if (isBusy) return;
    setIsBusy(true);
    const outcome = await onInsert(hand, kept);
    setIsBusy(false);
    setTrouble(outcome?.message ?? "");
  };
  const turn = (event: KeyboardEvent) => {
    const step = stepOf(event);
    const next = ways[(ways.indexOf(way) + step + ways.length) % ways.length];
    if (step === 0 || !next) return;
    event.preventDefault();
    setWay(next);
    document.getElementById(`tab-${next}`)?.focus();
  };

  return (
    <Dialog heading={say("signature.heading")} isBusy={isBusy} onClose={onClose}>
      <div class="tabs" role="tablist" aria-label={say("signature.tabs")} onKeyDown={turn}>
        {ways.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={one === way}
            aria-controls="panel-pen"
            tabIndex={one === way ? 0 : -1}
            onClick={() => setWay(one)}
          >
            {say(`signature.${one}`)}
          </button>
        ))}
      </div>
      <div id="panel-pen" role="tabpanel" aria-labelledby={`tab-${way}`}>
        <Panel {...panel} onMade={(hand, kept) => void insert(hand, kept)}>
          <p class="dialog-flaw" role="alert">
            {trouble}
          </p>
          <PenButtons isBusy={isBusy} onClear={onClear} onClose={onClose} />
        </Panel>
      </div>
    </Dialog>
  );
}

/** The way in which the signature was made before, where it is still offered. */
function wayOf(looks: Hands | undefined, ways: readonly PenWay[]): PenWay {
  const forms = { typed: "type", drawn: "draw", picture: "upload" } as const;
  const before = looks?.name ? forms[looks.name.form] : undefined;
  return ways.find((way) => way === before) ?? ways[0] ?? "type";
}

function stepOf({ key, currentTarget }: KeyboardEvent): -1 | 0 | 1 {
  const isTurned = currentTarget instanceof Element && getComputedStyle(currentTarget).direction === "rtl";
  if (key === "ArrowRight") return isTurned ? -1 : 1;
  if (key === "ArrowLeft") return isTurned ? 1 : -1;
  return 0;
}

type PenButtonsProps = Pick<SignatureDialogProps, "onClear" | "onClose"> & { isBusy: boolean };

function PenButtons({ isBusy, onClear, onClose }: PenButtonsProps) {
  return (
    <div class="dialog-buttons">
      {onClear && (
        <button type="button" class="button quiet apart" disabled={isBusy} onClick={onClear}>
          {say("signature.clear")}
        </button>
      )}
      <button type="button" class="button" disabled={isBusy} onClick={onClose}>
        {say("signature.back")}
      </button>
      <button type="submit" class="button primary" aria-disabled={isBusy}>
        {say("signature.insert")}
      </button>
    </div>
  );
}
