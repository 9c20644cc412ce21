import { Type } from "typebox";
import type { AnswerValue, Field } from "../documents/document.ts";
import type { RequestRecord } from "../requests/find.ts";
import { signatureAt } from "../requests/groups.ts";

/** One filled field. `value` is a truth value for checkbox and radio, else text. Contract: objects.md. */
export const ResponseData = Type.Object({
  api_id: Type.String(),
  signature_id: Type.String(),
  name: Type.String(),
  required: Type.Boolean(),
  type: Type.String(),
  value: Type.Union([Type.String(), Type.Boolean()]),
  is_signed: Type.Optional(Type.Boolean()),
});

/** What the signers who are done have filled in; nothing of those who are still at it. */
export function renderResponseData({ signatures, fields, answers }: RequestRecord): Type.Static<typeof ResponseData>[] {
  return fields.flatMap((field) => {
    const signature = field.signer === null ? undefined : signatureAt(signatures, field.signer);
    if (signature?.state !== "signed" || field.type === "hyperlink") return [];
    const value = answers.get(field.apiId) ?? emptyValue(field);
    const data = {
      api_id: field.apiId,
      signature_id: signature.signature_id,
      name: field.name || field.apiId,
      required: field.required,
      type: field.type,
      // The one kind that is ticked and yet a text on the wire.
      value: field.type === "checkbox-merge" ? String(value) : value,
    };
    const drawn = field.type === "signature" || field.type === "initials";
    return [drawn ? { ...data, is_signed: value !== "" } : data];
  });
}

function emptyValue(field: Field): AnswerValue {
  if (field.type === "text-merge") return field.content ?? "";
  return field.type === "checkbox" || field.type === "radio" || field.type === "checkbox-merge"
    ? (field.checked ?? false)
    : "";
}
