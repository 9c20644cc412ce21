import { useId, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { Ink as Look } from "../../../wire/session.ts";
import { Ink, scriptFonts } from "./ink.tsx";
import type { PanelProps } from "./panel-props.ts";
import { initialsOf } from "./progress.ts";
import { say } from "./say.ts";

type Face = keyof typeof scriptFonts;
const faces = Object.keys(scriptFonts) as Face[];

/** Types a signature, in one of the hands of the house. Initials follow the name until the signer writes others. */
export function TypePanel({ hand, signerName, beginsWith, needsInitials, onMade, children }: PanelProps) {
  const [name, setName] = useState(hand?.name || signerName);
  const [ownInitials, setOwnInitials] = useState(
    hand && hand.initials !== initialsOf(hand.name) ? hand.initials : null,
  );
  const [face, setFace] = useState<Face>(faceOf(hand?.looks.name));
  const [isTold, setIsTold] = useState(false);
  const initials = ownInitials ?? initialsOf(name);
  const nameFlaw = isTold && name.trim() === "" ? say("signature.nameNeeded") : "";
  const initialsFlaw = isTold && needsInitials && initials.trim() === "" ? say("signature.initialsNeeded") : "";

  const submit = (event: Event) => {
    event.preventDefault();
    setIsTold(true);
    if (name.trim() === "" || (needsInitials && initials.trim() === "")) return;
    onMade({ name: name.trim(), initials: initials.trim(), looks: looksOf(face) });
  };

  return (
    <form noValidate onSubmit={submit}>
      <div class="hand-boxes">
        <TextBox
          label={say("signature.fullName")}
          value={name}
          flaw={nameFlaw}
          isFirst={beginsWith === "name"}
          autocomplete="name"
          onInput={setName}
        />
        {needsInitials && (
          <TextBox
            label={say("signature.initials")}
            value={initials}
            flaw={initialsFlaw}
            isFirst={beginsWith === "initials"}
            autocomplete="off"
            onInput={setOwnInitials}
          />
        )}
      </div>
      <Faces name={name} initials={needsInitials ? initials : null} face={face} onChoose={setFace} />
      {children}
    </form>
  );
}

type FacesProps = { name: string; initials: string | null; face: Face; onChoose: (face: Face) => void };

function Faces({ name, initials, face, onChoose }: FacesProps) {
  return (
    <fieldset class="faces">
      <legend class="unseen">{say("signature.style")}</legend>
      {faces.map((one, index) => (
        <label key={one} class="face" data-chosen={one === face}>
          <input
            type="radio"
            name="face"
            class="unseen"
            aria-label={say("signature.styleOf", { number: index + 1 })}
            checked={one === face}
            onChange={() => onChoose(one)}
          />
          <Ink text={name} look={{ form: "typed", face: one }} width={200} height={46} />
          {initials !== null && <Ink text={initials} look={{ form: "typed", face: one }} width={64} height={46} />}
        </label>
      ))}
    </fieldset>
  );
}

function faceOf(look: Look | undefined): Face {
  return look?.form === "typed" ? look.face : "script";
}

/** The house's own script needs no look. */
function looksOf(face: Face) {
  const look = { form: "typed", face } as const;
  return face === "script" ? {} : { name: look, initials: look };
}

type TextBoxProps = {
  label: string;
  value: string;
  flaw: string;
  isFirst: boolean;
  autocomplete: "name" | "off";
  onInput: (value: string) => void;
};

function TextBox({ label, value, flaw, isFirst, autocomplete, onInput }: TextBoxProps) {
  const flawId = useId();
  return (
    <div class="text-box">
      <label>
        <span>{label}</span>
        <input
          type="text"
          value={value}
          maxLength={limits.nameLength}
          autocomplete={autocomplete}
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
