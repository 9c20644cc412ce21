// What a request takes from templates: their documents and fields, copied when it is asked for, so that what becomes of the templates
// later changes nothing. The rows live until the request's own document is made.

import type { Field } from "../documents/document.ts";
import type { KeptDocument, KeptPage } from "../documents/make.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/** A template's share of a request: its prepared document, and its fields with the request's signers and values. */
export type RequestPart = KeptDocument & {
  /** The template's title, by which faults name it. */
  readonly name: string;
  /** How many of the request's files are the template's: its files come first, template by template. */
  readonly files: number;
};

/** The statement that writes the parts of a request, in order; there is at least one. */
export function askParts(
  { tx }: Pick<Work, "tx">,
  { requestId, parts }: { readonly requestId: string; readonly parts: readonly RequestPart[] },
) {
  const rows = parts.map(({ name, documentBlob, pages, fields, files }, position) => ({
    request_id: requestId,
    position,
    name,
    document_blob: documentBlob,
    pages_json: JSON.stringify(pages),
    fields_json: JSON.stringify(fields),
    files,
  }));
  return tx.insertInto("request_parts").values(rows);
}

/** The parts of a request that is being processed, in order. */
export async function findParts(
  db: Db,
  { request }: { readonly request: Pick<SignatureRequestRow, "request_id"> },
): Promise<readonly RequestPart[]> {
  const rows = await db
    .selectFrom("request_parts")
    .selectAll()
    .where("request_id", "=", request.request_id)
    .orderBy("position")
    .execute();
  return rows.map((row) => ({
    name: row.name,
    documentBlob: row.document_blob,
    pages: JSON.parse(row.pages_json) as KeptPage[],
    fields: JSON.parse(row.fields_json) as Field[],
    files: row.files,
  }));
}

/** Lets go of the parts once the request has a document of its own, or never will. */
export async function dropParts(work: Work, requestId: string): Promise<void> {
  await askNoParts(work, requestId).execute();
}

/** The statement that does so. */
export function askNoParts({ tx }: Pick<Work, "tx">, requestId: string) {
  return tx.deleteFrom("request_parts").where("request_id", "=", requestId);
}

/**
 * The fields of all parts on the pages of their joined document. Names that two templates use are told apart: the later one's field,
 * group or link gets a number, and its conditions follow.
 */
export function fieldsOfParts(parts: readonly RequestPart[]): readonly Field[] {
  const taken = { ids: new Set<string>(), groups: new Set<string>(), links: new Set<string>() };
  let before = 0;
  return parts.flatMap(({ fields, pages }) => {
    const ids = renamed(
      fields.map(({ apiId }) => apiId),
      taken.ids,
    );
    const groups = renamed(
      fields.flatMap(({ group }) => group?.id ?? []),
      taken.groups,
    );
    const links = renamed(
      fields.flatMap(({ linkId }) => linkId ?? []),
      taken.links,
    );
    const offset = before;
    before += pages.length;
    return fields.map((field) => ({
      ...field,
      apiId: nameIn(ids, field.apiId),
      box: { ...field.box, page: field.box.page + offset },
      ...(field.group ? { group: { ...field.group, id: nameIn(groups, field.group.id) } } : {}),
      ...(field.linkId ? { linkId: nameIn(links, field.linkId) } : {}),
      ...(field.condition ? { condition: { ...field.condition, field: nameIn(ids, field.condition.field) } } : {}),
    }));
  });
}

/** Free names for these, which are taken from then on. */
function renamed(names: readonly string[], taken: Set<string>): ReadonlyMap<string, string> {
  const own = new Set(names);
  const map = new Map<string, string>();
  for (const name of own) {
    let free = name;
    for (let number = 2; taken.has(free) || (free !== name && own.has(free)); number += 1) free = `${name}_${number}`;
    map.set(name, free);
  }
  for (const name of map.values()) taken.add(name);
  return map;
}

function nameIn(names: ReadonlyMap<string, string>, name: string): string {
  return names.get(name) ?? name;
}

/** The pages of a joined document, whose first files are the parts' documents, with the request's files that they come from. */
export function pagesWithParts(pages: readonly KeptPage[], parts: readonly RequestPart[]): readonly KeptPage[] {
  let filesBefore = 0;
  const origins = parts.flatMap((part) => {
    const first = filesBefore;
    filesBefore += part.files;
    return part.pages.map(({ file }) => (file === undefined ? undefined : file + first));
  });
  return pages.map(({ file, ...page }, index) => {
    const origin =
      index < origins.length ? origins[index] : file === undefined ? undefined : file - parts.length + filesBefore;
    return origin === undefined ? page : { ...page, file: origin };
  });
}
