import type { Work } from "../events/work.ts";
import { lockOwnTemplate, notReady, type TemplateAsk } from "./find.ts";

/** Deletes a template for everybody who has it; requests made of it live on, drafts that change it end. Faults as `findOwnTemplate`; `conflict` while it is being prepared. */
export async function deleteTemplate(work: Work, asked: TemplateAsk): Promise<void> {
  // Who finishes a draft takes the draft before its template.
  await work.tx
    .updateTable("drafts")
    .set((eb) => ({ revision: eb.ref("revision") }))
    .where("template_id", "=", asked.templateId)
    .execute();
  const { row } = await lockOwnTemplate(work, asked);
  if (row.state === "processing") throw notReady();
  const drafts = work.tx.selectFrom("drafts").select("draft_id").where("template_id", "=", row.template_id);
  await work.tx.deleteFrom("draft_files").where("draft_id", "in", drafts).execute();
  await work.tx.deleteFrom("drafts").where("template_id", "=", row.template_id).execute();
  for (const table of ["template_files", "template_accounts", "templates"] as const)
    await work.tx.deleteFrom(table).where("template_id", "=", row.template_id).execute();
}
