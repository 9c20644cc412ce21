import type { Field, MergeValue } from "../documents/document.ts";
import { inReadingOrder } from "../documents/fields.ts";
import type { NewFile } from "../documents/new-file.ts";
import type { Draft } from "../requests/send.ts";
import type { TemplateDraft } from "../templates/create.ts";
import { type DraftBase, type DraftRecord, keptAttachments } from "./draft.ts";

type BaseOf<Kind extends DraftBase["kind"]> = Extract<DraftBase, { readonly kind: Kind }>;

/** The files of a draft as they are handed on. */
export function newFilesOf({ files }: Pick<DraftRecord, "files">): readonly NewFile[] {
  return files.map(({ name, blob, bytes, file_url: url }) =>
    blob === null ? { name, url: url ?? "" } : { name, blob, bytes },
  );
}

/** The fields of a draft as they go out: in reading order, whatever the order in which they were placed. */
export function placedFields({ said }: DraftRecord): readonly Field[] {
  return inReadingOrder(said.fields);
}

/**
 * The request that a draft makes. Its document and fields stand; where nobody has placed any field, it is prepared anew, and gets
 * a page for the signatures.
 */
export function asRequest(draft: DraftRecord, base: BaseOf<"request">): Draft {
  const { said, row, pages } = draft;
  const { kind: _, templateIds, ...rest } = base;
  const fields = placedFields(draft);
  const title = titleOf(draft);
  const given = newFilesOf(draft);
  const part = { name: title, documentBlob: row.document_blob ?? "", pages, fields, files: given.length };
  const isBare = fields.length === 0;
  const plain = { useTextTags: false, hideTextTags: false, usePreexistingFields: false };
  return {
    ...rest,
    accountId: row.account_id,
    title,
    subject: said.subject || null,
    message: said.message || null,
    cc: [...new Set(said.ccs.flatMap(({ email = "" }) => (email === "" ? [] : [email])))],
    signers: said.signers.map(({ role, name, email, order }) => ({
      ...(role === undefined ? {} : { role }),
      name: name.trim(),
      email,
      order,
      pin: null,
      sms: null,
    })),
    attachments: keptAttachments(rest.attachments, said.signers),
    // Tags that are hidden already come back where the files are read anew.
    files:
      isBare && rest.options.hideTextTags ? [{ name: title, blob: part.documentBlob, bytes: bytesOf(draft) }] : given,
    options: {
      ...rest.options,
      ...(isBare ? plain : {}),
      fields: [],
      mergeValues: mergedValues(rest.options.mergeValues, fields),
    },
    ...(isBare ? {} : { templates: { ids: templateIds, parts: [part] } }),
  };
}

function bytesOf({ files }: DraftRecord): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What stands in merge fields when it goes out: the values of the caller, as the sender has changed them. */
function mergedValues(given: readonly MergeValue[], fields: readonly Field[]): readonly MergeValue[] {
  const merged = fields.filter(({ type }) => type === "text-merge" || type === "checkbox-merge");
  const isOf =
    ({ name }: MergeValue) =>
    (field: Field) =>
      field.name === name || field.apiId === name;
  const valueIn = ({ type, checked, content }: Field) =>
    type === "checkbox-merge" ? String(checked ?? false) : (content ?? null);
  const known = given.map((value) => {
    const field = merged.find(isOf(value));
    return field === undefined ? value : { ...value, value: valueIn(field) };
  });
  const added = merged
    .filter((field) => !given.some((value) => isOf(value)(field)) && field.signer === null)
    .map((field) => ({ name: field.name || field.apiId, value: valueIn(field), editor: null, required: false }));
  const once = added.filter(({ name }, index) => added.findIndex((other) => other.name === name) === index);
  return [...known, ...once];
}

/** The template that a draft makes, but for its document. */
export function asTemplate(draft: DraftRecord, base: BaseOf<"template">): TemplateDraft {
  const { said, row } = draft;
  const { kind: _, ...rest } = base;
  return {
    ...rest,
    accountId: row.account_id,
    title: titleOf(draft),
    subject: said.subject || null,
    message: said.message || null,
    roles: said.signers.map(({ role = "", order }) => ({ name: role.trim(), order })),
    ccRoles: said.ccs.map(({ role = "" }) => role.trim()),
    mergeFields: said.mergeFields,
    attachments: keptAttachments(rest.attachments, said.signers),
    files: newFilesOf(draft),
    options: { ...rest.options, fields: [], like: null },
  };
}

function titleOf({ said, files }: DraftRecord): string {
  return said.title.trim() || said.subject.trim() || files[0]?.name || "Untitled";
}
