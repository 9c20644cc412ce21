import { limits } from "../base/limits.ts";
import { type FaxProvider, type FaxProviders, type FaxStanding, faxFailures, readFaxNumber } from "../providers/fax.ts";
import { developmentFax } from "../providers/fax-development.ts";
import { openProvider, readWords } from "./provider-calls.ts";

/** Who carries faxes: `url` of a provider over HTTP, `development`, or null for nobody. */
export function openFax(url: string | null): FaxProviders {
  if (url === "development") return { real: developmentFax, tests: developmentFax };
  return { real: url === null ? null : openRemoteFax(url), tests: developmentFax };
}

/**
 * A provider over HTTP, with what stands before an @ in its address as Basic credentials. Below the address:
 * `POST /faxes` `{ id, from, to, pages, document }` (a PDF in base64) and `GET /faxes/{id}` answer `{ state, why?, words? }`;
 * `GET /area_codes?country&state&province&city` answers `{ area_codes }`; `POST /lines` `{ id, country, area_code, city }` answers
 * `{ number }`, or null where it has none; `DELETE /lines/{number}?id` gives back what was sold under that name, and
 * leaves a number that was sold anew. `id` is the name of a fax or an order: one that comes a second time is the same one.
 */
function openRemoteFax(url: string): FaxProvider {
  const call = openProvider({
    url,
    what: "fax provider",
    deadlineMs: limits.faxProviderMs,
    maxBodyBytes: limits.faxProviderReplyBytes,
  });
  return {
    kind: "remote",
    lookMs: limits.faxLookMs,
    async send({ document, ...fax }) {
      const body = { ...fax, document: Buffer.from(document).toString("base64") };
      return readStanding(await call("POST", "/faxes", body));
    },
    look: async ({ id }) => readStanding(await call("GET", `/faxes/${encodeURIComponent(id)}`)),
    async areaCodes({ country, ...narrower }) {
      const query = new URLSearchParams({ country });
      for (const [name, value] of Object.entries(narrower)) if (value !== undefined) query.set(name, value);
      const { area_codes: codes }: { readonly area_codes?: unknown } = Object(
        await call("GET", `/area_codes?${query.toString()}`),
      );
      if (!Array.isArray(codes)) throw new Error("The fax provider answered without area_codes.");
      return codes.filter((code): code is number => Number.isSafeInteger(code)).slice(0, limits.areaCodes);
    },
    async buyLine({ areaCode, ...order }) {
      const { number }: { readonly number?: unknown } = Object(
        await call("POST", "/lines", { ...order, area_code: areaCode }),
      );
      if (number === null) return null;
      const read = typeof number === "string" ? readFaxNumber(number) : null;
      if (read === null) throw new Error("The fax provider sold a line without a number.");
      return read;
    },
    async releaseLine({ id, number }) {
      await call("DELETE", `/lines/${encodeURIComponent(number)}?id=${encodeURIComponent(id)}`);
    },
  };
}

function readStanding(answer: unknown): FaxStanding {
  const { state, why, words }: { readonly state?: unknown; readonly why?: unknown; readonly words?: unknown } =
    Object(answer);
  const said = readWords(words, limits.messageLength);
  if (state === "transmitting" || state === "sent") return { state };
  if (state === "on_hold") return { state, words: said };
  if (state === "failed") return { state, why: faxFailures.find((one) => one === why) ?? "unknown", words: said };
  throw new Error("The fax provider does not say how the fax stands.");
}
