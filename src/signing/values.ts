import type { DrawnValue, Field } from "../documents/document.ts";
import { drawnValue } from "../documents/drawn-value.ts";
import type { RequestRecord } from "../requests/find.ts";
import { isTick } from "./validation.ts";

/** What is drawn into the document: the answers of those who have signed, and what the sender filled. */
export function drawnValues({ signatures, fields, answers }: RequestRecord): readonly DrawnValue[] {
  return fields.flatMap((field) => {
    const signer = field.signer === null ? null : signatures[field.signer];
    if (signer !== null && signer?.state !== "signed") return [];
    const value =
      answers.get(field.apiId) ?? (signer === null || field.type === "hyperlink" ? presetOf(field) : undefined);
    const drawn = value === undefined ? null : drawnValue(field, value);
    return drawn === null ? [] : [drawn];
  });
}

function presetOf(field: Field): string | boolean | undefined {
  return isTick(field.type) ? field.checked : field.content;
}
