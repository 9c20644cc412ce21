import type { MergeValue } from "../documents/document.ts";
import { withMerged } from "../documents/merge.ts";
import type { Template } from "../templates/template.ts";
import type { RequestPart } from "./parts.ts";

/** Who plays which role, and what is merged in. */
export type Casting = {
  /** The index of the signer who plays a role, by the role's name; every role of the template has one. */
  readonly signers: ReadonlyMap<string, number>;
  /** Their editors are names of roles. */
  readonly mergeValues: readonly MergeValue[];
};

/** What a request takes from a template that is ready: its document and fields, as they stand now, with these signers and values. */
export function partOf({ row, files, pages, fields, roles }: Template, { signers, mergeValues }: Casting): RequestPart {
  const playerOf = (role: string | null | undefined) => signers.get(role ?? "") ?? null;
  return {
    name: row.title,
    documentBlob: row.document_blob ?? "",
    pages,
    files: files.length,
    fields: fields.map((field) => {
      const cast = { ...field, signer: field.signer === null ? null : playerOf(roles[field.signer]?.name) };
      return withMerged(cast, { mergeValues, editorOf: ({ editor }) => playerOf(editor) });
    }),
  };
}
