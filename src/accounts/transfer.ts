import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/tables.ts";

/** From whom to whom. */
export type Transfer = { readonly from: AccountRow; readonly to: AccountRow };

/**
 * Hands all signature requests, drafts, bulk sends, templates and API apps of one account to another, at once: an app and its requests stay together. The endpoints of apps
 * go along, so that what they wait for still reaches them. Events that have happened, and the API keys, stay where they are.
 */
export async function transferAll(work: Work, { from, to }: Transfer): Promise<void> {
  await freeNames(work, { from, to });
  const moved = { account_id: to.account_id };
  const { tx } = work;
  await tx.updateTable("api_apps").set(moved).where("account_id", "=", from.account_id).execute();
  await tx
    .updateTable("endpoints")
    .set(moved)
    .where("account_id", "=", from.account_id)
    .where("client_id", "is not", null)
    .where("listener", "is", null)
    .execute();
  await tx
    .updateTable("letters")
    .set(moved)
    .where("account_id", "=", from.account_id)
    .where("request_id", "is not", null)
    .execute();
  await moveTemplates(work, { from, to });
  for (const table of ["signature_requests", "request_words", "request_templates", "bulk_send_jobs", "drafts"] as const)
    await tx.updateTable(table).set(moved).where("account_id", "=", from.account_id).execute();
  work.wakes.add("deliveries");
}

/** Two apps of one account have two names: one that is taken says whose it was. */
async function freeNames(work: Work, { from, to }: Transfer): Promise<void> {
  const apps = await work.tx
    .selectFrom("api_apps")
    .select(["account_id", "client_id", "name"])
    .where("account_id", "in", [from.account_id, to.account_id])
    .where("deleted_at", "is", null)
    .execute();
  const taken = new Set(apps.filter((app) => app.account_id === to.account_id).map((app) => app.name));
  for (const { client_id: clientId, account_id: accountId, name } of apps) {
    if (accountId !== from.account_id || !taken.has(name)) continue;
    const renamed = `${name.slice(0, 180)} (${clientId.slice(0, 8)})`;
    await work.tx.updateTable("api_apps").set({ name: renamed }).where("client_id", "=", clientId).execute();
  }
}

/** The templates that the account made; those that were only shared with it stay where they are. */
async function moveTemplates({ tx }: Work, { from, to }: Transfer): Promise<void> {
  const made = tx.selectFrom("templates").select("template_id").where("account_id", "=", from.account_id);
  const shared = tx.selectFrom("template_accounts").select("template_id").where("account_id", "=", to.account_id);
  const mine = tx.deleteFrom("template_accounts").where("account_id", "=", from.account_id);
  await mine.where("template_id", "in", made).where("template_id", "in", shared).execute();
  await tx
    .updateTable("template_accounts")
    .set({ account_id: to.account_id })
    .where("account_id", "=", from.account_id)
    .where("template_id", "in", made)
    .execute();
  await tx
    .updateTable("templates")
    .set({ account_id: to.account_id })
    .where("account_id", "=", from.account_id)
    .execute();
}
