import { Type } from "typebox";
import { type Role, roleCode } from "../accounts/roles.ts";
import type { AccountRow } from "../storage/tables.ts";
import { Nullable } from "./shapes.ts";

/** An account as a team shows it. Plans and quotas are unlimited. Contract: objects.md. */
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

/** What of everything is left: plans have no bounds. */
export const unlimited = {
  api_signature_requests_left: null,
  documents_left: null,
  templates_total: null,
  templates_left: null,
  sms_verifications_left: null,
  num_fax_pages_left: null,
};

/** The team that an account is in, and as what. */
type Place = { readonly teamId: string; readonly role: Role };

/** Renders an account for its holder; `callbackUrl` with its credentials starred out. */
export function renderAccount(
  account: AccountRow,
  { callbackUrl, place }: { readonly callbackUrl: string | null; readonly place: Place | null },
): Type.Static<typeof Account> {
  return {
    ...renderTeamAccount(account, place?.role ?? null),
    callback_url: callbackUrl,
    team_id: place?.teamId ?? null,
    locale: account.locale,
  };
}

/** Renders an account for others of its team: without its callback URL, which may hold a secret. `role` null: it is only asked to join. */
export function renderTeamAccount(account: AccountRow, role: Role | null): Type.Static<typeof TeamAccount> {
  return {
    account_id: account.account_id,
    email_address: account.email,
    is_locked: false,
    is_paid_hs: true,
    is_paid_hf: false,
    quotas: unlimited,
    role_code: role === null ? null : roleCode(role),
  };
}
