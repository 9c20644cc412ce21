import type { Answered } from "../support/ask.ts";
import { readAs } from "../support/ask.ts";
import { edit, OneDraft, openEditor, saveOf, signatureField } from "../support/editor.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { ann, formOf, onePage, requestOf, sendAndWait } from "../support/requests.ts";
import { cast, makeTemplate } from "../support/templates.ts";

/** Calls an operation and notes what it answered. */
type Note = (on: string, path: string, asking?: object) => Promise<Answered>;

/** Asks every operation of drafts, and those that go on with what comes of them. */
export async function askDrafts(house: HeardHouse, note: Note): Promise<void> {
  const app = { client_id: house.clientId, test_mode: true };
  const asked = { ...app, requester_email_address: "sender@example.com", signers: [ann], subject: "Agreement" };
  const draft = async (name: string, asking: object, id = "") =>
    note(`POST /unclaimed_draft/${name}`, `/unclaimed_draft/${name.split("/")[0]}${id}`, asking);
  await draft("create", { form: formOf([onePage], { type: "request_signature", signers: [ann] }) });
  const redirects = {
    requesting_redirect_url: "https://example.com/sent",
    signing_redirect_url: "https://example.com/signed",
  };
  await draft("create_embedded", { form: formOf([onePage], { ...asked, ...redirects }) });
  const held = await draft("create_embedded", { form: formOf([onePage], { ...asked, hold_request: true }) });
  const { claim_url: link } = readAs(OneDraft, held).unclaimed_draft;
  const editor = openEditor(house, { link });
  const done = await editor.finish({ ...saveOf(await edit(editor)), fields: [signatureField(0)] });
  await house.quiet();
  const id = done.ok ? done.requestId : "";
  await note("POST /signature_request/release_hold/{signature_request_id}", `/signature_request/release_hold/${id}`);
  const again = { json: { client_id: house.clientId } };
  await draft("edit_and_resend/{signature_request_id}", again, `/${id}`);

  const template = await makeTemplate(house, { client_id: house.clientId });
  await draft("create_embedded_with_template", { json: { ...asked, template_ids: [template], signers: cast } });
  await note("POST /embedded/edit_url/{template_id}", `/embedded/edit_url/${template}`, { json: {} });
  const form = formOf([onePage], { ...app, signer_roles: [{ name: "Client" }], hide_text_tags: true });
  await note("POST /template/create_embedded_draft", "/template/create_embedded_draft", { form });
  for (const [way, mailed] of [
    ["edit_with_template", true],
    ["edit_embedded_with_template", false],
  ] as const) {
    const { signature_request_id: before } = await sendAndWait(house, { mailed });
    const json = { template_ids: [template], signers: cast, ...(mailed ? {} : app) };
    requestOf(
      await note(`PUT /signature_request/${way}/{signature_request_id}`, `/signature_request/${way}/${before}`, {
        json,
      }),
    );
  }
}
