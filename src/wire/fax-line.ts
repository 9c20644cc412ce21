import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import type { FaxLine } from "../fax/lines.ts";
import { Nullable, Seconds } from "./shapes.ts";

const LineAccount = Type.Object({
  account_id: Type.String(),
  email_address: Type.String(),
  is_locked: Type.Boolean(),
  is_paid_hs: Type.Boolean(),
  is_paid_hf: Type.Boolean(),
  quotas: Type.Record(Type.String(), Nullable(Type.Integer())),
  callback_url: Type.Null({ description: "Never told to others" }),
  role_code: Type.Null(),
  team_id: Type.Null(),
  locale: Type.String(),
});

/** A fax line as v3 shows it, with the accounts that have access to it. Contract: objects.md. */
export const FaxLineShape = Type.Object({
  number: Type.String(),
  created_at: Seconds,
  updated_at: Seconds,
  accounts: Type.Array(LineAccount),
});

const noQuotas = {
  api_signature_requests_left: null,
  documents_left: null,
  templates_total: null,
  templates_left: null,
  sms_verifications_left: null,
  num_fax_pages_left: null,
};

/** Renders a fax line. Plans are unlimited. */
export function renderFaxLine({ row, users }: FaxLine): Type.Static<typeof FaxLineShape> {
  return {
    number: row.number,
    created_at: toSeconds(row.created_at),
    updated_at: toSeconds(row.updated_at),
    accounts: users.map(({ account_id, email, locale }) => ({
      account_id,
      email_address: email,
      is_locked: false,
      is_paid_hs: true,
      is_paid_hf: true,
      quotas: noQuotas,
      callback_url: null,
      role_code: null,
      team_id: null,
      locale,
    })),
  };
}
