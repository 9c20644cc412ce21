import type { AnswerValue, DrawnValue, Field } from "./document.ts";

const defaultFont = { fontFamily: "notoSans", fontSize: 12 } as const;

/** How a field's value is drawn; null when there is nothing to draw. */
export function drawnValue(field: Field, value: AnswerValue): DrawnValue | null {
  const { box, type, widget } = field;
  if (value === "" || value === false) return null;
  if (type === "checkbox" || type === "radio" || type === "checkbox-merge")
    return { kind: "check", box, widget, shape: type === "radio" ? "radio" : "checkbox" };
  if (type === "signature" || type === "initials") return { kind: "signature", box, widget, text: String(value) };
  return {
    kind: "text",
    box,
    widget,
    text: String(value),
    fontFamily: field.fontFamily ?? defaultFont.fontFamily,
    fontSize: field.fontSize ?? defaultFont.fontSize,
  };
}
