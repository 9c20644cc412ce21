import { findNamedAccount, type NamedAccount, pathOfNamed } from "../accounts/named-account.ts";
import { findMember } from "../accounts/team-members.ts";
import { findStanding } from "../accounts/teams.ts";
import { badRequest, Fault } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import { hasTemplate, lockOwnTemplate, type TemplateAsk } from "./find.ts";

/**
 * Shares a template with another account of the team, the teams above and below among it; one that has it already keeps it. Throws
 * `bad_request` where there is no such account, and `forbidden` for one that is in no team with who shares.
 */
export async function addTemplateUser(
  work: Work,
  { named, ...asked }: TemplateAsk & { readonly named: NamedAccount },
): Promise<void> {
  const { row } = await lockOwnTemplate(work, asked);
  const { account_id: accountId } = await findNamedAccount(work.tx, named);
  if (await hasTemplate(work.tx, { accountId, templateId: row.template_id })) return;
  await refuseStranger(work.tx, { ownerId: row.account_id, accountId });
  await work.tx
    .insertInto("template_accounts")
    .values({ template_id: row.template_id, account_id: accountId, made_at: row.created_at })
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

async function refuseStranger(
  db: Db,
  { ownerId, accountId }: { readonly ownerId: string; readonly accountId: string },
): Promise<void> {
  const standing = await findStanding(db, ownerId);
  if (standing !== null && (await findMember(db, { standing, accountId })) !== null) return;
  throw new Fault(
    "forbidden",
    "A template can be shared with members of your team only: this account is in none with you.",
  );
}
