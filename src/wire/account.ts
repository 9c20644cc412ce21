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

/** An account as callbacks show it. */
export const Account = Type.Object({
  ...TeamAccount.properties,
  callback_url: Nullable(Type.String()),
  team_id: Nullable(Type.String()),
  locale: Nullable(Type.String()),
});

/** An account as the operations of accounts show it: with what it has used this month, and how signers may be asked to prove who they are. */
export const OwnAccount = Type.Object({
  ...Account.properties,
  usage: Type.Object({ fax_pages_sent: Type.Integer() }),
  settings: Type.Object({
    signer_access_codes: Type.Boolean(),
    sms_delivery: Type.Boolean(),
    sms_authentication: Type.Boolean(),
  }),
});

/** Every server can do all of it: where nobody carries text messages they are shown at `/inbox`. */
const settings = { signer_access_codes: true, sms_delivery: true, sms_authentication: true };

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

/** What an account's row does not say of it; `callbackUrl` with its credentials starred out. */
type Standing = { readonly callbackUrl: string | null; readonly place: Place | null; readonly left: Left };

/** Renders an account for its holder, with the pages that it has faxed this month. */
export function renderOwnAccount(
  account: AccountRow,
  { faxPagesSent, ...standing }: Standing & { readonly faxPagesSent: number },
): Type.Static<typeof OwnAccount> {
  return { ...renderAccount(account, standing), usage: { fax_pages_sent: faxPagesSent }, settings };
}

/** Renders an account as callbacks tell of it. */
export function renderAccount(
  account: AccountRow,
  { callbackUrl, place, left }: Standing,
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
