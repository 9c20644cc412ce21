/** What the host page is told when a draft is done, and where the frame goes then. */
import type { EditorFinished } from "../../../wire/editor-view.ts";
import type { HostMessage } from "../sign/host-message.ts";
import type { Draft } from "./draft.ts";

type Told = Pick<Draft, "title" | "message" | "signers" | "ccs">;

const nothing: Told = { title: "", message: "", signers: [], ccs: [] };

/**
 * The message of a request that is made or of a template that is kept: every name that the client's documentation and source
 * have for it. Without the draft, which is not known any more after a reload, it holds the ids.
 */
export function doneMessage(done: EditorFinished, draft: Told | null): HostMessage {
  const { title, message, signers, ccs } = draft ?? nothing;
  const signatureRequestInfo = {
    title,
    message,
    signatures: signers.map(({ name, email, order }) => ({ signer_name: name, signer_email_address: email, order })),
    ccEmailAddresses: ccs.flatMap(({ email }) => (email ? [email] : [])),
  };
  if (done.kind === "request") {
    const ids = { signatureRequestId: done.requestId ?? "", signatureId: done.signatureId ?? "" };
    return { type: "hellosign:userSendRequest", payload: { ...ids, signatureRequestInfo } };
  }
  const templateInfo = {
    title,
    message,
    signerRoles: signers.map(({ role, order }) => ({ name: role ?? "", order })),
    ccRoles: ccs.flatMap(({ role }) => (role ? [role] : [])),
  };
  const payload = { templateId: done.templateId ?? "", templateInfo, ...templateInfo, signatureRequestInfo };
  return { type: "hellosign:userCreateTemplate", payload };
}

/** The address with what became of the draft added to its query. */
export function withOutcome(target: URL, done: EditorFinished): string {
  const isRequest = done.kind === "request";
  target.searchParams.append("event", isRequest ? "signature_request_sent" : "template_created");
  if (done.requestId) target.searchParams.append("signature_request_id", done.requestId);
  if (done.signatureId) target.searchParams.append("signature_id", done.signatureId);
  if (done.templateId) target.searchParams.append("template_id", done.templateId);
  return target.href;
}
