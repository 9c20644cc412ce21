import { findLeft } from "../accounts/quotas.ts";
import { present } from "../base/assert.ts";
import type { PlanOptions, RenderObject } from "../callbacks/plan.ts";
import type { Work } from "../events/work.ts";
import { findFax } from "../fax/find.ts";
import { requestAtEnd } from "../requests/at-end.ts";
import { findTemplate, findTemplateAccounts } from "../templates/find.ts";
import { renderAccount } from "../wire/account.ts";
import { renderTransmission } from "../wire/fax.ts";
import { renderForSigners, renderSignatureRequest } from "../wire/signature-request.ts";
import { renderTemplate } from "../wire/template.ts";

/** Renders the object of an event as v3 shows it in this very commit: callbacks freeze these bytes. */
export function renderObject(publicUrl: string): RenderObject {
  return async (work, { requestId, templateId, faxId, subjectId, accountId }) => {
    if (faxId !== null) return JSON.stringify(await transmissionOf(work, { faxId, publicUrl }));
    if (subjectId !== null) return JSON.stringify(await confirmedAccount(work, subjectId));
    if (templateId !== null) {
      const template = present(await findTemplate(work.tx, templateId), "the template of an event");
      const accounts = await findTemplateAccounts(work.tx, template.row);
      const leftOf = await findLeft(work.tx, { ...work, accountIds: accounts.map((one) => one.account_id) });
      return JSON.stringify(renderTemplate(template, { accounts, accountId, leftOf }));
    }
    if (requestId === null) return null;
    const { found, account } = await requestAtEnd(work, requestId);
    return JSON.stringify(renderSignatureRequest(found, { publicUrl, requesterEmail: account.email }));
  };
}

/** Who of a request's signers hears of an event, and what of the request they are shown. */
export function findHearing(publicUrl: string): PlanOptions["findHearing"] {
  return async (work, { requestId, hearers }) => {
    if (requestId === null || hearers?.length === 0) return null;
    const atEnd = await requestAtEnd(work, requestId);
    const accountIds = hearers ?? atEnd.hearers;
    if (accountIds.length === 0) return null;
    const { found, account } = atEnd;
    const shown = renderForSigners(found, { publicUrl, requesterEmail: account.email });
    return { accountIds, object: JSON.stringify(shown) };
  };
}

type Shown = { readonly faxId: string; readonly publicUrl: string };

async function transmissionOf(work: Work, { faxId, publicUrl }: Shown) {
  const fax = present(await findFax(work.tx, faxId), "the fax of an event");
  const { email: ownerEmail } = await work.tx
    .selectFrom("accounts")
    .select("email")
    .where("account_id", "=", fax.row.account_id)
    .executeTakeFirstOrThrow();
  return renderTransmission(fax, { publicUrl, ownerEmail });
}

async function confirmedAccount(work: Work, accountId: string) {
  const account = await work.tx
    .selectFrom("accounts")
    .selectAll()
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  // Where its callbacks go is its holder's alone.
  const leftOf = await findLeft(work.tx, { ...work, accountIds: [accountId] });
  return renderAccount(account, { callbackUrl: null, place: null, left: leftOf(accountId) });
}
