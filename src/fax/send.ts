import { lockAccount } from "../accounts/lock.ts";
import { Fault } from "../base/faults.ts";
import { newId, newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { fileColumns, type NewFile } from "../documents/new-file.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { FaxRow } from "../storage/fax-tables.ts";
import type { Db } from "../storage/store.ts";
import type { FaxCover } from "./fax.ts";
import { countFirstPages } from "./pages.ts";

/** A checked fax, ready to be written. `sender` as E.164; `recipient` as E.164, or an e-mail address. */
export type NewFax = {
  readonly accountId: string;
  readonly testMode: boolean;
  readonly title: string;
  readonly sender: string | null;
  readonly recipient: string;
  readonly cover: FaxCover | null;
  readonly files: readonly NewFile[];
};

/** The kind of the job that makes the document of a fax. */
export const faxKind = "fax";

/** Writes a fax and promises its preparation and transmission, in one commit. Answers its id. Throws `max_faxes` while too many are on their way, or where the quota is used up. */
export async function sendFax(work: Work, fax: NewFax): Promise<string> {
  await lockAccount(work, fax.accountId);
  await refuseTooMany(work.tx, fax.accountId);
  const counted = await countFirstPages(work, fax);
  const faxId = newId();
  const { accountId, testMode, title, sender, recipient, cover, files } = fax;
  await writeFax(work, {
    faxId,
    accountIds: [accountId],
    row: {
      account_id: accountId,
      direction: "sent",
      state: "processing",
      test_mode: testMode ? 1 : 0,
      title,
      sender,
      cover_json: cover === null ? null : JSON.stringify(cover),
      ...noDocument,
      provider_id: null,
      counted_pages: counted,
    },
  });
  await writeFaxFiles(work.tx, { faxId, files });
  await work.tx
    .insertInto("fax_transmissions")
    .values({ ...newTransmission(work, { faxId, position: 0, recipient }), status: "transmitting" })
    .execute();
  await enqueue(work, { kind: faxKind, requestId: faxId, payload: {} });
  return faxId;
}

/** Columns of a fax without a document yet. */
export const noDocument = { document_blob: null, pages: null, error_message: null };

type NotGiven = "fax_id" | "last_seq" | "payloads_left" | "created_at" | "deleted_at";

type Written = {
  readonly faxId: string;
  readonly accountIds: readonly string[];
  readonly row: Omit<FaxRow, NotGiven | "counted_pages"> & Partial<Pick<FaxRow, "counted_pages">>;
};

/** Writes the row of a fax, and who has it. */
export async function writeFax(
  { tx, at }: Pick<Work, "tx" | "at">,
  { faxId, accountIds, row }: Written,
): Promise<void> {
  await tx
    .insertInto("faxes")
    .values({ ...row, fax_id: faxId, last_seq: 0, created_at: at, deleted_at: null })
    .execute();
  await tx
    .insertInto("fax_accounts")
    .values(accountIds.map((account_id) => ({ fax_id: faxId, account_id, made_at: at })))
    .execute();
}

/** Writes the files of a fax, in order. */
export async function writeFaxFiles(
  tx: Db,
  { faxId, files }: { readonly faxId: string; readonly files: readonly NewFile[] },
): Promise<void> {
  await tx
    .insertInto("fax_files")
    .values(files.map((file, position) => ({ fax_id: faxId, ...fileColumns(file, position) })))
    .execute();
}

type Way = { readonly faxId: string; readonly position: number; readonly recipient: string };

/** A transmission that nobody has taken yet, but for its status. */
export function newTransmission({ at }: Pick<Work, "at">, { faxId, position, recipient }: Way) {
  return {
    transmission_id: newUuid(at),
    fax_id: faxId,
    position,
    recipient,
    carrier: null,
    on_hold: 0,
    message: null,
    sent_at: null,
    ended_at: null,
  };
}

async function refuseTooMany(tx: Db, accountId: string): Promise<void> {
  const { count } = await tx
    .selectFrom("fax_transmissions as t")
    .innerJoin("faxes as f", "f.fax_id", "t.fax_id")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("t.status", "=", "transmitting")
    .where("f.account_id", "=", accountId)
    .where("f.state", "<>", "deleted")
    .executeTakeFirstOrThrow();
  if (Number(count) >= limits.faxesPending)
    throw new Fault(
      "max_faxes",
      `${limits.faxesPending} faxes of this account are on their way: wait until some of them have ended.`,
    );
}
