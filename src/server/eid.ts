import { limits } from "../base/limits.ts";
import type { EidProvider, EidStanding } from "../providers/eid.ts";
import type { Store } from "../storage/store.ts";
import { openProvider, readWords } from "./provider-calls.ts";

/** What a provider is opened with: `url` of one over HTTP, `development`, or null for none. */
export type EidParts = {
  readonly url: string | null;
  readonly publicUrl: string;
  readonly store: Store;
};

/** Who identifies people; null: nobody. */
export function openEid({ url, publicUrl, store }: EidParts): EidProvider | null {
  if (url === "development") return developmentEid({ publicUrl, store });
  return url === null ? null : openRemoteEid(url);
}

/** A page of this server that says what it is, and offers both ends. */
function developmentEid({ publicUrl, store }: Pick<EidParts, "publicUrl" | "store">): EidProvider {
  return {
    kind: "development",
    name: "development identification",
    begin: async ({ token }) => `${publicUrl}/eid/development/${token}`,
    async look(id) {
      const row = await store.read
        .selectFrom("identifications as i")
        .innerJoin("signatures as s", "s.signature_id", "i.signature_id")
        .select(["i.developed", "s.name"])
        .where("i.identification_id", "=", id)
        .executeTakeFirst();
      if (row?.developed === "confirmed") return { state: "identified", person: row.name, reference: id };
      if (row?.developed === "failed") return { state: "failed", words: "The development identification was failed." };
      return { state: "pending" };
    },
  };
}

/**
 * A provider over HTTP. Below its address `POST /identifications` `{ id, name, email, return_url }` answers `{ url }`, to which the
 * signer's browser goes; `GET /identifications/{id}` answers `{ state, person, reference, words }`, `state` being `pending`,
 * `identified` or `failed`.
 */
function openRemoteEid(url: string): EidProvider {
  const call = openProvider({
    url,
    what: "provider of electronic identification",
    deadlineMs: limits.eidProviderMs,
    maxBodyBytes: limits.eidProviderReplyBytes,
  });
  return {
    kind: "remote",
    name: new URL(url).hostname,
    async begin({ id, name, email, returnUrl }) {
      const body = { id, name, email, return_url: returnUrl };
      const { url: address }: { readonly url?: unknown } = Object(await call("POST", "/identifications", body));
      const isWeb = typeof address === "string" && /^https?:$/.test(URL.parse(address)?.protocol ?? "");
      if (!isWeb) throw new Error("The provider of electronic identification does not say where to go.");
      return address;
    },
    look: async (id) => readStanding(await call("GET", `/identifications/${encodeURIComponent(id)}`)),
  };
}

function readStanding(answer: unknown): EidStanding {
  const { state, person, reference, words } = Object(answer) as Readonly<Record<string, unknown>>;
  const text = (value: unknown) => readWords(value, limits.nameLength) ?? "";
  if (state === "pending") return { state };
  if (state === "identified") return { state, person: text(person), reference: text(reference) };
  if (state === "failed") return { state, words: text(words) || "The identification was not completed." };
  throw new Error("The provider of electronic identification does not say how it stands.");
}
