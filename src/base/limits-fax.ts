import { day, mebibyte, minute, second } from "./units.ts";

/** Bounds of faxes and fax lines; part of `limits`. */
export const faxLimits = {
  faxPages: 500,
  // A provider gets it in one piece, in base64.
  faxDocumentBytes: 32 * mebibyte,
  // Faxes of one account that are still on their way.
  faxesPending: 500,
  faxCoverLength: 255,
  faxMessageLength: 2000,
  faxProviderMs: 60 * second,
  // What a provider is asked at once, and how much more when it takes its time.
  faxesAtOnce: 2,
  slowFaxesAtOnce: 4,
  faxProviderReplyBytes: 1 * mebibyte,
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
