// What preparing a draft's document makes of its fields.

import { limits } from "../base/limits.ts";
import type { Field, Page } from "../documents/document.ts";
import type { KeptPage } from "../documents/make.ts";
import { withMerged } from "../documents/merge.ts";
import { renumbered } from "../documents/widgets.ts";
import type { DraftRecord, DraftSaid, DraftSigner, PendingFile } from "./draft.ts";

/** The fields that were found, as the editor begins with them: on their pages, with the caller's values, each with somebody to fill it. */
export function firstSaid(
  { said, base, row }: DraftRecord,
  { fields, pages }: { readonly fields: readonly Field[]; readonly pages: readonly Page[] },
): DraftSaid {
  const isPlain = base.kind === "request" && base.templateIds.length === 0;
  const mergeValues = isPlain ? base.options.mergeValues : [];
  const placed = fields.map((field) =>
    withMerged(onPage(field, pages), { mergeValues, editorOf: ({ editor }) => editorIn(editor) }),
  );
  return {
    ...said,
    fields: placed,
    signers: withStrangers(said.signers, {
      asked: [...placed, ...base.attachments],
      isTemplate: row.kind === "template",
    }),
  };
}

/** The index of `signerN`; null for anybody else. */
function editorIn(editor: string | null): number | null {
  const number = Number(/^signer(\d{1,4})$/iu.exec(editor ?? "")?.[1] ?? 0);
  return number === 0 ? null : number - 1;
}

/** Where nobody was named, those whom the fields and attachments ask: the sender says who they are. */
function withStrangers(
  signers: readonly DraftSigner[],
  { asked, isTemplate }: { readonly asked: readonly Pick<Field, "signer">[]; readonly isTemplate: boolean },
): readonly DraftSigner[] {
  const wanted = Math.max(signers.length, isTemplate ? 0 : 1, ...asked.map(({ signer }) => (signer ?? -1) + 1));
  const strangers = Array.from({ length: wanted - signers.length }, (_, index) => ({
    ...(isTemplate ? { role: `Role ${signers.length + index + 1}` } : {}),
    name: "",
    email: "",
    order: null,
    was: signers.length + index,
  }));
  return [...signers, ...strangers];
}

/** A field that its caller has placed beyond the edge is moved onto its page, where it can be seen and taken hold of. */
function onPage(field: Field, pages: readonly Page[]): Field {
  const page = pages[field.box.page - 1];
  if (page === undefined || field.widget !== undefined) return field;
  const width = Math.min(field.box.width, page.width);
  const height = Math.min(field.box.height, page.height);
  const within = (at: number, most: number) => Math.min(Math.max(at, 0), most);
  const box = {
    x: within(field.box.x, page.width - width),
    y: within(field.box.y, page.height - height),
    width,
    height,
  };
  return { ...field, box: { ...field.box, ...box } };
}

/** The fields of the files that stay, on the pages where these will stand: new files come behind them. What depended on a field that goes stands free. */
export function movedFields(
  fields: readonly Field[],
  { pages, pending }: { readonly pages: readonly KeptPage[]; readonly pending: readonly PendingFile[] },
): readonly Field[] {
  const placeOf = new Map<number, number>();
  for (const { from } of pending)
    for (const [index, page] of pages.entries())
      if (from !== null && page.file === from) placeOf.set(index + 1, placeOf.size + 1);
  const kept = fields.flatMap((field) => {
    const page = placeOf.get(field.box.page);
    return page === undefined ? [] : [{ ...field, box: { ...field.box, page } }];
  });
  const ids = new Set(kept.map(({ apiId }) => apiId));
  return kept.map(({ condition, ...field }) =>
    condition && ids.has(condition.field) ? { ...field, condition } : field,
  );
}

type Renewal = {
  readonly pages: readonly KeptPage[];
  readonly pending: readonly PendingFile[];
  /** What preparing all of the files anew has found in them. */
  readonly found: readonly Field[];
};

/** The fields once other files stand in the place of the present ones: those of the files that stay, and what new files bring along. */
export function renewedSaid({ said }: DraftRecord, { pages, pending, found }: Renewal): DraftSaid {
  const stays = pages.filter(({ file }) => pending.some(({ from }) => from !== null && from === file)).length;
  const kept = renumbered(movedFields(said.fields, { pages, pending }), found);
  const taken = new Set(kept.map(({ apiId }) => apiId));
  const fresh = found
    .filter(({ box }) => box.page > stays)
    .map((field) => {
      const apiId = freeId(field.apiId, taken);
      const signer = field.signer !== null && said.signers[field.signer] === undefined ? null : field.signer;
      return { ...field, apiId, signer };
    });
  return { ...said, fields: [...kept, ...fresh].slice(0, limits.fieldsPerRequest) };
}

function freeId(wanted: string, taken: Set<string>): string {
  let free = wanted;
  for (let number = 2; taken.has(free); number += 1) free = `${wanted}_${number}`;
  taken.add(free);
  return free;
}
