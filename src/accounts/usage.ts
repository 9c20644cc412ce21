import type { Db } from "../storage/store.ts";
import { monthOf } from "./quotas.ts";

/** Whose use, and when it is asked for (UTC milliseconds). */
export type UsageAsk = { readonly accountId: string; readonly at: number };

/**
 * How many pages an account has faxed to numbers in the calendar month (UTC) of `at`, by when its faxes were made: all pages for each number
 * that they have reached. Letters and test faxes are none, as they are none of the quota of fax pages.
 */
export async function countFaxPagesSent(db: Db, { accountId, at }: UsageAsk): Promise<number> {
  const { pages } = await db
    .selectFrom("faxes as f")
    .innerJoin("fax_transmissions as t", "t.fax_id", "f.fax_id")
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>("f.pages"), eb.val(0)).as("pages"))
    .where("f.account_id", "=", accountId)
    .where("f.created_at", ">=", monthOf(at))
    .where("f.direction", "=", "sent")
    .where("f.test_mode", "=", 0)
    .where("t.status", "=", "success")
    .where("t.carrier", "<>", "mail")
    .executeTakeFirstOrThrow();
  return Number(pages);
}
