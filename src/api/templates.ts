import { Type } from "typebox";
import { findLeft } from "../accounts/quotas.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { createTemplate } from "../templates/create.ts";
import { deleteTemplate } from "../templates/delete.ts";
import { findOwnTemplate, findTemplateAccounts, findUsableTemplate, listTemplates } from "../templates/find.ts";
import { readTemplateQuery } from "../templates/query.ts";
import { replaceFiles } from "../templates/replace.ts";
import type { Template } from "../templates/template.ts";
import { updateTemplate } from "../templates/update.ts";
import { readFiles, uploadsOf } from "../wire/draft-files.ts";
import { fileAliases, readClientId } from "../wire/request-draft.ts";
import { SignatureRequestInput } from "../wire/request-input.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { renderTemplate, TemplateShape } from "../wire/template.ts";
import { readTemplateChanges, TemplateChangesInput } from "../wire/template-changes.ts";
import { readTemplateDraft, TemplateInput } from "../wire/template-input.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { type Call, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { textTagWarnings } from "./request-warnings.ts";
import { askedOf } from "./signature-request-answers.ts";

const Warnings = Type.Optional(Type.Array(Warning));
const Made = Type.Object({ template: Type.Object({ template_id: Type.String() }), warnings: Warnings });
const ById = Type.Object({ template_id: Type.String() });

/** What answers with one template look like. */
export const TemplateAnswer = Type.Object({ template: TemplateShape, warnings: Warnings });

export const templateCreate = operation({
  id: "templateCreate",
  on: "POST /template/create",
  says: "Makes a template of documents with fields, for signers named by their roles. Answers its id at once; template_created tells when it can be used, template_error when it cannot.",
  input: TemplateInput,
  output: Made,
  faults: ["unauthorized", "payment_required", "bad_request"],
  aliases: fileAliases,

  async handle(call, input) {
    call.house.workshop.warm();
    const draft = await readTemplateDraft(askedOf(call), { input });
    await keepUploads(call);
    const templateId = await call.house.transact((work) => createTemplate(work, draft), call.actor);
    const warnings = [
      ...textTagWarnings(input, uploadsOf(call)),
      ...fieldWarnings(draft.options.fields, input.form_field_groups),
    ];
    return withWarnings({ template: { template_id: templateId } }, warnings);
  },
});

export const templateGet = operation({
  id: "templateGet",
  on: "GET /template/{template_id}",
  says: "Answers one template that the account made or that is shared with it.",
  input: ById,
  output: TemplateAnswer,
  faults: ["unauthorized", "not_found"],

  handle: (call, { template_id: templateId }) => answerTemplate(call, templateId),
});

export const templateList = operation({
  id: "templateList",
  on: "GET /template/list",
  says: "Lists the templates that the account made or that are shared with it, newest first. query searches: words, and title:, message:, metadata:, filename:, owner: (me is you), created: and test_mode:, joined by AND, OR, NOT and parentheses.",
  input: Type.Object({
    page: Type.Optional(Type.Integer()),
    page_size: Type.Optional(Type.Integer()),
    account_id: Type.Optional(Type.String()),
    query: Type.Optional(Type.String()),
  }),
  output: Type.Object({ templates: Type.Array(TemplateShape), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request"],

  async handle(call, input) {
    const paging = readPaging(input);
    const accountId = call.account.account_id;
    if (input.account_id && input.account_id !== "all" && input.account_id !== accountId)
      throw badRequest("account_id not valid: give the account's own id, or all", "account_id");
    const query = readTemplateQuery(input.query ?? "", { accountId });
    const { templates, count } = await listTemplates(call.house.store.read, { accountId, query, ...paging });
    return {
      templates: await Promise.all(templates.map((template) => show(call, template))),
      list_info: renderListInfo({ ...paging, count }),
    };
  },
});

export const templateUpdate = operation({
  id: "templateUpdate",
  on: "POST /template/update/{template_id}",
  says: "Changes what is given of a template: title, subject, message, cc roles, names of fields, allow_reassign. Requests made of it before stay as they are.",
  input: TemplateChangesInput,
  output: TemplateAnswer,
  faults: ["unauthorized", "bad_request", "forbidden", "not_found", "conflict", "unprocessable_entity"],

  async handle(call, { template_id: templateId, ...input }) {
    const { house, account } = call;
    const asked = { accountId: account.account_id, templateId };
    await findOwnTemplate(house.store.read, asked);
    const changes = readTemplateChanges(input);
    const strangers = await house.transact((work) => updateTemplate(work, { ...asked, changes }), call.actor);
    return withWarnings(
      await answerTemplate(call, templateId),
      strangers.map((apiId) => ({
        warning_name: "parameter_ignored",
        warning_msg: `form_fields: the template has no field with the api_id ${apiId}.`,
      })),
    );
  },
});

const { file_urls, client_id, message, test_mode } = SignatureRequestInput.properties;

export const templateUpdateFiles = operation({
  id: "templateUpdateFiles",
  on: "POST /template/update_files/{template_id}",
  says: "Makes a new template of other files with the fields of this one, which stays. Their pages must be as many or more, and turned the same way. template_created or template_error follows.",
  input: Type.Object({
    template_id: Type.String(),
    file_urls,
    client_id,
    message,
    test_mode,
    subject: Type.Optional(Type.String({ maxLength: limits.replacedSubjectLength })),
  }),
  output: Made,
  faults: [
    "unauthorized",
    "payment_required",
    "bad_request",
    "forbidden",
    "not_found",
    "conflict",
    "unprocessable_entity",
  ],
  aliases: fileAliases,

  async handle(call, { template_id: templateId, ...input }) {
    const { house, account } = call;
    const asked = { accountId: account.account_id, templateId };
    await findOwnTemplate(house.store.read, asked);
    const replacement = {
      files: readFiles(call, input),
      clientId: await readClientId(askedOf(call), { input, isEmbedded: false }),
      subject: input.subject || null,
      message: input.message || null,
      testMode: input.test_mode ?? false,
    };
    await keepUploads(call);
    const made = await house.transact((work) => replaceFiles(work, { ...asked, replacement }), call.actor);
    return { template: { template_id: made } };
  },
});

export const templateDelete = operation({
  id: "templateDelete",
  on: "POST /template/delete/{template_id}",
  says: "Deletes a template for everybody who has it. Requests made of it live on.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "forbidden", "not_found", "conflict"],

  async handle({ house, account, actor }, { template_id: templateId }) {
    await house.transact((work) => deleteTemplate(work, { accountId: account.account_id, templateId }), actor);
  },
});

async function keepUploads(call: Call): Promise<void> {
  await Promise.all(uploadsOf(call).map(({ received }) => received.keep()));
}

/** The answer that shows a template to the account of the call. Throws `not_found`. */
export async function answerTemplate(
  call: Call,
  templateId: string,
): Promise<{ template: Type.Static<typeof TemplateShape> }> {
  const { house, account } = call;
  const template = await findUsableTemplate(house.store.read, { accountId: account.account_id, templateId });
  return { template: await show(call, template) };
}

async function show({ house, account }: Call, template: Template): Promise<Type.Static<typeof TemplateShape>> {
  const accounts = await findTemplateAccounts(house.store.read, template.row);
  const accountIds = accounts.map((one) => one.account_id);
  const leftOf = await findLeft(house.store.read, { quotas: house.quotas, at: house.clock(), accountIds });
  return renderTemplate(template, { accounts, accountId: account.account_id, leftOf });
}
