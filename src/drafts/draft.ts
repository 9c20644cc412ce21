import type { Field } from "../documents/document.ts";
import type { KeptPage } from "../documents/make.ts";
import type { Draft } from "../requests/send.ts";
import type { DraftFileRow, DraftRow } from "../storage/draft-tables.ts";
import type { TemplateDraft } from "../templates/create.ts";
import type { MergeField } from "../templates/template.ts";

/** Somebody who is to sign, or in a template a role: then the name and the address are empty. */
export type DraftSigner = {
  readonly role?: string;
  readonly name: string;
  readonly email: string;
  readonly order: number | null;
  /** The index that the caller's attachments know them by; null for somebody whom the sender has added. */
  readonly was: number | null;
};

/** Signers as a draft begins with them. */
export function asOpened(signers: readonly Omit<DraftSigner, "was">[]): readonly DraftSigner[] {
  return signers.map((signer, was) => ({ ...signer, was }));
}

/** Attachments that are still asked of who they were asked of, wherever among the signers they stand now; those of who is gone are left out. */
export function keptAttachments<A extends { readonly signer: number }>(
  attachments: readonly A[],
  signers: readonly Pick<DraftSigner, "was">[],
): readonly A[] {
  return attachments.flatMap((attachment) => {
    const signer = signers.findIndex(({ was }) => was === attachment.signer);
    return signer === -1 ? [] : [{ ...attachment, signer }];
  });
}

/** Who gets a copy: the address in a request, the role in a template, both in a request made of templates. */
export type DraftCopy = { readonly role?: string; readonly email?: string };

/** What the editor changes. Signers of fields are indexes; a field of nobody is filled now, by the sender. */
export type DraftSaid = {
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly signers: readonly DraftSigner[];
  readonly ccs: readonly DraftCopy[];
  readonly mergeFields: readonly MergeField[];
  readonly fields: readonly Field[];
};

/** What the editor lets the sender change, and what it shows. */
export type DraftLook = {
  readonly signers: boolean;
  /** Where signers may not be changed: the indexes of those whom the sender names, for the caller did not. */
  readonly unnamed: readonly number[];
  readonly documents: boolean;
  readonly ccs: boolean;
  /** Fields that the sender fills now. */
  readonly meNow: boolean;
  readonly fields: boolean;
  readonly preview: boolean;
  readonly stepper: boolean;
  readonly signersFirst: boolean;
  readonly subjectFirst: boolean;
  readonly isSelfSigning: boolean;
  readonly redirectUrl: string | null;
  /** Whether the operation that made the draft told the id of the request. */
  readonly tellsRequest: boolean;
};

/** What the caller gave of a request, and of a template, and the editor does not change. */
export type DraftBase =
  | ({ readonly kind: "request"; readonly templateIds: readonly string[] } & Omit<
      Draft,
      "title" | "subject" | "message" | "cc" | "signers" | "files" | "templates"
    >)
  | ({ readonly kind: "template" } & Omit<
      TemplateDraft,
      "title" | "subject" | "message" | "roles" | "ccRoles" | "mergeFields" | "files"
    >);

/** The field of a document's own form, which may not be moved. */
export type FixedField = Pick<Field, "box" | "type" | "widget">;

/** One of the files that are to take the place of the present ones: `from` is its index among them, null for a new one. */
export type PendingFile = {
  readonly from: number | null;
  readonly name: string;
  readonly blob: string;
  readonly bytes: number;
};

/** What a draft has become. */
export type Finished = {
  readonly templateId: string | null;
  readonly requestId: string | null;
  /** Of the first signer. */
  readonly signatureId: string | null;
  /** A request that is not sent before somebody releases it. Absent in what was finished before that was kept. */
  readonly isHeld?: boolean;
};

/** A draft with what it says. */
export type DraftRecord = {
  readonly row: DraftRow;
  readonly files: readonly DraftFileRow[];
  readonly base: DraftBase;
  readonly look: DraftLook;
  readonly said: DraftSaid;
  readonly fixed: Readonly<Record<string, FixedField>>;
  readonly pending: readonly PendingFile[] | null;
  readonly pages: readonly KeptPage[];
};

/** A draft of its rows. */
export function draftOf(row: DraftRow, files: readonly DraftFileRow[]): DraftRecord {
  return {
    row,
    files,
    base: JSON.parse(row.base_json) as DraftBase,
    look: JSON.parse(row.look_json) as DraftLook,
    said: JSON.parse(row.said_json) as DraftSaid,
    fixed: JSON.parse(row.fixed_json) as Record<string, FixedField>,
    pending: row.pending_json === null ? null : (JSON.parse(row.pending_json) as PendingFile[]),
    pages: row.pages_json === null ? [] : (JSON.parse(row.pages_json) as KeptPage[]),
  };
}

/** What the draft has become; null while it is none. */
export function finishedOf({ row }: DraftRecord): Finished | null {
  return row.finished_json === null ? null : (JSON.parse(row.finished_json) as Finished);
}

/** The fields of a document's own form among these, by their ids. */
export function fixedOf(fields: readonly Field[]): Readonly<Record<string, FixedField>> {
  return Object.fromEntries(
    fields.flatMap(({ apiId, box, type, widget }) => (widget === undefined ? [] : [[apiId, { box, type, widget }]])),
  );
}
