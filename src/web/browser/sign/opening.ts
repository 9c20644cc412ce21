import type { Saying } from "../../../language/saying.ts";
import type { BootFacts, ClaimRequest, SessionView } from "../../../wire/session.ts";
import { type Brand, readBrand } from "./brand.ts";
import { tabSecret } from "./tab.ts";

/** All that is known before the claim: what the server wrote into the page, and what the host's library appended to its address. */
export type Opening = BootFacts & {
  readonly signatureId: string;
  readonly clientId: string | undefined;
  /** Origin of the host page as it says itself; null when it says nothing usable. */
  readonly parentOrigin: string | null;
  readonly skipsDomainCheck: boolean;
  readonly hidesHeader: boolean;
  readonly redirectUrl: string | null;
  readonly oldLibrary: boolean;
  readonly debug: boolean;
  readonly brand: Brand;
};

/** Reads the boot facts and the query. The library appends to our own address, so the first value of a name is ours. */
export function readOpening(page: Document, address: string): Opening {
  const boot = JSON.parse(page.getElementById("boot")?.textContent ?? "null") as BootFacts;
  const query = new URL(address).searchParams;

  return {
    ...boot,
    signatureId: query.get("signature_id") ?? "",
    clientId: query.get("client_id") ?? undefined,
    parentOrigin: webAddress(query.get("parent_url"))?.origin ?? null,
    skipsDomainCheck: boot.maySkipDomainCheck && query.get("skip_domain_verification") === "1",
    hidesHeader: query.get("hide_header") === "true",
    redirectUrl: webAddress(query.get("redirect_url"))?.href ?? null,
    oldLibrary: (query.get("js_version") ?? "").startsWith("1."),
    debug: query.get("debug") === "1",
    brand: readBrand(query.get("white_labeling_options")),
  };
}

/** The address when it is http or https, else null. */
export function webAddress(text: string | null): URL | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/** Why the page cannot even speak to a host, in words; null when it can. */
export function obstacleTo(opening: Opening): Saying | null {
  if (window.parent === window) return { key: "refused.notEmbedded" };
  if (opening.parentOrigin === null) return { key: "refused.noParent" };
  return opening.oldLibrary ? { key: "refused.oldLibrary" } : null;
}

/** What the link is claimed with. */
export function claimOf(opening: Opening): ClaimRequest {
  const { kind, token, clientId, parentOrigin, skipsDomainCheck } = opening;
  const tab = tabSecret(token);
  if (kind === "mail") return { kind, token, tab };
  return { kind, token, tab, ...(clientId ? { clientId } : {}), parentOrigin: skipsDomainCheck ? null : parentOrigin };
}

/** Where this frame goes after signing. A mail's link is not asked: whoever altered it could send the signer anywhere. */
export function redirectTarget(opening: Opening, session: SessionView): string | null {
  const wanted = opening.kind === "embedded" ? opening.redirectUrl : null;
  const target = webAddress(wanted ?? session.redirectUrl);
  if (!target) return null;
  target.searchParams.append("event", "signature_request_signed");
  target.searchParams.append("signature_id", session.signatureId);
  return target.href;
}
