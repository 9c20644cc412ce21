import { findNamedAccount, type NamedAccount, pathOfNamed } from "../accounts/named-account.ts";
import { badRequest } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import { lockOwnTemplate, type TemplateAsk } from "./find.ts";

/** Shares a template with another account of this server; one that has it already keeps it. Throws `bad_request` where there is no such account. */
export async function addTemplateUser(
  work: Work,
  { named, ...asked }: TemplateAsk & { readonly named: NamedAccount },
): Promise<void> {
  const { row } = await lockOwnTemplate(work, asked);
  const account = await findNamedAccount(work.tx, named);
  await work.tx
    .insertInto("template_accounts")
    .values({ template_id: row.template_id, account_id: account.account_id, made_at: row.created_at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes a template back from an account; requests made of it live on. Throws `bad_request` for who made it, and for who does not have it. */
export async function removeTemplateUser(
  work: Work,
  { named, ...asked }: TemplateAsk & { readonly named: NamedAccount },
): Promise<void> {
  const { row } = await lockOwnTemplate(work, asked);
  const account = await findNamedAccount(work.tx, named);
  const path = pathOfNamed(named);
  if (account.account_id === row.account_id)
    throw badRequest(`${path} not valid: the account that made a template cannot be removed from it`, path);
  const { numDeletedRows: removed } = await work.tx
    .deleteFrom("template_accounts")
    .where("template_id", "=", row.template_id)
    .where("account_id", "=", account.account_id)
    .executeTakeFirstOrThrow();
  if (removed === 0n) throw badRequest(`${path} not valid: the template is not shared with this account`, path);
}
