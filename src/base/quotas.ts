/** What an account may use, where the operator bounds it; null: as much as it likes. */
export type Quotas = {
  /** Signature requests a calendar month (UTC). */
  readonly requests: number | null;
  /** Templates that an account holds at one time. */
  readonly templates: number | null;
  /** Codes by text message a calendar month (UTC). */
  readonly codes: number | null;
  /** Pages of faxes that are sent, a calendar month (UTC). */
  readonly faxPages: number | null;
};

/** One of them. */
export type QuotaKind = keyof Quotas;

/** The kinds that open again each month. */
export type MonthlyKind = Exclude<QuotaKind, "templates">;

/** No bounds, as a house has them unless its operator says otherwise. */
export const noQuotas: Quotas = Object.freeze({ requests: null, templates: null, codes: null, faxPages: null });
