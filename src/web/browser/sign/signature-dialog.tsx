import { useId, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import { Dialog } from "./dialog.tsx";
import type { Hand } from "./hand.ts";
import { Ink } from "./ink.tsx";
import { initialsOf } from "./progress.ts";
import { say } from "./say.ts";

type SignatureDialogProps = {
  hand: Hand | null;
  signerName: string;
  beginsWith: "name" | "initials";
  needsInitials: boolean;
  onInsert: (hand: Hand) => void;
  /** Null when there is nothing to clear. */
  onClear: (() => void) | null;
  onClose: () => void;
};

/** "Your signature": written once for all fields. Initials follow the name until the signer writes others. */
export function SignatureDialog(props: SignatureDialogProps) {
  const { hand, signerName, beginsWith, needsInitials, onInsert, onClear, onClose } = props;
  const [name, setName] = useState(hand?.name || signerName);
  const [ownInitials, setOwnInitials] = useState(
    hand && hand.initials !== initialsOf(hand.name) ? hand.initials : null,
  );
  const [isTold, setIsTold] = useState(false);
  const initials = ownInitials ?? initialsOf(name);
  const nameFlaw = isTold && name.trim() === "" ? say("signature.nameNeeded") : "";
  const initialsFlaw = isTold && needsInitials && initials.trim() === "" ? say("signature.initialsNeeded") : "";

  const submit = (event: Event) => {
    event.preventDefault();
    setIsTold(true);
    if (name.trim() === "" || (needsInitials && initials.trim() === "")) return;
    onInsert({ name: name.trim(), initials: initials.trim() });
  };

  return (
    <Dialog heading={say("signature.heading")} onClose={onClose}>
      <div class="tabs" role="tablist" aria-label={say("signature.tabs")}>
        <button type="button" role="tab" id="tab-type" aria-selected="true" aria-controls="panel-type">
          {say("signature.type")}
        </button>
      </div>
      <div id="panel-type" role="tabpanel" aria-labelledby="tab-type">
        <form noValidate onSubmit={submit}>
          <div class="hand-boxes">
            <TextBox
              label={say("signature.fullName")}
              value={name}
              flaw={nameFlaw}
              isFirst={beginsWith === "name"}
              onInput={setName}
            />
            {needsInitials && (
              <TextBox
                label={say("signature.initials")}
                value={initials}
                flaw={initialsFlaw}
                isFirst={beginsWith === "initials"}
                onInput={setOwnInitials}
              />
            )}
          </div>
          <div class="preview" aria-hidden="true">
            <Ink text={name} width={300} height={76} />
            {needsInitials && <Ink text={initials} width={90} height={76} />}
          </div>
          <PenButtons onClear={onClear} onClose={onClose} />
        </form>
      </div>
    </Dialog>
  );
}

function PenButtons({ onClear, onClose }: Pick<SignatureDialogProps, "onClear" | "onClose">) {
  return (
    <div class="dialog-buttons">
      {onClear && (
        <button type="button" class="button quiet apart" onClick={onClear}>
          {say("signature.clear")}
        </button>
      )}
      <button type="button" class="button" onClick={onClose}>
        {say("signature.back")}
      </button>
      <button type="submit" class="button primary">
        {say("signature.insert")}
      </button>
    </div>
  );
}

type TextBoxProps = { label: string; value: string; flaw: string; isFirst: boolean; onInput: (value: string) => void };

function TextBox({ label, value, flaw, isFirst, onInput }: TextBoxProps) {
  const flawId = useId();
  return (
    <div class="text-box">
      <label>
        <span>{label}</span>
        <input
          type="text"
          value={value}
          maxLength={limits.nameLength}
          autocomplete={label === say("signature.fullName") ? "name" : "off"}
          spellcheck={false}
          data-first={isFirst ? "" : undefined}
          aria-invalid={flaw !== ""}
          aria-describedby={flawId}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </label>
      <p class="dialog-flaw" id={flawId} role="alert">
        {flaw}
      </p>
    </div>
  );
}
