import type { MergeValue } from "../documents/document.ts";
import type { BulkRow } from "../requests/bulk.ts";
import type { Draft } from "../requests/send.ts";
import type { Warning } from "../wire/shapes.ts";
import { customFieldWarnings } from "./custom-field-warnings.ts";

/** That a template is named more than once. */
export function twiceWarnings({ template_ids: ids }: { readonly template_ids: readonly string[] }): readonly Warning[] {
  const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  if (twice.length === 0) return [];
  const words = `template_ids: ${twice.join(", ")} is named more than once; it counts once.`;
  return [{ warning_name: "duplicate_template_ids", warning_msg: words }];
}

/** What becomes of values otherwise than meant. Sizes of placed fields are points; what is asked for is measured in units of 80 DPI. */
export function templatedFieldWarnings(
  { templates, signers }: Pick<Draft, "templates" | "signers">,
  values: readonly MergeValue[],
): readonly Warning[] {
  const fields = (templates?.parts ?? []).flatMap((part) => part.fields);
  const measured = fields.map(({ box, ...field }) => ({
    ...field,
    width: (box.width * 80) / 72,
    height: (box.height * 80) / 72,
  }));
  return customFieldWarnings({ fields: measured, values, signers, useTextTags: false });
}

/** The same for all rows of a bulk send at once: of each field the longest value is measured. */
export function bulkFieldWarnings(draft: Draft, rows: readonly BulkRow[]): readonly Warning[] {
  const longest = new Map<string, MergeValue>();
  for (const value of rows.flatMap(({ mergeValues }) => mergeValues))
    if ((value.value?.length ?? 0) >= (longest.get(value.name)?.value?.length ?? 0)) longest.set(value.name, value);
  const [row] = rows;
  return templatedFieldWarnings({ ...draft, signers: row ? [row.signer] : [] }, [...longest.values()]);
}
