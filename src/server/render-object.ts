import { present } from "../base/assert.ts";
import type { RenderObject } from "../callbacks/plan.ts";
import { findRequest } from "../requests/find.ts";
import { findTemplate, findTemplateAccounts } from "../templates/find.ts";
import { renderSignatureRequest } from "../wire/signature-request.ts";
import { renderTemplate } from "../wire/template.ts";

/** Renders the object of an event as v3 shows it in this very commit: callbacks freeze these bytes. */
export function renderObject(publicUrl: string): RenderObject {
  return async (work, { requestId, templateId, accountId }) => {
    if (templateId !== null) {
      const template = present(await findTemplate(work.tx, templateId), "the template of an event");
      const accounts = await findTemplateAccounts(work.tx, template.row);
      return JSON.stringify(renderTemplate(template, { accounts, accountId }));
    }
    if (requestId === null) return null;
    const record = present(await findRequest(work.tx, requestId), "the request of an event");
    const { email } = await work.tx
      .selectFrom("accounts")
      .select("email")
      .where("account_id", "=", accountId)
      .executeTakeFirstOrThrow();
    return JSON.stringify(renderSignatureRequest(record, { publicUrl, requesterEmail: email }));
  };
}
