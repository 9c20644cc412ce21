import { keptPages, makeDocument } from "../documents/make.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import { bulkKind, holdFiles, type Order, openOrder, sealOrder } from "./bulk.ts";
import { fieldsOfParts, pagesWithParts } from "./parts.ts";
import type { EndJob, Preparer } from "./prepare.ts";

type Joining = { readonly jobId: string; readonly tries: number; readonly endJob: EndJob };

/**
 * Makes one document of the templates of a bulk send, for all of its requests, and promises to make these. Where none can be made, each request
 * is processed by itself and says why. Throws only for what a later try may mend.
 */
export async function joinTemplates(preparer: Preparer, { jobId, tries, endJob }: Joining): Promise<void> {
  const { order, owner } = await preparer.transact((work) => findOrder(work, jobId));
  const joined = order === null ? null : await join(preparer, { order, owner, tries });
  await preparer.transact(async (work) => {
    await endJob(work);
    if (order !== null && joined !== null) {
      await work.tx
        .updateTable("bulk_send_jobs")
        .set({ order_cipher: sealOrder(work.secret, { ...order, joined }) })
        .where("bulk_send_job_id", "=", jobId)
        .where("order_cipher", "is not", null)
        .execute();
      await holdFiles(work, { jobId, blobs: [joined.documentBlob] });
    }
    await goOn(work, jobId);
  });
}

async function findOrder({ tx, secret }: Work, jobId: string) {
  const job = await tx
    .selectFrom("bulk_send_jobs")
    .select(["account_id", "order_cipher"])
    .where("bulk_send_job_id", "=", jobId)
    .executeTakeFirst();
  return { owner: job?.account_id ?? "", order: job?.order_cipher ? openOrder(secret, job.order_cipher) : null };
}

/** Promises the requests of a job whose templates could not be joined, for the server's own reasons or the documents'. */
export async function goOn(work: Work, jobId: string): Promise<void> {
  await enqueue(work, { kind: bulkKind, requestId: null, payload: { bulkSendJobId: jobId } });
}

type Templates = { readonly order: Order; readonly owner: string; readonly tries: number };

async function join(preparer: Preparer, { order: { draft }, owner, tries }: Templates): Promise<Order["joined"]> {
  const { parts } = draft.templates;
  const files = await Promise.all(
    parts.map(async ({ name, documentBlob }) => ({ name, bytes: await preparer.blobs.read(documentBlob) })),
  );
  const made = await makeDocument(preparer, {
    files,
    order: {
      signers: 1,
      signerKeys: null,
      drafts: [],
      mergeValues: [],
      placed: fieldsOfParts(parts),
      useTextTags: false,
      hideTextTags: false,
      usePreexistingFields: false,
      signaturePage: null,
    },
    owner,
    tries,
  });
  if (!made.ok) return null;
  const { prepared, documentBlob } = made;
  return { documentBlob, pages: pagesWithParts(keptPages(prepared), parts), fields: prepared.fields };
}
