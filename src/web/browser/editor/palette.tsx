import { useRef } from "preact/hooks";
import { placeField } from "./acts.ts";
import { Choice } from "./boxes.tsx";
import { type Desk, draftOf } from "./desk.ts";
import { type Kind, kinds, mayBeMeNow } from "./draft.ts";
import { dragFromPalette, type Offered } from "./from-palette.ts";
import { Icon } from "./icon.tsx";
import { roomOf } from "./making.ts";
import { colourOf, nameAt } from "./people.ts";
import { middleInView } from "./spots.ts";
import { kindWord, tell } from "./words.ts";

/** What can be placed, and for whom. */
export function Palette({ desk }: { desk: Desk }) {
  const draft = draftOf(desk);
  const offered: readonly Kind[] = kinds.filter((kind) => desk.signer !== null || mayBeMeNow(kind));

  return (
    <section class="palette" aria-label={tell("palette.label")}>
      <div class="palette-for" style={{ "--who": colourOf(desk.signer) }}>
        <span class="dot" aria-hidden="true">
          {desk.signer === null ? "●" : desk.signer + 1}
        </span>
        <SignerChoice
          desk={desk}
          label={tell("palette.for")}
          value={desk.signer}
          onChange={(signer) => {
            desk.signer = signer;
            desk.onChange();
          }}
        />
      </div>
      <ul class="palette-kinds">
        {offered.map((kind) => (
          <li key={kind}>
            <PaletteButton desk={desk} offered={{ kind }} words={kindWord({ type: kind })} />
          </li>
        ))}
        {draft.mergeFields.map(({ name, type }) => (
          <li key={`merge ${name}`}>
            <PaletteButton desk={desk} offered={{ kind: `${type}-merge`, name }} words={name} />
          </li>
        ))}
      </ul>
      <p class="hint">{tell("palette.hint")}</p>
    </section>
  );
}

type SignerChoiceProps = {
  desk: Desk;
  label: string;
  value: number | null;
  onChange: (signer: number | null) => void;
  mayBeNow?: boolean;
};

/** A choice among those who fill fields: signers or roles, and the sender where that is allowed. */
export function SignerChoice({ desk, label, value, onChange, mayBeNow = true }: SignerChoiceProps) {
  const draft = draftOf(desk);
  const people = draft.signers.map((_, index) => ({ value: String(index), words: nameAt(draft, index) }));
  const now = { value: "", words: tell("palette.meNow") };
  const hasNow = (desk.view.allow.meNow && mayBeNow) || value === null;
  return (
    <Choice
      label={label}
      value={value === null ? "" : String(value)}
      options={hasNow ? [...people, now] : people}
      onChange={(chosen) => onChange(chosen === "" ? null : Number(chosen))}
    />
  );
}

function PaletteButton({ desk, offered, words }: { desk: Desk; offered: Offered; words: string }) {
  const wasDropped = useRef(false);
  const press = (event: PointerEvent) => {
    wasDropped.current = false;
    dragFromPalette(desk, {
      event,
      offered,
      onDropped: () => {
        wasDropped.current = true;
      },
    });
  };
  const place = () => {
    if (wasDropped.current) {
      wasDropped.current = false;
      return;
    }
    const spot = middleInView(desk, roomOf(offered.kind));
    if (spot) placeField(desk, { ...offered, signer: desk.signer, ...spot });
  };
  return (
    <button type="button" class="kind" title={words} onPointerDown={press} onClick={place}>
      <Icon kind={offered.kind} />
      <span>{words}</span>
    </button>
  );
}
