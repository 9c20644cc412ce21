import { beginningOf } from "../documents/beginning.ts";
import type { FieldDraft } from "../documents/document.ts";
import type { NewSigner } from "../requests/new-signer.ts";
import { readCustomFields } from "../wire/custom-fields.ts";
import type { SignatureRequestInput } from "../wire/request-input.ts";
import type { Warning } from "../wire/shapes.ts";
import { customFieldWarnings } from "./custom-field-warnings.ts";
import { fieldWarnings } from "./field-warnings.ts";

/** A file that came with the call: its name, and its first bytes. */
type Sent = { readonly name: string; readonly received: { readonly head: Uint8Array } };

type Asked = {
  readonly input: SignatureRequestInput;
  readonly files: readonly Sent[];
  readonly fields: readonly FieldDraft[];
  readonly signers: readonly NewSigner[];
};

/** What of a request is taken and has no effect in this version, and what may come out otherwise than meant: told, never silent. */
export function warningsOf({ input, files, fields, signers }: Asked): readonly Warning[] {
  return [
    ...textTagWarnings(input, files),
    ...fieldWarnings(fields, input.form_field_groups),
    ...phoneTypeWarnings(input.signers ?? []),
    ...customFieldWarnings({
      fields,
      signers,
      values: readCustomFields(input.custom_fields),
      useTextTags: input.use_text_tags ?? false,
    }),
  ];
}

/** What is told of text tags: that hiding counts only where they are read, and that they work best in PDF. */
export function textTagWarnings(
  input: Pick<SignatureRequestInput, "use_text_tags" | "hide_text_tags">,
  files: readonly Sent[],
): readonly Warning[] {
  if (input.use_text_tags) return nonPdfWarnings(files);
  if (!input.hide_text_tags) return [];
  const words = "hide_text_tags counts only together with use_text_tags; it was ignored.";
  return [{ warning_name: "parameter_conflict", warning_msg: words }];
}

/** Text tags stand where they were printed; converting may print them elsewhere, or break them over lines. */
function nonPdfWarnings(files: readonly Sent[]): readonly Warning[] {
  const others = files.filter(({ received }) => beginningOf(received.head) !== "pdf").map(({ name }) => `"${name}"`);
  if (others.length === 0) return [];
  const isOne = others.length === 1;
  const words = `Text tags work best in PDF. ${others.join(", ")} ${isOne ? "is" : "are"} no PDF and will be converted: check where the fields come to stand.`;
  return [{ warning_name: "non_pdf_text_tags", warning_msg: words }];
}

type Phoned = Pick<NonNullable<SignatureRequestInput["signers"]>[number], "sms_phone_number" | "sms_phone_number_type">;

/** That the use of a phone is named, and no phone. */
export function phoneTypeWarnings(signers: readonly (Phoned & { readonly name: string })[]): readonly Warning[] {
  const lacking = signers.filter((one) => one.sms_phone_number_type && !one.sms_phone_number).map(({ name }) => name);
  if (lacking.length === 0) return [];
  const words = `sms_phone_number_type of ${lacking.join(", ").slice(0, 500)} counts only together with sms_phone_number; it was ignored.`;
  return [{ warning_name: "parameter_ignored", warning_msg: words }];
}
