// Drafts of requests, of what their callers ask for.

import type { Static } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { NewFile } from "../documents/new-file.ts";
import { asOpened, type DraftBase, type DraftCopy, type DraftSaid } from "../drafts/draft.ts";
import type { NewDraft } from "../drafts/open.ts";
import { fieldsOfParts } from "../requests/parts.ts";
import type { Draft } from "../requests/send.ts";
import type { EmbeddedDraftInput, TemplatedEmbeddedDraftInput, UnclaimedDraftInput } from "./draft-input.ts";
import { readLook } from "./draft-look.ts";
import { type Asked, readDraft } from "./request-draft.ts";
import type { SignatureRequestInput } from "./request-input.ts";
import { readTemplates, type TemplatedDraft } from "./templated-draft.ts";

/** A draft that whoever has its link claims, outside of any frame. Throws as `readDraft`. */
export async function readUnclaimedDraft(asked: Asked, input: Static<typeof UnclaimedDraftInput>): Promise<NewDraft> {
  const draft = await readPlain(asked, { input, isEmbedded: false, type: input.type });
  const look = readLook(
    { ...input, editor_options: { allow_edit_signers: true, allow_edit_documents: true } },
    { isOpen: true, unnamed: [], ccs: true, signersFirst: false, isSelfSigning: input.type === "send_document" },
  );
  return { base: baseOf(draft), look, said: saidOf(draft), files: draft.files, ...nothing, isEmbedded: false };
}

/** A draft for an iframe of an app. Throws as `readDraft`. */
export async function readEmbeddedDraft(asked: Asked, input: Static<typeof EmbeddedDraftInput>): Promise<NewDraft> {
  const { type = "request_signature", is_for_embedded_signing: isEmbedded = false } = input;
  const draft = await readPlain(asked, { input: withApp(asked, input), isEmbedded, type });
  const look = readLook(input, {
    isOpen: draft.signers.length === 0,
    unnamed: [],
    ccs: input.allow_ccs ?? true,
    signersFirst: input.force_signer_page ?? false,
    isSelfSigning: type === "send_document",
    tellsRequest: true,
  });
  const base = baseOf(draft, { requester: input.requester_email_address, isHeld: input.hold_request ?? false });
  return { base, look, said: saidOf(draft), files: draft.files, ...nothing, isEmbedded: true };
}

/** The same of templates. Throws as `readTemplatedDraft`; roles that nobody is named for are the sender's to cast. */
export async function readTemplatedEmbeddedDraft(
  asked: Asked,
  input: Static<typeof TemplatedEmbeddedDraftInput>,
): Promise<NewDraft> {
  const { is_for_embedded_signing: isEmbedded = false } = input;
  const read = await readTemplates(asked, { input: withApp(asked, input), isEmbedded, mayLack: true });
  const { draft, free, ccs } = read;
  const look = readLook(input, {
    isOpen: false,
    unnamed: free.map((_, index) => draft.signers.length + index),
    ccs: (input.allow_ccs ?? false) || ccs.some(({ email }) => email === undefined),
    signersFirst: input.force_signer_roles ?? false,
    tellsRequest: true,
  });
  const asIs = baseOf(draft, { requester: input.requester_email_address, isHeld: input.hold_request ?? false });
  const allowReassign = input.allow_reassign ?? asIs.options.allowReassign;
  const dateFormat = input.field_options?.date_format ?? asIs.options.dateFormat;
  const cast = free.map(({ name: role, order }) => ({ role, name: "", email: "", order }));
  const said = saidOf(draft, ccs);
  const signers = asOpened([...said.signers, ...cast]);
  return {
    base: { ...asIs, options: { ...asIs.options, allowReassign, dateFormat } },
    look,
    said: {
      ...said,
      signers,
      fields: fieldsOfParts(draft.templates.parts),
      mergeFields: read.templates.flatMap(({ mergeFields }) => mergeFields),
    },
    ...documentsOf(read),
    edits: null,
    isEmbedded: true,
  };
}

const nothing = { document: null, edits: null } as const;

/** An editor in a frame belongs to an app, whoever signs where. */
function withApp<I extends { readonly client_id?: string }>({ app }: Asked, input: I): I {
  if (!input.client_id && !app)
    throw badRequest("client_id is required: the editor is shown on the websites of an API app.", "client_id");
  return input;
}

type Plain = {
  readonly input: SignatureRequestInput;
  readonly isEmbedded: boolean;
  readonly type: "send_document" | "request_signature";
};

/** What contradicts the rest is left out, as the operation's warnings tell. */
async function readPlain(asked: Asked, { input, isEmbedded, type }: Plain): Promise<Draft> {
  const named = input.signers?.length ?? 0;
  const isAlone = type === "send_document";
  const places = named > 0 ? named : isAlone ? 1 : limits.signers;
  const agreed = input.use_text_tags ? { ...input, use_preexisting_fields: false } : input;
  const draft = await readDraft(asked, { input: agreed, isEmbedded, places });
  return isAlone ? ofFirst(draft) : draft;
}

/** Whoever opens it signs it alone: what others were to sign, fill and bring is left out. */
function ofFirst(draft: Draft): Draft {
  const { signers, attachments, options } = draft;
  return {
    ...draft,
    signers: signers.slice(0, 1),
    attachments: attachments.filter(({ signer }) => signer === 0),
    options: { ...options, fields: options.fields.filter(({ signer }) => (signer ?? 0) === 0) },
  };
}

type Asking = { readonly requester?: string; readonly isHeld?: boolean };

/** What nobody changes in the editor. */
function baseOf(
  draft: Draft,
  { requester, isHeld = false }: Asking = {},
): Extract<DraftBase, { readonly kind: "request" }> {
  const { title, subject, message, cc, signers, files, templates, ...rest } = draft;
  return {
    ...rest,
    kind: "request",
    templateIds: templates?.ids ?? [],
    requester: requester ?? null,
    options: { ...rest.options, isHeld },
  };
}

function saidOf(draft: Draft, ccs: readonly DraftCopy[] = draft.cc.map((email) => ({ email }))): DraftSaid {
  return {
    title: draft.title,
    subject: draft.subject ?? "",
    message: draft.message ?? "",
    signers: asOpened(
      draft.signers.map(({ role, name, email, order }) => ({
        ...(role === undefined ? {} : { role }),
        name,
        email,
        order,
      })),
    ),
    ccs,
    mergeFields: [],
    fields: [],
  };
}

/** The documents of templates count as one file each; one template alone needs no preparing. */
function documentsOf({ draft, templates }: TemplatedDraft): Pick<NewDraft, "files" | "document"> {
  const { parts } = draft.templates;
  const theirs = parts.map(({ name, documentBlob }, index): NewFile => {
    const files = templates[index]?.files ?? [];
    const [only] = files.length === 1 ? files : [];
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { name: only?.name ?? name, blob: documentBlob, bytes };
  });
  const own = draft.files.slice(parts.reduce((sum, { files }) => sum + files, 0));
  const [single, ...more] = parts;
  if (single === undefined || more.length > 0 || own.length > 0) return { files: [...theirs, ...own], document: null };
  const pages = single.pages.map((page) => ({ ...page, file: 0 }));
  return { files: theirs, document: { blob: single.documentBlob, pages } };
}
