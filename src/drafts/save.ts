import { isDeepStrictEqual } from "node:util";
import { badRequest } from "../base/faults.ts";
import type { Field } from "../documents/document.ts";
import type { Work } from "../events/work.ts";
import type { DraftLook, DraftRecord, DraftSaid, DraftSigner } from "./draft.ts";
import type { Drafted } from "./session.ts";

/** What a tab wants to be kept, and which save it knows of. */
export type DraftSave = {
  readonly revision: number;
  /** An id of this save, made by the page. */
  readonly id: string | null;
  /** Saves of the same page whose answers it has not heard: if one of them was the last, the page is not behind. */
  readonly unheard: readonly string[];
  readonly said: DraftSaid;
};

/** The draft as a tab wants it, or why not: another tab has saved since, or it is not open. Throws `bad_request` for a change that its caller does not allow. */
export function takeSave(draft: DraftRecord, { revision, unheard, said }: DraftSave): Drafted<DraftRecord> {
  const { row } = draft;
  if (row.state === "finished") return { refused: "draft_closed" };
  if (row.document_blob === null) return { refused: "draft_preparing" };
  const isOwn = row.saved_as !== null && unheard.includes(row.saved_as);
  if (revision !== row.revision && !isOwn) return { refused: "draft_behind" };
  refuseForbidden(draft, said);
  return { draft: { ...draft, said: { ...said, fields: said.fields.map((field) => keptInPlace(draft, field)) } } };
}

/** Keeps what a tab shows. The draft's row is held. Refusals and faults as `takeSave`: then nothing is changed. */
export async function saveDraft(
  work: Work,
  { draft, save }: { readonly draft: DraftRecord; readonly save: DraftSave },
): Promise<Drafted<DraftRecord>> {
  const taken = takeSave(draft, save);
  if ("refused" in taken) return taken;
  const { row, said } = taken.draft;
  const kept = { revision: row.revision + 1, saved_as: save.id, notice: null };
  await work.tx
    .updateTable("drafts")
    .set({ said_json: JSON.stringify(said), ...kept })
    .where("draft_id", "=", row.draft_id)
    .execute();
  return { draft: { ...taken.draft, row: { ...row, ...kept } } };
}

/** What the page does not offer, nobody may send past it. */
function refuseForbidden({ look, said }: DraftRecord, next: DraftSaid): void {
  if (!look.signers && !isDeepStrictEqual(maskedSigners(said, look), maskedSigners(next, look)))
    throw badRequest("signers not valid: they may not be changed here", "signers");
  if (!look.ccs && !isDeepStrictEqual(said.ccs, next.ccs))
    throw badRequest("ccs not valid: they may not be changed here", "ccs");
  if (!look.fields && !isDeepStrictEqual(said.fields.map(shownField), next.fields.map(shownField)))
    throw badRequest("fields not valid: they may not be changed here", "fields");
}

/** The signers without what the sender may say of them. */
function maskedSigners({ signers }: DraftSaid, { unnamed }: DraftLook): readonly DraftSigner[] {
  return signers.map((signer, index) => (unnamed.includes(index) ? { ...signer, name: "", email: "" } : signer));
}

/** Of a field of the document's own form the page knows that it is one, not which. */
function shownField({ widget, ...field }: Field): object {
  return { ...field, isFixed: widget !== undefined };
}

/** A field of the document's own form stays where it is, and what it is; nothing else is one. */
function keptInPlace({ fixed }: DraftRecord, { widget, ...field }: Field): Field {
  const own = Object.hasOwn(fixed, field.apiId) ? fixed[field.apiId] : undefined;
  return widget === undefined || own === undefined ? field : { ...field, ...own };
}
