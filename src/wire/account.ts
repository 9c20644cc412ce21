import { Type } from "typebox";
import type { AccountRow } from "../storage/tables.ts";
import { Nullable } from "./shapes.ts";

/** An account as v3 shows it. Plans and quotas are unlimited. Contract: objects.md. */
export const Account = Type.Object({
  account_id: Type.String(),
  email_address: Type.String(),
  is_locked: Type.Boolean(),
  is_paid_hs: Type.Boolean(),
  is_paid_hf: Type.Boolean(),
  quotas: Type.Record(Type.String(), Nullable(Type.Integer())),
  callback_url: Nullable(Type.String()),
  role_code: Nullable(Type.String()),
  team_id: Nullable(Type.String()),
  locale: Nullable(Type.String()),
});

/** Renders an account; `callbackUrl` with its credentials starred out. */
export function renderAccount(account: AccountRow, callbackUrl: string | null): Type.Static<typeof Account> {
  return {
    account_id: account.account_id,
    email_address: account.email,
    is_locked: false,
    is_paid_hs: true,
    is_paid_hf: false,
    quotas: {
      api_signature_requests_left: null,
      documents_left: null,
      templates_total: null,
      templates_left: null,
      sms_verifications_left: null,
      num_fax_pages_left: null,
    },
    callback_url: callbackUrl,
    role_code: null,
    team_id: null,
    locale: account.locale,
  };
}
