// The quota of fax pages. How many a fax has is known once its document is made: until then it counts one for each number that it goes to.

import { countUse, uncountUse, usedUpWords } from "../accounts/quotas.ts";
import { Fault } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import { type Fax, isMailed } from "./fax.ts";

type Sending = { readonly accountId: string; readonly testMode: boolean; readonly recipient: string };

/** Counts the first page of a fax to a number, and answers how many pages that is: none by mail. Throws `max_faxes` where the quota has no room for it. */
export async function countFirstPages(work: Work, { accountId, testMode, recipient }: Sending): Promise<number> {
  const count = testMode || work.quotas.faxPages === null || isMailed(recipient) ? 0 : 1;
  const use = { accountId, kind: "faxPages", count } as const;
  if (!(await countUse(work, use))) throw new Fault("max_faxes", await usedUpWords(work, use));
  return count;
}

/** Counts all pages of a fax that is made, or answers why it may not go out. Its row is held; one that is deleted meanwhile counts nothing. */
export async function countAllPages(
  work: Work,
  { row, transmissions, pages }: Pick<Fax, "row" | "transmissions"> & { readonly pages: number },
): Promise<string | null> {
  const { fax_id: faxId, account_id: accountId } = row;
  const numbers = transmissions.filter(({ recipient }) => !isMailed(recipient)).length;
  if (work.quotas.faxPages === null || row.direction !== "sent" || row.test_mode === 1) return null;
  const held = await work.tx
    .updateTable("faxes")
    .set((eb) => ({ counted_pages: eb.ref("counted_pages") }))
    .where("fax_id", "=", faxId)
    .where("state", "=", "processing")
    .returning("counted_pages")
    .executeTakeFirst();
  if (!held) return null;
  const counted = pages * numbers;
  const use = { accountId, kind: "faxPages", count: Math.max(0, counted - held.counted_pages) } as const;
  if (!(await countUse(work, use))) return usedUpWords(work, use);
  await work.tx.updateTable("faxes").set({ counted_pages: counted }).where("fax_id", "=", faxId).execute();
  return null;
}

/** Takes back what a fax has counted that comes to nothing before it goes out. */
export async function uncountPages(work: Work, faxId: string): Promise<void> {
  if (work.quotas.faxPages === null) return;
  const { account_id: accountId, ...row } = await work.tx
    .selectFrom("faxes")
    .select(["account_id", "counted_pages", "created_at"])
    .where("fax_id", "=", faxId)
    .executeTakeFirstOrThrow();
  await uncountUse(work, { accountId, kind: "faxPages", count: row.counted_pages, at: row.created_at });
  await work.tx.updateTable("faxes").set({ counted_pages: 0 }).where("fax_id", "=", faxId).execute();
}
