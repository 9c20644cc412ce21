import { convertFiles } from "../documents/convert/convert-files.ts";
import { fetchFiles } from "../documents/fetch-files.ts";
import type { Maker } from "../documents/make.ts";
import { keptWords, wordsOf } from "../documents/make.ts";
import { appendFaxEvent } from "../events/append.ts";
import type { Transact, Work } from "../events/work.ts";
import type { Outbound } from "../http/outbound.ts";
import { type ClaimedJob, enqueue } from "../outbox/jobs.ts";
import type { Store } from "../storage/store.ts";
import { coverOf, type Fax, faxWatermark, isMailed } from "./fax.ts";
import { findFax, findFaxAccounts } from "./find.ts";
import { countAllPages, uncountPages } from "./pages.ts";
import { transmitKind } from "./transmit.ts";

/** What faxes are prepared with. */
export type FaxPreparer = Maker & {
  readonly store: Store;
  readonly outbound: Outbound;
  readonly transact: Transact;
};

type Asked = {
  readonly job: ClaimedJob;
  /** Ends the job in the transaction of its result; throws when another worker has taken it over. */
  readonly endJob: (work: Work) => Promise<void>;
};

/**
 * Makes the document of a fax: fetches its files, converts and joins them behind the cover page. What is to be sent is promised to be
 * transmitted, and goes out to e-mail addresses at once; what came in is told. Throws only for what a later try may mend.
 */
export async function prepareFax(preparer: FaxPreparer, { job, endJob }: Asked): Promise<void> {
  const found = await findFax(preparer.store.read, job.requestId ?? "");
  if (found?.row.state !== "processing") {
    await preparer.transact(endJob);
    return;
  }
  const outcome = await make(preparer, { found, tries: job.tries });
  await preparer.transact(async (work) => {
    await endJob(work);
    if (outcome.ok) await makeReady(work, { found, ...outcome });
    else await failFax(work, { faxId: found.row.fax_id, message: outcome.message, status: "error_could_not_fax" });
  });
}

type Made = { readonly documentBlob: string; readonly pages: number };
type Outcome = ({ readonly ok: true } & Made) | { readonly ok: false; readonly message: string };

async function make(
  preparer: FaxPreparer,
  { found, tries }: { readonly found: Fax; readonly tries: number },
): Promise<Outcome> {
  const { blobs, workshop, office } = preparer;
  const { row, files } = found;
  const fetched = await fetchFiles(preparer, { of: { table: "fax_files", id: row.fax_id }, files });
  if (!fetched.ok) return fetched;
  const converted = await convertFiles({ disarm: workshop.disarm, office }, fetched.files);
  const cover = coverOf(row);
  const made = converted.ok
    ? await workshop.fax(
        {
          files: converted.files,
          cover: cover === null ? null : { ...cover, title: row.title, at: row.created_at },
          watermark: row.test_mode === 1 && row.direction === "sent" ? faxWatermark : null,
        },
        row.account_id,
      )
    : converted;
  // A child that died or ran late may have been unlucky: once more, then the file is what is wrong.
  if (!made.ok && made.why !== "document" && tries === 0)
    throw new Error(`The document child gave up: ${made.fault.reason}`);
  if (!made.ok) return { ok: false, message: wordsOf(made.fault, fetched.files) };
  return { ok: true, documentBlob: await blobs.put(made.document), pages: made.pages };
}

async function makeReady(work: Work, { found, documentBlob, pages }: Made & { readonly found: Fax }): Promise<void> {
  const { fax_id: faxId, direction } = found.row;
  const refused = await countAllPages(work, { ...found, pages });
  if (refused !== null) return failFax(work, { faxId, message: refused, status: "error_could_not_fax" });
  const opened = await work.tx
    .updateTable("faxes")
    .set({ state: "ready", document_blob: documentBlob, pages })
    .where("fax_id", "=", faxId)
    .where("state", "=", "processing")
    .executeTakeFirst();
  if (opened.numUpdatedRows !== 1n) return;
  const accountIds = await findFaxAccounts(work.tx, faxId);
  if (direction === "received") return appendFaxEvent(work, { type: "fax_received", faxId, accountIds });
  for (const { transmission_id: transmissionId, recipient } of found.transmissions) {
    if (isMailed(recipient)) await handToMail(work, { transmissionId, faxId, accountIds });
    else await enqueue(work, { kind: transmitKind, requestId: faxId, payload: { transmissionId } });
  }
}

type Mailed = { readonly transmissionId: string; readonly faxId: string; readonly accountIds: readonly string[] };

/** The letter is written in this commit, by whoever writes letters: with that it is sent. */
async function handToMail(work: Work, { transmissionId, faxId, accountIds }: Mailed): Promise<void> {
  await work.tx
    .updateTable("fax_transmissions")
    .set({ status: "success", carrier: "mail", sent_at: work.at, ended_at: work.at })
    .where("transmission_id", "=", transmissionId)
    .execute();
  await appendFaxEvent(work, { type: "fax_sent", faxId, accountIds });
}

/** Why and as what a fax has failed. */
type Failing = {
  readonly faxId: string;
  readonly message: string;
  readonly status: "error_could_not_fax" | "error_unknown";
};

async function failFax(work: Work, { faxId, message, status }: Failing): Promise<void> {
  const words = keptWords(message);
  const failed = await work.tx
    .updateTable("faxes")
    .set({ state: "failed", error_message: words })
    .where("fax_id", "=", faxId)
    .where("state", "=", "processing")
    .executeTakeFirst();
  if (failed.numUpdatedRows !== 1n) return;
  await uncountPages(work, faxId);
  await endTransmissions(work, { faxId, message: words, status });
}

async function endTransmissions(work: Work, { faxId, message, status }: Failing): Promise<void> {
  await work.tx
    .updateTable("fax_transmissions")
    .set({ status, message, ended_at: work.at })
    .where("fax_id", "=", faxId)
    .where("status", "=", "transmitting")
    .execute();
}

/** Ends a fax whose job has failed for good for the server's own reasons. */
export async function giveUpFax(work: Work, faxId: string): Promise<void> {
  const message = "The fax could not be sent: the server met an unexpected error again and again.";
  await failFax(work, { faxId, message, status: "error_unknown" });
  await endTransmissions(work, { faxId, message, status: "error_unknown" });
}
