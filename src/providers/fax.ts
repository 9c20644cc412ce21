import { createHash } from "node:crypto";
import { Fault } from "../base/faults.ts";

/** A fax to hand over. `id`: its name; whoever gets one twice transmits it once. `to` and `from` as E.164; `from` null: the provider's own number. */
export type OutgoingFax = {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
  readonly pages: number;
  /** A PDF. */
  readonly document: Uint8Array;
};

/** Why a fax did not reach its recipient. */
export const faxFailures = [
  "busy",
  "no_answer",
  "disconnected",
  "blacklisted",
  "bad_destination",
  "could_not_fax",
  "unknown",
] as const;

/** How a fax stands with its provider. `on_hold`: put off, it goes on by itself; `words` tell a person more. */
export type FaxStanding =
  | { readonly state: "transmitting" }
  | { readonly state: "on_hold"; readonly words: string | null }
  | { readonly state: "sent" }
  | { readonly state: "failed"; readonly why: (typeof faxFailures)[number]; readonly words: string | null };

/** Which area codes are asked for. */
export type AreaAsk = {
  readonly country: FaxCountry;
  readonly state?: string | undefined;
  readonly province?: string | undefined;
  readonly city?: string | undefined;
};

/** A number to buy. `id`: the name of the order; whoever gets one twice sells one number. */
export type LineOrder = {
  readonly id: string;
  readonly country: FaxCountry;
  readonly areaCode: number;
  readonly city: string | null;
};

/** A number that was sold. `id`: the name of its order. */
export type SoldLine = { readonly id: string; readonly number: string };

/** The countries that numbers can be bought in. Contract: operations.md. */
export const faxCountries = ["CA", "US", "UK"] as const;
/** One of them. */
export type FaxCountry = (typeof faxCountries)[number];

/** Whoever carries faxes and sells numbers. Every call throws, in words, when it does not come to an answer: it is tried again. */
export type FaxProvider = {
  /** `development`: nothing leaves this server. */
  readonly kind: "remote" | "development";
  readonly send: (fax: OutgoingFax) => Promise<FaxStanding>;
  /** How a fax stands that was handed over. */
  readonly look: (fax: Pick<OutgoingFax, "id" | "to">) => Promise<FaxStanding>;
  /** Milliseconds to wait before each look; the last one again and again. */
  readonly lookMs: readonly number[];
  readonly areaCodes: (asked: AreaAsk) => Promise<readonly number[]>;
  /** The number, as E.164, or null where it has none of this kind. */
  readonly buyLine: (order: LineOrder) => Promise<string | null>;
  /** Gives the number of an order back; one that is not held any more, or is another order's by now, is left so. */
  readonly releaseLine: (line: SoldLine) => Promise<void>;
};

/** Who carries what: `real` null when nobody is set. Faxes in test mode never leave the server. */
export type FaxProviders = { readonly real: FaxProvider | null; readonly tests: FaxProvider };

/** Whoever carries faxes that are no tests, and sells numbers. Throws `forbidden` when nobody is set. */
export function needFaxProvider({ real }: FaxProviders): FaxProvider {
  if (real !== null) return real;
  throw new Fault(
    "forbidden",
    "This server has no fax provider: its operator sets one with COUNTERSIGN_FAX_URL. Faxes in test mode work without.",
  );
}

/** A fax number as E.164, without the spaces, hyphens, dots and brackets that people write, with or without its plus; null when it is none. */
export function readFaxNumber(given: string): string | null {
  const digits = given.replace(/[\s().-]/g, "").replace(/^\+/, "");
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
}

/** Digits of one's own choosing for a text: the same ones each time. */
export function digitsOf(text: string, count: number): string {
  const value = createHash("sha256").update(text).digest().readBigUInt64BE(0);
  return String(value % 10n ** BigInt(count)).padStart(count, "0");
}
