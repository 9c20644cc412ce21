import { beginningOf } from "../documents/beginning.ts";
import type { FieldDraft } from "../documents/document.ts";
import type { NewSigner } from "../requests/new-signer.ts";
import { readCustomFields } from "../wire/custom-fields.ts";
import type { SignatureRequestInput } from "../wire/request-input.ts";
import type { Warning } from "../wire/shapes.ts";
import { customFieldWarnings } from "./custom-field-warnings.ts";

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
    ...fieldWarnings(fields),
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

/** What is told of fields that cover each other, or lie beside their page. */
export function fieldWarnings(fields: readonly FieldDraft[]): readonly Warning[] {
  return [...overlapWarnings(fields), ...placementWarnings(fields)];
}

/** Text tags stand where they were printed; converting may print them elsewhere, or break them over lines. */
function nonPdfWarnings(files: readonly Sent[]): readonly Warning[] {
  const others = files.filter(({ received }) => beginningOf(received.head) !== "pdf").map(({ name }) => `"${name}"`);
  if (others.length === 0) return [];
  const isOne = others.length === 1;
  const words = `Text tags work best in PDF. ${others.join(", ")} ${isOne ? "is" : "are"} no PDF and will be converted: check where the fields come to stand.`;
  return [{ warning_name: "non_pdf_text_tags", warning_msg: words }];
}

/** Fields of one file, placed by the same system, that cover each other: the first pair is told. */
function overlapWarnings(fields: readonly FieldDraft[]): readonly Warning[] {
  const places = Map.groupBy(fields, ({ documentIndex, page }) => `${documentIndex} ${page}`);
  for (const onPage of places.values()) {
    const inOrder = onPage.toSorted((a, b) => a.y - b.y);
    for (const [index, one] of inOrder.entries()) {
      const other = inOrder.slice(index + 1).find((next) => next.y >= bottomOf(one) || isOver(one, next));
      if (other === undefined || other.y >= bottomOf(one)) continue;
      const words = `The fields ${one.apiId} and ${other.apiId} cover each other.`;
      return [{ warning_name: "form_fields_overlap", warning_msg: words }];
    }
  }
  return [];
}

function isOver(a: FieldDraft, b: FieldDraft): boolean {
  return a.x < rightOf(b) && b.x < rightOf(a) && a.y < bottomOf(b) && b.y < bottomOf(a);
}

function rightOf({ x, width, page }: FieldDraft): number {
  return x + width * unitsOf(page);
}

function bottomOf({ y, height, page }: FieldDraft): number {
  return y + height * unitsOf(page);
}

/** Sizes are measured at 80 DPI always, places at 72 where a page is named. */
function unitsOf(page: number | null): number {
  return page === null ? 1 : 72 / 80;
}

/** How large pages are is known later; what begins left of a page or above it is wrong on any. */
function placementWarnings(fields: readonly FieldDraft[]): readonly Warning[] {
  const outside = fields.filter(({ x, y }) => x < 0 || y < 0).map(({ apiId }) => apiId);
  if (outside.length === 0) return [];
  const words = `${outside.join(", ")}: x and y count from the top left of the page; a field that begins outside of it is moved onto the page.`;
  return [{ warning_name: "form_fields_placement", warning_msg: words.slice(0, 2000) }];
}
