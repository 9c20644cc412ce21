import { Fault } from "../base/faults.ts";
import type { Box, DocumentFault, Field, FieldDraft, Group, MergeValue, Page, Tag } from "./document.ts";
import type { SignatureField } from "./draw/signature-page.ts";
import { mergedInto, truthOf, withMerged } from "./merge.ts";
import { type Pagination, placeField } from "./placement.ts";
import type { FoundField } from "./preexisting.ts";
import type { MalformedTag } from "./resolve-tags.ts";

/** What the caller asked for, to be laid over the pages. */
export type FieldOrder = {
  /** How many signers there are. */
  readonly signers: number;
  /** The keys under which a multipart caller gave the signers (`signers[1]…`), or null: then signer1 is the first. */
  readonly signerKeys: readonly string[] | null;
  readonly drafts: readonly FieldDraft[];
  readonly mergeValues: readonly MergeValue[];
  /** A template's merge fields get their values when a request is made of it: none is missing before. */
  readonly isTemplate?: boolean;
  /** Fields that have their place on the pages of the whole document already: those of templates. */
  readonly placed?: readonly Field[];
};

/** What a request's fields are made from, once its pages are known. */
export type FieldSources = {
  readonly order: FieldOrder;
  readonly tags: readonly Tag[];
  /** What the PDF's own form has. */
  readonly formFields: readonly FoundField[];
  readonly pages: readonly Page[];
  readonly filePages: readonly number[];
  readonly signaturePageFields: readonly SignatureField[];
};

/** All fields in reading order, or the first thing that does not fit the parameters; `page` counts over the whole document. */
export type PlacedFields =
  | { readonly ok: true; readonly fields: readonly Field[] }
  | ({ readonly ok: false } & Pick<DocumentFault, "kind" | "reason" | "page" | "tag" | "signers">);

type Flaw = PlacedFields & { readonly ok: false };

/** Makes the request's fields of its text tags, its form fields and its signature page. */
export function placeFields(sources: FieldSources): PlacedFields {
  const { order, tags } = sources;
  const signerOf = signerNumbering(
    order,
    tags.some((tag) => tag.signer === 0),
  );
  const fields: Field[] = [];
  for (const [index, tag] of tags.entries()) {
    const signer = signerOf(tag.signer);
    if (signer === undefined) return flawOf(tag, strangerWords(tag, order));
    const field = fieldOfTag(tag, { index, signer, order });
    if (typeof field === "string") return { ...flawOf(tag, field), ...signersOf({ signer }) };
    fields.push(field);
  }
  for (const draft of order.drafts) {
    const box = placeDraft(draft, sources);
    if (typeof box === "string") return lost(draft, `The form field ${draft.apiId} cannot be placed: ${box}`);
    fields.push(fieldOfDraft(draft, { box, mergeValues: order.mergeValues, signerOf }));
  }
  for (const found of sources.formFields) {
    const signer = found.signer === null ? 0 : signerOf(found.signer);
    if (typeof signer !== "number") {
      const reason = `The form field ${found.name} is signer${found.signer}'s, but the request has ${order.signers} signer${order.signers === 1 ? "" : "s"}.`;
      return { ok: false, kind: "reference", reason, page: found.box.page };
    }
    fields.push(fieldOfForm(found, signer));
  }
  for (const field of order.placed ?? []) {
    if (sources.pages[field.box.page - 1] === undefined) return lost(field, lostWords(field, sources));
    fields.push(field);
  }
  fields.push(...sources.signaturePageFields.map(fieldOfSignaturePage));
  return refuseTwins(fields) ?? { ok: true, fields: inReadingOrder(fields) };
}

type Owned = Pick<Field, "signer">;

function lost(field: Owned, reason: string): Flaw {
  return { ok: false, kind: "placement", reason, ...signersOf(field) };
}

function signersOf(...fields: readonly Owned[]): Pick<Flaw, "signers"> {
  const signers = fields.flatMap(({ signer }) => signer ?? []);
  return signers.length === 0 ? {} : { signers };
}

function lostWords({ apiId, box }: Field, { pages }: FieldSources): string {
  return `The form field ${apiId} stands on page ${box.page}, but the document has ${pages.length} page${pages.length === 1 ? "" : "s"}.`;
}

function flawOf({ box, text }: Tag, reason: string): Flaw {
  return { ok: false, kind: "reference", reason, page: box.page, tag: text };
}

function strangerWords({ signer }: Tag, { signers }: FieldOrder): string {
  return `It names signer${signer}, but the request has ${signers} signer${signers === 1 ? "" : "s"}.`;
}

type SignerOf = (named: Tag["signer"]) => number | null | undefined;

/**
 * How signerN is counted: from 0 where a tag says signer0, by the caller's own keys where it gave such, else from 1. Null is
 * the sender, undefined nobody.
 */
function signerNumbering({ signers, signerKeys }: FieldOrder, fromZero: boolean): SignerOf {
  const byKey = !fromZero && signerKeys !== null && !signerKeys.includes("0");
  return (signer) => {
    if (signer === "sender") return null;
    const index = byKey ? signerKeys.indexOf(String(signer)) : signer - (fromZero ? 0 : 1);
    return index >= 0 && index < signers ? index : undefined;
  };
}

/** Whose a malformed tag is, as a fault says it: nobody's where it names none of the signers. */
export function namedBy(
  { signer, fromZero }: Pick<MalformedTag, "signer" | "fromZero">,
  order: FieldOrder,
): Pick<DocumentFault, "signers"> {
  return signer === null ? {} : signersOf({ signer: signerNumbering(order, fromZero)(signer) ?? null });
}

const typeOfTag = {
  sig: "signature",
  initial: "initials",
  date: "date_signed",
  text: "text",
  check: "checkbox",
  "text-merge": "text-merge",
  "checkbox-merge": "checkbox-merge",
} as const;

type MergeValues = FieldOrder["mergeValues"];
type Placing = { readonly index: number; readonly signer: number | null; readonly order: FieldOrder };

/** The field of a tag, or why its merge value does not fit. */
function fieldOfTag(tag: Tag, { index, signer, order }: Placing): Field | string {
  const field: Field = {
    apiId: tag.id || `tag_${index + 1}`,
    type: typeOfTag[tag.type],
    name: tag.label,
    signer,
    required: tag.required,
    box: tag.box,
    ...(tag.type === "check" ? { checked: false } : {}),
    ...(tag.group ? { group: groupOf(tag.group) } : {}),
    ...(tag.validation ? { validation: { type: tag.validation } } : {}),
    ...(tag.autoFill ? { autoFill: tag.autoFill } : {}),
  };
  if (tag.type !== "text-merge" && tag.type !== "checkbox-merge") return field;
  if (order.isTemplate) return field;
  const value = order.mergeValues.find(({ name }) => name === tag.label);
  if (value === undefined) return `custom_fields has no value with the name "${tag.label}".`;
  if (signer === null && value.value === null) return `custom_fields gives "${tag.label}" no value.`;
  if (signer !== null && value.editor?.toLowerCase() !== `signer${tag.signer}`)
    return `custom_fields must name signer${tag.signer} as the editor of "${tag.label}".`;
  if (tag.type === "checkbox-merge" && truthOf(value.value) === null)
    return `The value of "${tag.label}" in custom_fields must be "1" or "0", "true" or "false".`;
  return { ...field, required: signer !== null && (tag.required || value.required), ...mergedInto(field.type, value) };
}

/** Groups of tags stand beside those of form fields, whose ids are the caller's own. */
function groupOf({ name, least, most }: NonNullable<Tag["group"]>): Group {
  return { id: `$${name}`, label: "", least, most };
}

function placeDraft({ page, ...draft }: FieldDraft, pagination: Pagination): Box | string {
  try {
    return ontoPage(placeField(page === null ? draft : { ...draft, page }, pagination), pagination);
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** What lies partly beside its page is moved onto it, for it must be seen to be filled. */
function ontoPage(box: Box, { pages }: Pagination): Box | string {
  const page = pages[box.page - 1];
  if (page === undefined) return `There is no page ${box.page}.`;
  if (box.x >= page.width || box.y >= page.height || box.x + box.width <= 0 || box.y + box.height <= 0)
    return `it lies outside of page ${box.page}, which is ${round(page.width)} by ${round(page.height)} points.`;
  const [width, height] = [Math.min(box.width, page.width), Math.min(box.height, page.height)];
  const x = Math.min(Math.max(box.x, 0), page.width - width);
  const y = Math.min(Math.max(box.y, 0), page.height - height);
  return { page: box.page, x, y, width, height };
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}

type Filling = { readonly box: Box; readonly mergeValues: MergeValues; readonly signerOf: SignerOf };

function fieldOfDraft(draft: FieldDraft, { box, mergeValues, signerOf }: Filling): Field {
  const { documentIndex, x, y, width, height, page, ...field } = draft;
  return withMerged({ ...field, box }, { mergeValues, editorOf: (value) => editorOf(value, signerOf) });
}

/** The signer whom a value of the sender's is given to edit; null when it names none of them. */
function editorOf({ editor }: MergeValue, signerOf: SignerOf): number | null {
  const number = /^signer(\d{1,4})$/iu.exec(editor ?? "")?.[1];
  return number === undefined ? null : (signerOf(Number(number)) ?? null);
}

function fieldOfForm({ radio, ...found }: FoundField, signer: number): Field {
  if (radio === undefined) return { ...found, signer };
  return { ...found, signer, group: { id: radio.name, label: found.name, least: radio.required ? 1 : 0, most: 1 } };
}

function fieldOfSignaturePage({ signer, type, box }: SignatureField, index: number): Field {
  const name = type === "signature" ? "Signature" : "Date";
  return { apiId: `signature_page_${index + 1}`, type, name, signer, required: true, box };
}

function refuseTwins(fields: readonly Field[]): Flaw | null {
  const known = new Map<string, Field>();
  for (const field of fields) {
    const { apiId } = field;
    const twin = known.get(apiId);
    if (twin !== undefined) {
      const reason = `The id ${apiId} is used by a text tag and by a form field; each field needs one of its own.`;
      return { ok: false, kind: "reference", reason, ...signersOf(twin, field) };
    }
    known.set(apiId, field);
  }
  return null;
}

/** What starts within half a line of the first in a row counts as on that row. */
const halfLine = 6;

/** Fields from top to bottom, row by row, each from left to right. */
export function inReadingOrder(fields: readonly Field[]): readonly Field[] {
  const rows: Field[][] = [];
  for (const field of fields.toSorted((a, b) => a.box.page - b.box.page || a.box.y - b.box.y)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && first.box.page === field.box.page && field.box.y - first.box.y <= halfLine) row.push(field);
    else rows.push([field]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.box.x - b.box.x));
}
