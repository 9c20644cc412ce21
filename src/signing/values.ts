import type { DrawnValue, Field } from "../documents/document.ts";
import type { RequestRecord } from "../requests/find.ts";

const defaultFont = { fontFamily: "notoSans", fontSize: 12 } as const;

/** What is drawn into the document: the answers of those who have signed, and what the sender filled. */
export function drawnValues({ signatures, fields, answers }: RequestRecord): readonly DrawnValue[] {
  return fields.flatMap((field) => {
    const signer = field.signer === null ? null : signatures[field.signer];
    if (signer !== null && signer?.state !== "signed") return [];
    const value =
      answers.get(field.apiId) ?? (signer === null || field.type === "hyperlink" ? presetOf(field) : undefined);
    return value === undefined || value === "" || value === false ? [] : [drawnValue(field, value)];
  });
}

function presetOf(field: Field): string | boolean | undefined {
  return field.type === "checkbox" || field.type === "radio" ? field.checked : field.content;
}

function drawnValue(field: Field, value: string | boolean): DrawnValue {
  const { box, type } = field;
  if (type === "checkbox" || type === "radio") return { kind: "check", box, shape: type };
  if (type === "signature" || type === "initials") return { kind: "signature", box, text: String(value) };
  return {
    kind: "text",
    box,
    text: String(value),
    fontFamily: field.fontFamily ?? defaultFont.fontFamily,
    fontSize: field.fontSize ?? defaultFont.fontSize,
  };
}
