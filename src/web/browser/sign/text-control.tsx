import type { TargetedEvent } from "preact";
import { limits } from "../../../base/limits.ts";
import { isArea } from "../../../documents/fit/fitting.ts";
import type { FieldView } from "../../../wire/session.ts";
import type { FieldActions, NamedProps } from "./field-props.ts";

type TextControlProps = {
  field: FieldView;
  value: string;
  named: NamedProps;
  on: FieldActions;
  /** Whether the text is shown as it will stand, while nobody writes. */
  isDrawn: boolean;
};

/** Where text is typed: one line, or several where the box is for several. */
export function TextControl({ field, value, named, on, isDrawn }: TextControlProps) {
  const shared = {
    ...named,
    dir: "auto" as const,
    value,
    placeholder: field.placeholder,
    maxLength: limits.fieldValueLength,
    "data-masked": field.masked === true,
    "data-drawn": isDrawn,
    onInput: (event: TargetedEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      on.change(field, event.currentTarget.value),
  };
  if (isArea(field, field.fontSize ?? 12)) return <textarea {...shared} />;

  const step = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    on.step();
  };
  const entry = entryOf(field);
  return <input {...shared} type="text" {...entry} enterkeyhint="next" onKeyDown={step} />;
}

/** The fitting on-screen keyboard, and what the browser may offer to fill in. */
function entryOf({ validation, masked }: FieldView): {
  inputMode?: "decimal" | "tel" | "email" | "numeric";
  autocomplete?: string;
} {
  if (masked) return { autocomplete: "off" };
  const type = validation?.type ?? "";
  if (type === "numbers_only") return { inputMode: "decimal" };
  if (type === "phone_number") return { inputMode: "tel", autocomplete: "tel" };
  if (type === "email_address") return { inputMode: "email", autocomplete: "email" };
  if (type === "zip_code") return { inputMode: "numeric", autocomplete: "postal-code" };
  return type.endsWith("number") ? { inputMode: "numeric", autocomplete: "off" } : {};
}
