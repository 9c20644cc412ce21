import { storableText } from "../base/words.ts";
import { appendFaxEvent } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { failings } from "./fax.ts";
import { findFaxAccounts } from "./find.ts";

/** Whose letter with a fax came back, and in which words. */
export type FaxBounce = { readonly faxId: string; readonly email: string; readonly words: string };

/** Writes down that the mail server of a recipient does not take the letter of a fax: that it was sent is not true any more, and an event tells it, once. */
export async function bounceFax(work: Work, { faxId, email, words }: FaxBounce): Promise<void> {
  const { status } = failings.bad_destination;
  const message = storableText(`Mail to ${email} came back: ${words}`);
  const bounced = await work.tx
    .updateTable("fax_transmissions")
    .set({ status, message, ended_at: work.at })
    .where("fax_id", "=", faxId)
    .where("recipient", "=", email)
    .where("carrier", "=", "mail")
    .where("status", "=", "success")
    .executeTakeFirst();
  if (bounced.numUpdatedRows !== 1n) return;
  const accountIds = await findFaxAccounts(work.tx, faxId);
  await appendFaxEvent(work, { type: "fax_blacklisted", faxId, accountIds, message });
}
