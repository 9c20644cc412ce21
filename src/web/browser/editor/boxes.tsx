/** The small controls of the panes: a label and what is under it. */
import { useId } from "preact/hooks";

type TextBoxProps = {
  label: string;
  value: string;
  /** Called with each letter. */
  onInput: (value: string) => void;
  /** Called when the box is left: what is written next is another step. */
  onRest: () => void;
  /** What is written: text in any language, or what is written from left to right in all of them. */
  kind?: "text" | "email" | "url" | "pattern";
  rows?: number;
  maxLength?: number;
  /** What is wrong with it; empty: nothing. */
  flaw?: string;
  id?: string;
  isDisabled?: boolean;
};

/** A box for text, of one line or several. */
export function TextBox({
  label,
  value,
  onInput,
  onRest,
  kind = "text",
  rows = 0,
  maxLength,
  flaw = "",
  id,
  isDisabled,
}: TextBoxProps) {
  const ownId = useId();
  const flawId = useId();
  const shared = {
    id: id ?? ownId,
    value,
    maxLength,
    disabled: isDisabled,
    dir: kind === "text" ? ("auto" as const) : ("ltr" as const),
    "aria-invalid": flaw !== "",
    "aria-describedby": flaw === "" ? undefined : flawId,
    onBlur: onRest,
  };
  return (
    <div class="box">
      <label for={id ?? ownId}>{label}</label>
      {rows > 0 ? (
        <textarea {...shared} rows={rows} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          inputMode={kind === "pattern" ? "text" : kind}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      {flaw !== "" && (
        <p class="dialog-flaw" id={flawId}>
          {flaw}
        </p>
      )}
    </div>
  );
}

/** One of the choices of a `Choice`. */
export type Option = { readonly value: string; readonly words: string };

type ChoiceProps = {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
  isDisabled?: boolean;
};

/** A choice of one. */
export function Choice({ label, value, options, onChange, isDisabled }: ChoiceProps) {
  const id = useId();
  return (
    <div class="box">
      <label for={id}>{label}</label>
      <select id={id} value={value} disabled={isDisabled} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A box to tick. */
export function Tick({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label class="tick-box">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** A button. `look`: other classes than the plain one. */
export function Button({
  label,
  onClick,
  look = "",
  isDisabled = false,
}: {
  label: string;
  onClick: () => void;
  look?: string;
  isDisabled?: boolean;
}) {
  return (
    <button type="button" class={`button ${look}`} disabled={isDisabled} onClick={onClick}>
      {label}
    </button>
  );
}
