import { sql } from "kysely";
import { type Static, Type } from "typebox";
import { BulkSendJob } from "../../src/wire/bulk-send-job.ts";
import { ListInfo, Warning } from "../../src/wire/shapes.ts";
import { SignatureRequest } from "../../src/wire/signature-request.ts";
import { type Answered, ask, type Callee, readAs } from "./ask.ts";
import type { House } from "./house.ts";
import { clientAndWitness, makeTemplate, type NewTemplate } from "./templates.ts";

/** What answers with one bulk send look like. */
export const OneBulkSend = Type.Object({
  bulk_send_job: BulkSendJob,
  warnings: Type.Optional(Type.Array(Warning)),
});

/** What a bulk send answers with its requests. */
export const BulkSendPage = Type.Object({
  bulk_send_job: BulkSendJob,
  list_info: ListInfo,
  signature_requests: Type.Array(SignatureRequest),
});

/** A template of one role, whose company is merged in. */
export function makeClientTemplate(house: House, parameters: NewTemplate = {}): Promise<string> {
  const [signature, day, , company] = clientAndWitness;
  return makeTemplate(house, {
    signer_roles: [{ name: "Client" }],
    form_fields_per_document: [signature, day, company],
    ...parameters,
  });
}

/** Row number `n`, from 1: a client with an address and a company of that number. */
export function rowOf(n: number) {
  return {
    signers: [{ role: "Client", name: `Client ${n}`, email_address: `client-${n}@example.com` }],
    custom_fields: [{ name: "Company", value: `Company ${n}` }],
  };
}

/** So many of them. */
export function rowsOf(count: number) {
  return Array.from({ length: count }, (_, index) => rowOf(index + 1));
}

/** Asks for a bulk send as JSON: embedded unless `mailed`. */
export function bulkSend(
  house: Callee & { readonly clientId: string },
  { mailed = false, ...parameters }: Readonly<Record<string, unknown>> & { readonly mailed?: boolean },
): Promise<Answered> {
  const json = { test_mode: true, ...(mailed ? {} : { client_id: house.clientId }), ...parameters };
  return ask(house, `POST /signature_request/bulk_${mailed ? "send" : "create_embedded"}_with_template`, { json });
}

/** Asks for one as multipart, with a file of signers. */
export function bulkSendFile(
  house: Callee,
  { file, ...parameters }: Readonly<Record<string, unknown>> & { readonly file: string | Uint8Array },
): Promise<Answered> {
  const form = new FormData();
  form.set("signer_file", new Blob([Buffer.from(file)], { type: "text/csv" }), "signers.csv");
  form.set("test_mode", "1");
  for (const [name, value] of Object.entries(parameters))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  return ask(house, "POST /signature_request/bulk_send_with_template", { form });
}

/** The id of a bulk send that was taken. */
export function bulkIdOf(answer: Answered): string {
  return readAs(OneBulkSend, answer).bulk_send_job.bulk_send_job_id;
}

/** A bulk send with a page of its requests. */
export async function bulkPage(house: Callee, id: string, query = ""): Promise<Static<typeof BulkSendPage>> {
  return readAs(BulkSendPage, await ask(house, `GET /bulk_send_job/${id}${query}`));
}

/** Writes down every order that a bulk send keeps on its way, in the table `watched`. */
export async function watchOrders({ store }: Pick<House, "store">): Promise<void> {
  const note = "insert into watched values (new.order_cipher);";
  const statements =
    store.kind === "sqlite"
      ? ["insert", "update"].map((on) => `create trigger watch_${on} after ${on} on bulk_send_jobs begin ${note} end`)
      : [
          `create function watch() returns trigger language plpgsql as $$ begin ${note} return new; end $$`,
          "create trigger watch after insert or update on bulk_send_jobs for each row execute function watch()",
        ];
  await store.transact(async (tx) => {
    for (const statement of ["create table watched (kept text)", ...statements]) await sql.raw(statement).execute(tx);
  });
}
