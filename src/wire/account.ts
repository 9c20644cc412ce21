import { Type } from "typebox";
import type { Left } from "../accounts/quotas.ts";
import { type Role, roleCode } from "../accounts/roles.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import { Nullable } from "./shapes.ts";

/** An account as a team shows it. Plans are unlimited, and quotas too where the operator has set none. Contract: objects.md. */
export const TeamAccount = Type.Object({
  account_id: Type.String(),
  email_address: Type.String(),
  is_locked: Type.Boolean(),
  is_paid_hs: Type.Boolean(),
  is_paid_hf: Type.Boolean(),
  quotas: Type.Record(Type.String(), Nullable(Type.Integer())),
  role_code: Nullable(Type.String()),
});

/** An account as v3 shows it to its holder. */
export const Account = Type.Object({
  ...TeamAccount.properties,
  callback_url: Nullable(Type.String()),
  team_id: Nullable(Type.String()),
  locale: Nullable(Type.String()),
});

/** What of everything is left; null where nothing is bounded. Whatever makes a request counts the same. */
export function renderLeft({ requests, templates, templatesTotal, codes, faxPages }: Left) {
  return {
    api_signature_requests_left: requests,
    documents_left: requests,
    templates_total: templatesTotal,
    templates_left: templates,
    sms_verifications_left: codes,
    num_fax_pages_left: faxPages,
  };
}

/** The team that an account is in, and as what. */
type Place = { readonly teamId: string; readonly role: Role };

/** Renders an account for its holder; `callbackUrl` with its credentials starred out. */
export function renderAccount(
  account: AccountRow,
  {
    callbackUrl,
    place,
    left,
  }: { readonly callbackUrl: string | null; readonly place: Place | null; readonly left: Left },
): Type.Static<typeof Account> {
  return {
    ...renderTeamAccount(account, { role: place?.role ?? null, left }),
    callback_url: callbackUrl,
    team_id: place?.teamId ?? null,
    locale: account.locale,
  };
}

/** Renders an account for others of its team: without its callback URL, which may hold a secret. `role` null: it is only asked to join. */
export function renderTeamAccount(
  account: AccountRow,
  { role, left }: { readonly role: Role | null; readonly left: Left },
): Type.Static<typeof TeamAccount> {
  return {
    account_id: account.account_id,
    email_address: account.email,
    is_locked: false,
    is_paid_hs: true,
    is_paid_hf: false,
    quotas: renderLeft(left),
    role_code: role === null ? null : roleCode(role),
  };
}
