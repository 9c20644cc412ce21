import { knownAreaCodes } from "./area-codes.ts";
import { digitsOf, type FaxProvider, type FaxStanding } from "./fax.ts";

/** Recipients by the last four digits of their number, and how a fax to them ends; to all others it is sent. Documented in docs/fax.md. */
const testingNumbers = {
  "9901": failed("busy", "The line was busy."),
  "9902": failed("no_answer", "Nobody answered."),
  "9903": failed("disconnected", "The line broke after the first page."),
  "9904": failed("blacklisted", "The number takes no faxes from here."),
  "9905": failed("could_not_fax", "The document could not be transmitted."),
  "9906": failed("unknown", "Something went wrong at the provider."),
  "9908": failed("bad_destination", "The number is not in service."),
} as const satisfies Readonly<Record<string, FaxStanding>>;

/** The number to which a fax is put off first, and then sent. */
const holdingNumber = "9907";

/**
 * A provider that carries nothing anywhere: it takes every fax, and says a moment later how it went, by the recipient's number.
 * It keeps nothing, so that a fax or an order that comes twice gets the same answer.
 */
export const developmentFax: FaxProvider = {
  kind: "development",
  lookMs: [200],
  send: async ({ to }) =>
    to.endsWith(holdingNumber)
      ? { state: "on_hold", words: "All lines are taken; it goes out in a moment." }
      : { state: "transmitting" },
  look: async ({ to }) => {
    const found = Object.entries(testingNumbers).find(([digits]) => to.endsWith(digits));
    return found?.[1] ?? { state: "sent" };
  },
  areaCodes: async (asked) => knownAreaCodes(asked),
  async buyLine({ id, country, areaCode, city }) {
    if (!knownAreaCodes({ country, city: city ?? undefined }).includes(areaCode)) return null;
    if (country === "UK") return `+44${areaCode}${digitsOf(id, 10 - String(areaCode).length)}`;
    // Exchanges begin with 2 to 9; the middle digit keeps clear of the testing numbers.
    const [exchange, rest] = [200 + (Number(digitsOf(`${id} exchange`, 3)) % 800), digitsOf(id, 3)];
    return `+1${areaCode}${exchange}0${rest}`;
  },
  releaseLine: async () => {
    // There is nothing to give back.
  },
};

function failed(why: Extract<FaxStanding, { state: "failed" }>["why"], words: string): FaxStanding {
  return { state: "failed", why, words };
}
