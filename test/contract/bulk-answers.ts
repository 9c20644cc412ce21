import type { Answered } from "../support/ask.ts";
import { bulkIdOf, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import type { HeardHouse } from "../support/heard-house.ts";

/** Calls an operation and notes what it answered. */
type Note = (on: string, path: string, asking?: object) => Promise<Answered>;

/** Asks every operation of bulk sends. */
export async function askBulkSends(house: HeardHouse, note: Note): Promise<void> {
  const template = await makeClientTemplate(house);
  const json = { template_ids: [template], signer_list: rowsOf(3), client_id: house.clientId, test_mode: true };
  for (const way of ["send", "create_embedded"]) {
    const path = `/signature_request/bulk_${way}_with_template`;
    const id = bulkIdOf(await note(`POST ${path}`, path, { json }));
    await house.quiet();
    await note("GET /bulk_send_job/{bulk_send_job_id}", `/bulk_send_job/${id}`);
  }
  await note("GET /bulk_send_job/list", "/bulk_send_job/list");
}
