// Drafts that make a template or change one, and drafts that send a request anew.

import type { Static } from "typebox";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { KeptPage } from "../documents/make.ts";
import type { NewFile } from "../documents/new-file.ts";
import { asOpened } from "../drafts/draft.ts";
import type { NewDraft } from "../drafts/open.ts";
import { stillProcessing } from "../requests/closed.ts";
import { pagesOf, type RequestRecord } from "../requests/find.ts";
import { optionsOf } from "../requests/options.ts";
import type { Template } from "../templates/template.ts";
import type { EditUrlInput, ResendInput, TemplateDraftInput } from "./draft-input.ts";
import { readLook } from "./draft-look.ts";
import { type Asked, readClientId, readRedirect } from "./request-draft.ts";
import { readCcRoleChange } from "./template-changes.ts";
import { readMergeFields, readTemplateDraft } from "./template-input.ts";

/** A draft of a new template, for an iframe of an app. Throws as `readTemplateDraft`; the sender may name the roles and place the fields. */
export async function readNewTemplate(asked: Asked, input: Static<typeof TemplateDraftInput>): Promise<NewDraft> {
  const { signer_roles = [] } = input;
  const places = signer_roles.length || limits.signers;
  const draft = await readTemplateDraft(asked, { input: { ...input, signer_roles }, places });
  if (draft.clientId === null)
    throw badRequest("client_id is required: the editor is shown on the websites of an API app.", "client_id");
  const { title, subject, message, roles, ccRoles, mergeFields, files, ...rest } = draft;
  return {
    base: { ...rest, kind: "template" },
    look: readLook(input, {
      isOpen: roles.length === 0,
      unnamed: [],
      ccs: input.allow_ccs ?? true,
      signersFirst: input.force_signer_roles ?? false,
    }),
    said: {
      title,
      subject: subject ?? "",
      message: message ?? "",
      signers: asOpened(roles.map(({ name: role, order }) => ({ role, name: "", email: "", order }))),
      ccs: ccRoles.map((role) => ({ role })),
      mergeFields,
      fields: [],
    },
    files,
    document: null,
    isEmbedded: true,
    edits: null,
  };
}

/** A draft that changes a template that is ready. Throws `bad_request` where it belongs to no app, whose websites could show the editor. */
export function readTemplateEdit(template: Template, input: Static<typeof EditUrlInput>): NewDraft {
  const { row, roles, fields, pages, files, options, attachments } = template;
  if (row.client_id === null)
    throw badRequest(
      "template_id not valid: this template belongs to no API app, and the editor is shown on the websites of one",
      "template_id",
    );
  const ccRoles = input.cc_roles === undefined ? template.ccRoles : readCcRoleChange(input.cc_roles);
  return {
    base: {
      kind: "template",
      accountId: row.account_id,
      clientId: row.client_id,
      testMode: input.test_mode ?? row.test_mode === 1,
      metadata: JSON.parse(row.metadata_json) as Record<string, unknown>,
      attachments: attachments.map(({ id: _, ...attachment }) => attachment),
      options: { ...options, formView: input.signer_experience?.form_view ?? options.formView },
    },
    look: readLook(input, {
      isOpen: false,
      unnamed: [],
      ccs: input.allow_edit_ccs ?? false,
      signersFirst: input.force_signer_roles ?? false,
    }),
    said: {
      title: row.title,
      subject: row.subject ?? "",
      message: row.message ?? "",
      signers: asOpened(roles.map(({ name: role, order }) => ({ role, name: "", email: "", order }))),
      ccs: ccRoles.map((role) => ({ role })),
      mergeFields: input.merge_fields === undefined ? template.mergeFields : readMergeFields(input.merge_fields),
      fields,
    },
    files: files.map(keptFile),
    document: { blob: row.document_blob ?? "", pages },
    isEmbedded: true,
    edits: { templateId: row.template_id, at: row.updated_at },
  };
}

/** A draft of a new request with all that another one says, which stays as it is. Throws `conflict` while that is processed, and where its signers prove themselves, by codes or by an identity, which cannot be taken over. */
export async function readResend(
  asked: Asked,
  { record, input }: { readonly record: RequestRecord; readonly input: Static<typeof ResendInput> },
): Promise<NewDraft> {
  const { request, signatures, attachments, fields } = record;
  refuseResend(record);
  const isEmbedded = input.is_for_embedded_signing ?? request.is_embedded === 1;
  return {
    base: {
      kind: "request",
      templateIds: request.template_ids_json === null ? [] : (JSON.parse(request.template_ids_json) as string[]),
      accountId: request.account_id,
      clientId: await readClientId(asked, { input, isEmbedded: true }),
      isEmbedded,
      testMode: input.test_mode ?? false,
      metadata: JSON.parse(request.metadata_json) as Record<string, unknown>,
      redirectUrl: readRedirect(input.signing_redirect_url, "signing_redirect_url") ?? request.redirect_url,
      expiresAt: null,
      requester: input.requester_email_address ?? request.requester_email,
      attachments: attachments.map(({ signer, name, instructions, required }) => ({
        signer,
        name,
        instructions,
        required: required === 1,
      })),
      options: { ...optionsOf(request), fields: [], isHeld: false },
    },
    look: readLook(input, { isOpen: true, unnamed: [], ccs: true, signersFirst: false, tellsRequest: true }),
    said: {
      title: request.title,
      subject: request.subject ?? "",
      message: request.message ?? "",
      signers: asOpened(
        signatures.map(({ role, name, email, sign_order: order }) => ({
          ...(role === null ? {} : { role }),
          name,
          email,
          order,
        })),
      ),
      ccs: (JSON.parse(request.cc_json) as string[]).map((email) => ({ email })),
      mergeFields: [],
      fields,
    },
    ...documentsOf(record),
    isEmbedded: true,
    edits: null,
  };
}

function refuseResend({ request, signatures }: RequestRecord): void {
  if (request.document_blob === null)
    throw request.state === "processing"
      ? stillProcessing()
      : new Fault("conflict", "This request has no document that could be sent anew.");
  if (signatures.some(({ pin_hash: pin, sms_use: sms }) => pin !== null || sms !== null))
    throw new Fault("conflict", "Signers of this request have access codes, which cannot be taken over: send another.");
  if (signatures.some(({ group_guid: group }) => group !== null))
    throw new Fault(
      "conflict",
      "This request has groups of signers, which the editor does not know: edit it by the API.",
    );
  if (optionsOf(request).isEid)
    throw new Fault(
      "conflict",
      "The signer of this request proves who they are by an electronic identity, which a draft cannot ask for: send another.",
    );
}

/** The files that it was sent with; where these alone do not make its document, that document as one file. */
function documentsOf({ request, files }: RequestRecord): Pick<NewDraft, "files" | "document"> {
  const blob = request.document_blob ?? "";
  const pages = pagesOf(request);
  const isPlain = request.template_ids_json === null && pages.every(({ file }) => file !== undefined);
  if (isPlain) return { files: files.map(keptFile), document: { blob, pages } };
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const sheets: readonly KeptPage[] = pages.map((page) => ({ ...page, file: 0 }));
  return { files: [{ name: files[0]?.name ?? request.title, blob, bytes }], document: { blob, pages: sheets } };
}

function keptFile({ name, blob, bytes }: RequestRecord["files"][number] | Template["files"][number]): NewFile {
  return { name, blob: blob ?? "", bytes };
}
