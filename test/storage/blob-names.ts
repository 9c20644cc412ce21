import type { Store } from "../../src/storage/store.ts";

/** Names blobs in rows of the request `complete`, the first in the first of `blobColumns`, and so on. */
export async function nameBlobs(store: Store, hashes: readonly string[]): Promise<void> {
  const file = { request_id: "complete", position: 0, name: "a.pdf", bytes: 1, file_url: null };
  const brought = { file_name: "b.pdf", media_type: "application/pdf", bytes: 1, uploaded_at: 0 };
  const asked = { attachment_id: "a", request_id: "complete", position: 0, signer: 0, name: "A" };
  const attachment = { ...asked, ...brought, instructions: null, required: 0 };
  await store.transact(async (tx) => {
    await tx
      .insertInto("request_files")
      .values({ ...file, blob: hashes[0] ?? null })
      .execute();
    await tx
      .insertInto("attachments")
      .values({ ...attachment, blob: hashes[1] ?? null })
      .execute();
    const [, , document_blob = null, sealed_blob = null, first_sealed_blob = null, trail_blob = null] = hashes;
    const documents = { document_blob, sealed_blob, first_sealed_blob, trail_blob };
    await tx.updateTable("signature_requests").set(documents).execute();
    const app = {
      client_id: "app",
      account_id: "me",
      name: "App",
      domains_json: "[]",
      secret_cipher: "",
      created_at: 0,
    };
    await tx
      .insertInto("api_apps")
      .values({
        ...app,
        oauth_json: null,
        options_json: null,
        white_labeling_json: null,
        deleted_at: null,
        logo_blob: hashes[6] ?? null,
      })
      .execute();
    await nameInTemplates(tx, hashes.slice(7));
    await nameInDrafts(tx, hashes.slice(10));
    await nameInFaxes(tx, hashes.slice(12));
    await nameInBulkSends(tx, hashes.slice(14));
  });
}

async function nameInTemplates(tx: Store["read"], [file, document, part = ""]: readonly string[]): Promise<void> {
  const lists = {
    metadata_json: "{}",
    roles_json: "[]",
    cc_roles_json: "[]",
    merge_fields_json: "[]",
    attachments_json: "[]",
    options_json: "{}",
  };
  const words = { title_words: "", message_words: "", metadata_words: "", filename_words: "" };
  const facts = { state: "ready", is_embedded: 0, test_mode: 0, title: "", created_at: 0, updated_at: 0 };
  const nothing = { client_id: null, subject: null, message: null, pages_json: null, fields_json: null };
  await tx
    .insertInto("templates")
    .values({
      ...lists,
      ...words,
      ...facts,
      ...nothing,
      template_id: "template",
      account_id: "me",
      document_blob: document ?? null,
      error_message: null,
    })
    .execute();
  const first = { position: 0, name: "" };
  await tx
    .insertInto("template_files")
    .values({ ...first, template_id: "template", blob: file ?? null, bytes: 0, file_url: null })
    .execute();
  const requests = tx.selectFrom("signature_requests").select("request_id");
  const { request_id } = await requests.executeTakeFirstOrThrow();
  await tx
    .insertInto("request_parts")
    .values({ ...first, request_id, document_blob: part, pages_json: "[]", fields_json: "[]", files: 1 })
    .execute();
}

async function nameInDrafts(tx: Store["read"], [document, file]: readonly string[]): Promise<void> {
  const nothing = { client_id: null, pending_json: null, request_id: null, template_id: null, edits_at: null };
  const unclaimed = { tab_hash: null, claimed_at: null, finished_json: null, notice: null, pages_json: null };
  const times = { expires_at: 0, touched_at: 0, created_at: 0 };
  const said = { base_json: "{}", look_json: "{}", said_json: "{}", fixed_json: "{}" };
  const facts = { draft_id: "draft", account_id: "me", kind: "request", state: "open", is_embedded: 0, test_mode: 0 };
  await tx
    .insertInto("drafts")
    .values({
      ...nothing,
      ...unclaimed,
      ...times,
      ...said,
      ...facts,
      revision: 0,
      token_hash: "t",
      document_blob: document ?? null,
    })
    .execute();
  await tx
    .insertInto("draft_files")
    .values({ draft_id: "draft", position: 0, name: "", blob: file ?? null, bytes: 0, file_url: null })
    .execute();
}

async function nameInFaxes(tx: Store["read"], [file, document]: readonly string[]): Promise<void> {
  const nothing = { sender: null, cover_json: null, pages: null, error_message: null, provider_id: null };
  const facts = { fax_id: "fax", account_id: "me", direction: "sent", state: "ready", test_mode: 0, title: "" };
  await tx
    .insertInto("faxes")
    .values({
      ...nothing,
      ...facts,
      document_blob: document ?? null,
      last_seq: 0,
      payloads_left: 0,
      created_at: 0,
      deleted_at: null,
    })
    .execute();
  await tx
    .insertInto("fax_files")
    .values({ fax_id: "fax", position: 0, name: "", blob: file ?? null, bytes: 0, file_url: null })
    .execute();
}

async function nameInBulkSends(tx: Store["read"], [blob]: readonly string[]): Promise<void> {
  if (blob === undefined) return;
  const facts = { is_embedded: 0, test_mode: 0, title: "", total: 1, made: 0, created_at: 0 };
  const nothing = { client_id: null, ended_at: null, order_cipher: null };
  await tx
    .insertInto("bulk_send_jobs")
    .values({ ...facts, ...nothing, bulk_send_job_id: "bulk", account_id: "me" })
    .execute();
  await tx.insertInto("bulk_send_files").values({ bulk_send_job_id: "bulk", blob }).execute();
}
