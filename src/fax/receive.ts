import { notFound } from "../base/faults.ts";
import { newId } from "../base/ids.ts";
import type { NewFile } from "../documents/new-file.ts";
import { appendFaxEvent } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { FaxLineRow, FaxRow } from "../storage/fax-tables.ts";
import type { Db } from "../storage/store.ts";
import type { Fax } from "./fax.ts";
import { findLineUsers } from "./lines.ts";
import { faxKind, newTransmission, noDocument, writeFax, writeFaxFiles } from "./send.ts";

/** A fax that the provider has received on a line. `providerId`: its name there; one that is told twice is one. */
export type Incoming = {
  readonly line: FaxLineRow;
  readonly providerId: string;
  readonly from: string | null;
  readonly title: string;
  readonly files: readonly NewFile[];
};

/**
 * Writes a fax that came in and promises to read it: fax_received tells it then. Answers its id; of one that was told before, that one's, even
 * if it is deleted by now. 404 for a line that has just been deleted.
 */
export async function receiveFax(work: Work, { line, providerId, from, title, files }: Incoming): Promise<string> {
  if (!(await lockLine(work, line))) throw notFound();
  const known = await work.tx
    .selectFrom("faxes")
    .select("fax_id")
    .where("account_id", "=", line.account_id)
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  if (known) return known.fax_id;
  const row = { ...noDocument, state: "processing", test_mode: 0, title, sender: from, provider_id: providerId };
  const faxId = await writeReceived(work, { line, row });
  await writeFaxFiles(work.tx, { faxId, files });
  await enqueue(work, { kind: faxKind, requestId: faxId, payload: {} });
  return faxId;
}

/** What the development provider transmits to a line of this server comes in there, in the same commit. */
export async function receiveAtHome(
  work: Work,
  { fax, to }: { readonly fax: Fax; readonly to: string },
): Promise<void> {
  const line = await work.tx.selectFrom("fax_lines").selectAll().where("number", "=", to).executeTakeFirst();
  if (!line || !(await lockLine(work, line))) return;
  const { test_mode, title, sender, document_blob, pages } = fax.row;
  const row = { state: "ready", test_mode, title, sender, document_blob, pages, error_message: null };
  const faxId = await writeReceived(work, { line, row: { ...row, provider_id: null } });
  const accountIds = await hearersOf(work.tx, line);
  await appendFaxEvent(work, { type: "fax_received", faxId, accountIds });
}

/** Takes a line's row until the commit: two who tell of one fax, or one of them and who deletes the line, come one after the other. False: it is gone. */
async function lockLine({ tx }: Work, { line_id: id }: FaxLineRow): Promise<boolean> {
  const held = await tx
    .updateTable("fax_lines")
    .set((eb) => ({ number: eb.ref("number") }))
    .where("line_id", "=", id)
    .executeTakeFirst();
  return held.numUpdatedRows === 1n;
}

type Received = {
  readonly line: FaxLineRow;
  readonly row: Pick<
    FaxRow,
    "state" | "test_mode" | "title" | "sender" | "document_blob" | "pages" | "error_message" | "provider_id"
  >;
};

async function writeReceived(work: Work, { line, row }: Received): Promise<string> {
  const faxId = newId();
  await writeFax(work, {
    faxId,
    accountIds: await hearersOf(work.tx, line),
    row: { ...row, account_id: line.account_id, direction: "received", cover_json: null },
  });
  await work.tx
    .insertInto("fax_transmissions")
    .values({
      ...newTransmission(work, { faxId, position: 0, recipient: line.number ?? "" }),
      status: "success",
      sent_at: work.at,
      ended_at: work.at,
    })
    .execute();
  return faxId;
}

/** Whose line it is, and all who have access to it. */
async function hearersOf(tx: Db, line: FaxLineRow): Promise<readonly string[]> {
  const users = await findLineUsers(tx, [line.line_id]);
  return [...new Set([line.account_id, ...users.map(({ account_id: id }) => id)])];
}
