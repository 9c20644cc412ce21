import { keptPages, makeDocument } from "../documents/make.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import { bulkKind, holdFiles, type Order } from "./bulk.ts";
import { fieldsOfParts, pagesWithParts } from "./parts.ts";
import type { EndJob, Preparer } from "./prepare.ts";

type Joining = { readonly jobId: string; readonly tries: number; readonly endJob: EndJob };

/**
 * Makes one document of the templates of a bulk send, for all of its requests, and promises to make these. Where none can be made, each request
 * is processed by itself and says why. Throws only for what a later try may mend.
 */
export async function joinTemplates(preparer: Preparer, { jobId, tries, endJob }: Joining): Promise<void> {
  const job = await preparer.store.read
    .selectFrom("bulk_send_jobs")
    .select(["account_id", "order_json"])
    .where("bulk_send_job_id", "=", jobId)
    .executeTakeFirst();
  const order = job?.order_json ? (JSON.parse(job.order_json) as Order) : null;
  const joined = order === null ? null : await join(preparer, { order, owner: job?.account_id ?? "", tries });
  await preparer.transact(async (work) => {
    await endJob(work);
    if (order !== null && joined !== null) {
      await work.tx
        .updateTable("bulk_send_jobs")
        .set({ order_json: JSON.stringify({ ...order, joined } satisfies Order) })
        .where("bulk_send_job_id", "=", jobId)
        .where("order_json", "is not", null)
        .execute();
      await holdFiles(work, { jobId, blobs: [joined.documentBlob] });
    }
    await goOn(work, jobId);
  });
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
