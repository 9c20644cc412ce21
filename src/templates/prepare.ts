import { limits } from "../base/limits.ts";
import type { Field, Page } from "../documents/document.ts";
import { fetchFiles } from "../documents/fetch-files.ts";
import type { PrepareOrder } from "../documents/jobs.ts";
import {
  type KeptDocument,
  keptPages,
  keptWords,
  type Maker,
  makeDocument,
  undrawableWords,
} from "../documents/make.ts";
import { appendTemplateEvent } from "../events/append.ts";
import type { Transact, Work } from "../events/work.ts";
import type { Outbound } from "../http/outbound.ts";
import type { Store } from "../storage/store.ts";
import { findTemplate, lockTemplate } from "./find.ts";
import type { Template } from "./template.ts";

/** What templates are prepared with. */
export type TemplatePreparer = Maker & {
  readonly store: Store;
  readonly outbound: Outbound;
  readonly transact: Transact;
};

type Asked = {
  readonly templateId: string;
  readonly tries: number;
  /** Ends the job in the transaction of its result; throws when another worker has taken it over. */
  readonly endJob: (work: Work) => Promise<void>;
};

/**
 * Prepares a template once, for every request that will be made of it: fetches its files, makes one document of them, finds its fields.
 * Ends with `template_created`, or with the one `template_error` that says what is wrong. Throws only for what a later try may mend.
 */
export async function prepareTemplate(preparer: TemplatePreparer, { templateId, tries, endJob }: Asked): Promise<void> {
  const found = await findTemplate(preparer.store.read, templateId);
  if (found?.row.state !== "processing") {
    await preparer.transact(endJob);
    return;
  }

  const outcome = await process(preparer, { found, tries });
  await preparer.transact(async (work) => {
    await endJob(work);
    const now = await lockTemplate(work, templateId);
    if (now?.row.state !== "processing") return;
    if (outcome.ok) await openTemplate(work, { template: now, ...outcome });
    else await failTemplate(work, { template: now, message: outcome.message });
  });
}

type Outcome = ({ readonly ok: true } & KeptDocument) | { readonly ok: false; readonly message: string };

async function process(
  preparer: TemplatePreparer,
  { found, tries }: { readonly found: Template; readonly tries: number },
): Promise<Outcome> {
  const { row, files, options } = found;
  const undrawn = undrawableWords({ texts: [], fields: options.fields, mergeValues: [] });
  if (undrawn !== null) return { ok: false, message: undrawn };

  const fetched = await fetchFiles(preparer, { of: { table: "template_files", id: row.template_id }, files });
  if (!fetched.ok) return fetched;
  const made = await makeDocument(preparer, {
    files: fetched.files,
    order: orderOf(found),
    owner: row.account_id,
    tries,
  });
  if (!made.ok) return made;

  const { prepared, documentBlob } = made;
  const complaint = complaintOf(found, prepared);
  if (complaint !== null) return { ok: false, message: complaint };
  return { ok: true, documentBlob, pages: keptPages(prepared), fields: prepared.fields };
}

function orderOf({ roles, options }: Template): Omit<PrepareOrder, "files"> {
  return {
    signers: roles.length,
    signerKeys: null,
    drafts: options.fields,
    mergeValues: [],
    isTemplate: true,
    placed: options.like?.fields ?? [],
    useTextTags: options.useTextTags,
    hideTextTags: options.hideTextTags,
    usePreexistingFields: options.usePreexistingFields,
    signaturePage: null,
  };
}

/** Why a document that is well in itself makes no template, in words; null when it does. */
function complaintOf(
  { options }: Template,
  { pages, fields }: { readonly pages: readonly Page[]; readonly fields: readonly Field[] },
): string | null {
  if (fields.length === 0)
    return "The document has no field: give form_fields_per_document, or text tags or form fields in the document.";
  if (fields.length > limits.fieldsPerRequest) return `A template has at most ${limits.fieldsPerRequest} fields.`;
  const before = options.like?.pages ?? [];
  if (pages.length < before.length)
    return `The new files have ${pages.length} pages, but the files that they replace have ${before.length}: there must be as many, or more.`;
  const turned = before.findIndex((page, index) => isWide(page) !== isWide(pages[index] ?? page));
  if (turned === -1) return null;
  const [was, is] = isWide(before[turned] ?? { width: 0, height: 0 })
    ? ["landscape", "portrait"]
    : ["portrait", "landscape"];
  return `Page ${turned + 1} is ${is}, but the page that it replaces is ${was}.`;
}

function isWide({ width, height }: Page): boolean {
  return width > height;
}

/** Makes a template in state `processing` usable with this document and these fields: `template_created` tells. Its row is held. */
export async function openTemplate(
  work: Work,
  { template, documentBlob, pages, fields }: KeptDocument & { readonly template: Template },
): Promise<void> {
  const { row, options } = template;
  await work.tx
    .updateTable("templates")
    .set({
      state: "ready",
      document_blob: documentBlob,
      pages_json: JSON.stringify(pages),
      fields_json: JSON.stringify(fields),
      // What was asked for stands in the fields now.
      options_json: JSON.stringify({ ...options, fields: [], like: null }),
      updated_at: work.at,
    })
    .where("template_id", "=", row.template_id)
    .execute();
  appendTemplateEvent(work, { type: "template_created", ...aboutOf(template) });
}

/** Ends a template in state `processing` that cannot be used: `template_error` says why. Its row is held. */
export async function failTemplate(
  work: Work,
  { template, message: words }: { readonly template: Template; readonly message: string },
): Promise<void> {
  const message = keptWords(words);
  await work.tx
    .updateTable("templates")
    .set({ state: "error", error_message: message, updated_at: work.at })
    .where("template_id", "=", template.row.template_id)
    .execute();
  appendTemplateEvent(work, { type: "template_error", message, ...aboutOf(template) });
}

function aboutOf({ row }: Template) {
  return { templateId: row.template_id, accountId: row.account_id, clientId: row.client_id };
}

/** A template whose preparation failed for good for the server's own reasons. */
export async function giveUpTemplate(work: Work, templateId: string): Promise<void> {
  const template = await lockTemplate(work, templateId);
  if (template?.row.state !== "processing") return;
  const message =
    "The template could not be processed: the server met an unexpected error again and again. Please make it once more.";
  await failTemplate(work, { template, message });
}
