import type { Saying } from "../../../language/saying.ts";
import type { BootFacts, ClaimRequest, SessionView } from "../../../wire/session.ts";
import { type Brand, readBrand } from "./brand.ts";
import { spokenLocale } from "./say.ts";
import { tabSecret } from "./tab.ts";

/** What the server writes into every page that may stand in a frame. */
export type FrameFacts = Pick<BootFacts, "locale" | "token" | "maySkipDomainCheck" | "domains" | "colours">;

/** All that is known before the claim: what the server wrote into the page, and what the host's library appended to its address. */
export type Opening<Boot extends FrameFacts = BootFacts> = Boot & {
  readonly signatureId: string;
  readonly clientId: string | undefined;
  /** Origin of the host page as it says itself; null when it says nothing usable. */
  readonly parentOrigin: string | null;
  readonly skipsDomainCheck: boolean;
  readonly hidesHeader: boolean;
  readonly redirectUrl: string | null;
  /** Version 1 of the host's library speaks another dialect. */
  readonly speaksOldDialect: boolean;
  readonly debug: boolean;
  readonly brand: Brand;
};

/** Reads the boot facts and the query. The library appends to our own address, so the first value of a name is ours. */
export function readOpening<Boot extends FrameFacts = BootFacts>(page: Document, address: string): Opening<Boot> {
  const boot = JSON.parse(page.getElementById("boot")?.textContent ?? "null") as Boot;
  const query = new URL(address).searchParams;

  return {
    ...boot,
    signatureId: query.get("signature_id") ?? "",
    clientId: query.get("client_id") ?? undefined,
    parentOrigin: webAddress(query.get("parent_url"))?.origin ?? null,
    skipsDomainCheck: boot.maySkipDomainCheck && isOn(query.get("skip_domain_verification")),
    hidesHeader: isOn(query.get("hide_header") ?? query.get("hideHeader")),
    redirectUrl: webAddress(query.get("redirect_url"))?.href ?? null,
    speaksOldDialect: (query.get("js_version") ?? "").startsWith("1."),
    debug: isOn(query.get("debug")),
    brand: readBrand(boot.colours, query.get("white_labeling_options")),
  };
}

/** Version 2 of the library writes 1, version 1 writes true. */
function isOn(value: string | null): boolean {
  return value === "1" || value === "true";
}

/** The address when it is http or https, else null. */
export function webAddress(text: string | null): URL | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/** Why the page cannot even speak to a host, in words; null when it can. */
export function obstacleTo(opening: Pick<Opening, "parentOrigin">): Saying | null {
  if (window.parent === window) return { key: "refused.notEmbedded" };
  return opening.parentOrigin === null ? { key: "refused.noParent" } : null;
}

/** What the link is claimed with. */
export function claimOf(opening: Opening): ClaimRequest {
  const { kind, token, clientId, parentOrigin, skipsDomainCheck } = opening;
  const tab = tabSecret(token);
  const locale = spokenLocale();
  if (kind === "mail") return { kind, token, tab, locale };
  return {
    kind,
    token,
    tab,
    locale,
    ...(clientId ? { clientId } : {}),
    parentOrigin: skipsDomainCheck ? null : parentOrigin,
  };
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
