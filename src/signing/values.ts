import type { DrawnValue, Field } from "../documents/document.ts";
import { drawnValue } from "../documents/drawn-value.ts";
import type { RequestRecord } from "../requests/find.ts";
import { signatureAt } from "../requests/groups.ts";
import type { Hands } from "../wire/session.ts";
import { isTick } from "./validation.ts";

/** What is drawn into the document: the answers of those who have signed, as their hands write them, and what the sender filled. */
export function drawnValues(
  { signatures, fields, answers }: RequestRecord,
  hands: ReadonlyMap<string, Hands>,
): readonly DrawnValue[] {
  return fields.flatMap((field): readonly DrawnValue[] => {
    const signer = field.signer === null ? null : signatureAt(signatures, field.signer);
    if (signer !== null && signer?.state !== "signed") return [];
    const value =
      answers.get(field.apiId) ?? (signer === null || field.type === "hyperlink" ? presetOf(field) : undefined);
    const drawn = value === undefined ? null : drawnValue(field, value);
    if (drawn?.kind !== "signature") return drawn === null ? [] : [drawn];
    const look = hands.get(signer?.signature_id ?? "");
    const ink = field.type === "initials" ? look?.initials : look?.name;
    return [ink ? { ...drawn, ink } : drawn];
  });
}

function presetOf(field: Field): string | boolean | undefined {
  return isTick(field.type) ? field.checked : field.content;
}
