import { Fault, notFound } from "../base/faults.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import type { TemplateRow } from "../storage/template-tables.ts";
import { fitsQuery, type TemplateQuery } from "./query.ts";
import { type Template, templateOf } from "./template.ts";

/** Whose template, by its id. */
export type TemplateAsk = { readonly accountId: string; readonly templateId: string };

/** Loads a template by its id alone: for the house's own work. */
export async function findTemplate(db: Db, templateId: string): Promise<Template | null> {
  const row = await db.selectFrom("templates").selectAll().where("template_id", "=", templateId).executeTakeFirst();
  if (!row) return null;
  const [template] = await templatesOf(db, [row]);
  return template ?? null;
}

/** Loads a template that the account made or that is shared with it; any other, or none, is a 404. */
export async function findUsableTemplate(db: Db, asked: TemplateAsk): Promise<Template> {
  const template = (await hasTemplate(db, asked)) ? await findTemplate(db, asked.templateId) : null;
  if (!template) throw notFound();
  return template;
}

/** Whether an account has made a template or has it by sharing. */
export async function hasTemplate(db: Db, { accountId, templateId }: TemplateAsk): Promise<boolean> {
  const row = await db
    .selectFrom("template_accounts")
    .select("template_id")
    .where("template_id", "=", templateId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The same for who changes it: `forbidden` where it is only shared with the account. */
export async function findOwnTemplate(db: Db, asked: TemplateAsk): Promise<Template> {
  const template = await findUsableTemplate(db, asked);
  refuseShared(template, asked);
  return template;
}

function refuseShared({ row }: Template, { accountId }: TemplateAsk): void {
  if (row.account_id !== accountId)
    throw new Fault("forbidden", "This template is shared with you: only the account that made it may change it.");
}

/** Takes a template's row until the commit, so that changes of one template come one after another; null when there is none. */
export async function lockTemplate(work: { readonly tx: Db }, templateId: string): Promise<Template | null> {
  const row = await work.tx
    .updateTable("templates")
    .set((eb) => ({ updated_at: eb.ref("updated_at") }))
    .where("template_id", "=", templateId)
    .returningAll()
    .executeTakeFirst();
  if (!row) return null;
  const [template] = await templatesOf(work.tx, [row]);
  return template ?? null;
}

/** Locks a template that the account made; faults as `findOwnTemplate`. */
export async function lockOwnTemplate(work: { readonly tx: Db }, asked: TemplateAsk): Promise<Template> {
  const template = await lockTemplate(work, asked.templateId);
  if (template === null || !(await hasTemplate(work.tx, asked))) throw notFound();
  refuseShared(template, asked);
  return template;
}

/** The accounts that have a template: the one that made it first, the others by their addresses. */
export async function findTemplateAccounts(
  db: Db,
  template: Pick<TemplateRow, "template_id" | "account_id">,
): Promise<readonly Pick<AccountRow, "account_id" | "email">[]> {
  const rows = await db
    .selectFrom("template_accounts as t")
    .innerJoin("accounts as a", "a.account_id", "t.account_id")
    .select(["a.account_id", "a.email"])
    .where("t.template_id", "=", template.template_id)
    .orderBy("a.email")
    .execute();
  const isOwner = ({ account_id: id }: { readonly account_id: string }) => id === template.account_id;
  return [...rows.filter(isOwner), ...rows.filter((row) => !isOwner(row))];
}

/** Which page of an account's templates. */
export type TemplatePage = {
  readonly accountId: string;
  readonly page: number;
  readonly pageSize: number;
  readonly query: TemplateQuery;
};

/** A page of the templates that an account has, newest first, and how many fit. */
export async function listTemplates(
  db: Db,
  { accountId, page, pageSize, query }: TemplatePage,
): Promise<{ readonly templates: readonly Template[]; readonly count: number }> {
  const mine = db
    .selectFrom("template_accounts as have")
    .innerJoin("templates as t", "t.template_id", "have.template_id")
    .innerJoin("accounts as owner", "owner.account_id", "t.account_id")
    .where("have.account_id", "=", accountId)
    .where(fitsQuery(query));
  const { count } = await mine.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await mine
    .selectAll("t")
    .orderBy("have.made_at", "desc")
    .orderBy("have.template_id", "desc")
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { templates: await templatesOf(db, rows), count: Number(count) };
}

async function templatesOf(db: Db, rows: readonly TemplateRow[]): Promise<readonly Template[]> {
  if (rows.length === 0) return [];
  const files = await db
    .selectFrom("template_files")
    .selectAll()
    .where(
      "template_id",
      "in",
      rows.map(({ template_id: id }) => id),
    )
    .orderBy("position")
    .execute();
  const filesOf = Map.groupBy(files, ({ template_id: id }) => id);
  return rows.map((row) => templateOf(row, filesOf.get(row.template_id) ?? []));
}

/** The fault of a call that comes before the template is prepared. */
export function notReady(): Fault {
  return new Fault("conflict", "This template is still being processed. Wait for the template_created callback.");
}

/** Throws `conflict` while the template is being prepared, `unprocessable_entity` where it cannot be used. */
export function needReady({ row }: Template): void {
  if (row.state === "processing") throw notReady();
  if (row.state === "error")
    throw new Fault("unprocessable_entity", `This template cannot be used: ${row.error_message ?? "unknown error"}`);
}
