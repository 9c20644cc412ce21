import { Fault } from "../base/faults.ts";
import type { Box, Field, Page, Tag } from "../documents/document.ts";
import type { SignatureField } from "../documents/draw/signature-page.ts";
import { type Pagination, placeField } from "../documents/placement.ts";
import type { FieldDraft, RequestOptions } from "./options.ts";

/** What a request's fields are made from, once its document is prepared. */
export type FieldSources = {
  readonly options: RequestOptions;
  readonly signers: number;
  readonly tags: readonly Tag[];
  readonly pages: readonly Page[];
  readonly filePages: readonly number[];
  readonly signaturePageFields: readonly SignatureField[];
};

/** All fields in reading order, or the first thing that does not fit the parameters. */
export type PlacedFields =
  | { readonly ok: true; readonly fields: readonly Field[] }
  | { readonly ok: false; readonly kind: "tag" | "placement"; readonly reason: string };

/** Makes the request's fields of its text tags, its form fields and its signature page. */
export function placeFields(sources: FieldSources): PlacedFields {
  const { options, signers, tags, pages, filePages } = sources;
  const signerOf = signerNumbering({ options, signers, tags });
  const fields: Field[] = [];
  for (const [index, tag] of tags.entries()) {
    const signer = signerOf(tag);
    if (signer === null)
      return {
        ok: false,
        kind: "tag",
        reason: `The text tag ${tag.text} on page ${tag.box.page} names signer${tag.signer}, but the request has ${signers} signer${signers === 1 ? "" : "s"}.`,
      };
    fields.push(fieldOfTag(tag, { index, signer }));
  }
  for (const draft of options.fields) {
    const box = placeDraft(draft, { pages, filePages });
    if (typeof box === "string")
      return { ok: false, kind: "placement", reason: `The form field ${draft.apiId} cannot be placed: ${box}` };
    fields.push(fieldOfDraft(draft, box));
  }
  for (const [index, { signer, type, box }] of sources.signaturePageFields.entries()) {
    fields.push({
      apiId: `signature_page_${index + 1}`,
      type,
      name: type === "signature" ? "Signature" : "Date",
      signer,
      required: true,
      box,
    });
  }

  const twice = fields.find((field, index) => fields.findIndex((other) => other.apiId === field.apiId) !== index);
  if (twice)
    return {
      ok: false,
      kind: "tag",
      reason: `The id ${twice.apiId} is used by a text tag and by a form field; each field needs one of its own.`,
    };
  return { ok: true, fields: inReadingOrder(fields) };
}

/** How signerN is counted: from 0 where a tag says signer0, by the caller's own keys where it gave such, else from 1. */
function signerNumbering({
  options,
  signers,
  tags,
}: Pick<FieldSources, "options" | "signers" | "tags">): (tag: Tag) => number | null {
  const fromZero = tags.some((tag) => tag.signer === 0);
  const { signerKeys } = options;
  const byKey = !fromZero && signerKeys !== null && !signerKeys.includes("0");
  return (tag) => {
    const index = byKey ? signerKeys.indexOf(String(tag.signer)) : tag.signer - (fromZero ? 0 : 1);
    return index >= 0 && index < signers ? index : null;
  };
}

const typeOfTag = {
  sig: "signature",
  initial: "initials",
  date: "date_signed",
  text: "text",
  check: "checkbox",
} as const;

function fieldOfTag(tag: Tag, { index, signer }: { readonly index: number; readonly signer: number }): Field {
  return {
    apiId: tag.id || `tag_${index + 1}`,
    type: typeOfTag[tag.type],
    name: tag.label,
    signer,
    required: tag.required,
    box: tag.box,
    ...(tag.type === "check" ? { checked: false } : {}),
    ...(tag.validation ? { validation: { type: tag.validation } } : {}),
    ...(tag.autoFill ? { autoFill: tag.autoFill } : {}),
  };
}

function placeDraft({ page, ...draft }: FieldDraft, pagination: Pagination): Box | string {
  try {
    return placeField(page === null ? draft : { ...draft, page }, pagination);
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

function fieldOfDraft(draft: FieldDraft, box: Box): Field {
  const { documentIndex, x, y, width, height, page, ...field } = draft;
  return { ...field, box };
}

/** Top to bottom, then left to right; what starts within half a line counts as one line. */
function inReadingOrder(fields: readonly Field[]): readonly Field[] {
  const halfLine = 6;
  return fields.toSorted((a, b) => {
    if (a.box.page !== b.box.page) return a.box.page - b.box.page;
    return Math.abs(a.box.y - b.box.y) > halfLine ? a.box.y - b.box.y : a.box.x - b.box.x;
  });
}
