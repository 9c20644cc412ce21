import { day, minute, second } from "./units.ts";

/** Bounds of faxes and fax lines; part of `limits`. */
export const faxLimits = {
  faxPages: 500,
  // Faxes of one account that are still on their way.
  faxesPending: 500,
  faxCoverLength: 255,
  faxMessageLength: 2000,
  faxProviderMs: 60 * second,
  faxProviderReplyBytes: 1024 * 1024,
  // How long a fax that the provider has taken is asked after.
  faxGiveUpMs: 1 * day,
  faxLookMs: [5 * second, 15 * second, 30 * second, 1 * minute, 5 * minute],
  faxLineUsers: 200,
  faxLinesShown: 200,
  areaCodes: 2000,
  cityLength: 100,
  // A line whose purchase was cut off is settled after this time: by then the call that bought it has ended.
  faxLineSettleMs: 3 * minute,
} as const;
