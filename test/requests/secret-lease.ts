import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { line, paper } from "../documents/papers.ts";
import { ask, basic } from "../support/ask.ts";
import { eventsOf, type HeardHouse } from "../support/heard-house.ts";
import { answersTo, mailedLinkOf, open, openPage } from "../support/page.ts";
import { type Shown, sendAndWait } from "../support/requests.ts";

const place = { document_index: 0, signer: 0, required: true, page: 1, x: 72, width: 160, height: 18 };

/** A request by mail in all of whose texts one word stands that stands nowhere else. */
export async function sendSecret(house: HeardHouse) {
  const word = `hush${randomUUID().slice(0, 8)}`;
  const signer = { name: `Zlatka ${word}`, email_address: `zlatka@${word}.example` };
  const shown: Shown = await sendAndWait(house, {
    title: `Lease ${word}`,
    files: [paper({ content: line(72, 700, `Lease ${word}`) })],
    subject: `Please sign ${word}`,
    message: `Only between us: ${word}`,
    metadata: { note: word },
    cc_email_addresses: [`copy@${word}.example`],
    signing_redirect_url: `https://${word}.example/thanks`,
    signers: [signer],
    allow_decline: true,
    mailed: true,
    form_fields_per_document: [
      { ...place, api_id: "where", type: "text", y: 60 },
      { ...place, api_id: "sig", type: "signature", y: 100 },
    ],
  });
  const id = shown.signature_request_id;
  const link = await mailedLinkOf(house, { requestId: id, to: signer.email_address });
  return { id, word, signer, link };
}

/** The same, signed and sealed, with what was heard of it and its sealed file. */
export async function completeSecret(house: HeardHouse) {
  const sent = await sendSecret(house);
  const page = openPage(house, { link: sent.link });
  const view = await open(page);
  await page.finish({ ...answersTo(view), where: `4711 ${sent.word} Street` });
  const events = await eventsOf(house, sent.id);
  const { bytes: pdf } = await ask(house, `GET /signature_request/files/${sent.id}`);
  return { ...sent, page, view, events, pdf };
}

/** Calls the API beside v3. */
export async function callBeside(
  house: Pick<HeardHouse, "url" | "apiKey">,
  on: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const [method = "", path = ""] = on.split(" ");
  const answer = await fetch(`${house.url}/api${path}`, { method, headers: { authorization: basic(house.apiKey) } });
  return { status: answer.status, text: await answer.text() };
}

/** Destroys a request as its owner. */
export function destroy(house: HeardHouse, id: string): ReturnType<typeof callBeside> {
  return callBeside(house, `DELETE /signature_requests/${id}/data`);
}

/** Every column of every table of the database in which the word stands, as `table.column`, each once. */
export async function findWord({ store }: Pick<HeardHouse, "store">, word: string): Promise<readonly string[]> {
  const { rows: tables } = await (store.kind === "postgres"
    ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
    : sql<{ name: string }>`select name from sqlite_master where type = 'table'`
  ).execute(store.read);
  const found = new Set<string>();
  for (const { name } of tables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(store.read);
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        if (typeof value === "string" && value.includes(word)) found.add(`${name}.${column}`);
  }
  return [...found].toSorted();
}

/** The row of a request. */
export function rowOf({ store }: Pick<HeardHouse, "store">, id: string) {
  return store.read.selectFrom("signature_requests").selectAll().where("request_id", "=", id).executeTakeFirstOrThrow();
}
