import { needTemplateRoom } from "../accounts/quotas.ts";
import { newId } from "../base/ids.ts";
import { fileColumns, type NewFile } from "../documents/new-file.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { MergeField, Role, TemplateAttachment, TemplateOptions } from "./template.ts";
import { wordColumns } from "./words.ts";

/** The kind of job that prepares a template. */
export const templateKind = "template";

/** A checked template, ready to be written. */
export type TemplateDraft = {
  readonly accountId: string;
  /** Given: a template for an app. */
  readonly clientId: string | null;
  readonly testMode: boolean;
  readonly title: string;
  readonly subject: string | null;
  readonly message: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly roles: readonly Role[];
  readonly ccRoles: readonly string[];
  readonly mergeFields: readonly MergeField[];
  readonly attachments: readonly Omit<TemplateAttachment, "id">[];
  readonly files: readonly NewFile[];
  readonly options: TemplateOptions;
};

/** Writes a template in state `processing` and promises its preparation, in one commit. Answers its id. Throws `payment_required`. */
export async function createTemplate(work: Work, draft: TemplateDraft): Promise<string> {
  await needTemplateRoom(work, draft);
  const templateId = newId();
  await writeTemplate(work, { draft, templateId });
  await enqueue(work, { kind: templateKind, requestId: null, payload: { templateId } });
  return templateId;
}

/** Writes a template of a known id, in state `processing`: the caller sees to what becomes of it, in the same commit. */
export async function writeTemplate(
  work: Work,
  { draft, templateId }: { readonly draft: TemplateDraft; readonly templateId: string },
): Promise<void> {
  await work.tx.insertInto("templates").values(columnsOf(work, { draft, templateId })).execute();
  await work.tx
    .insertInto("template_files")
    .values(draft.files.map((file, position) => ({ template_id: templateId, ...fileColumns(file, position) })))
    .execute();
  await work.tx
    .insertInto("template_accounts")
    .values({ template_id: templateId, account_id: draft.accountId, made_at: work.at })
    .execute();
}

function columnsOf(work: Work, { draft, templateId }: { readonly draft: TemplateDraft; readonly templateId: string }) {
  return {
    template_id: templateId,
    account_id: draft.accountId,
    client_id: draft.clientId,
    state: "processing",
    is_embedded: draft.clientId === null ? 0 : 1,
    test_mode: draft.testMode ? 1 : 0,
    title: draft.title,
    subject: draft.subject,
    message: draft.message,
    metadata_json: JSON.stringify(draft.metadata),
    roles_json: JSON.stringify(draft.roles),
    cc_roles_json: JSON.stringify(draft.ccRoles),
    merge_fields_json: JSON.stringify(draft.mergeFields),
    attachments_json: JSON.stringify(draft.attachments.map((one) => ({ id: newId(), ...one }))),
    options_json: JSON.stringify(draft.options),
    document_blob: null,
    pages_json: null,
    fields_json: null,
    error_message: null,
    ...wordColumns({ ...draft, files: draft.files.map(({ name }) => name) }),
    created_at: work.at,
    updated_at: work.at,
  };
}
