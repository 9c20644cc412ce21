import { Type } from "typebox";
import type { LeftOf } from "../accounts/quotas.ts";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { FaxLine } from "../fax/lines.ts";
import { faxCountries } from "../providers/fax.ts";
import { renderLeft, TeamAccount } from "./account.ts";
import { Seconds } from "./shapes.ts";

const LineAccount = Type.Object({
  ...TeamAccount.properties,
  callback_url: Type.Null({ description: "Never told to others" }),
  role_code: Type.Null(),
  team_id: Type.Null(),
  locale: Type.String(),
});

/** What a line that is to be bought is like. */
export const LineInput = Type.Object({
  area_code: Type.Integer({ minimum: 1, maximum: 99_999 }),
  country: Type.Enum([...faxCountries]),
  city: Type.Optional(Type.String({ maxLength: limits.cityLength })),
});

/** A fax line as v3 shows it, with the accounts that have access to it. Contract: objects.md. */
export const FaxLineShape = Type.Object({
  number: Type.String(),
  created_at: Seconds,
  updated_at: Seconds,
  accounts: Type.Array(LineAccount),
});

/** Renders a fax line. Plans are unlimited. */
export function renderFaxLine({ row, users }: FaxLine, leftOf: LeftOf): Type.Static<typeof FaxLineShape> {
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
      quotas: renderLeft(leftOf(account_id)),
      callback_url: null,
      role_code: null,
      team_id: null,
      locale,
    })),
  };
}
