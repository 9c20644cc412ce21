import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { PasskeyPlace } from "../../accounts/passkey-proof.ts";
import { isLoopback } from "../../http/addresses.ts";

/** Where passkeys of a house are good, or why they cannot be. */
export type FoundPlace =
  | { readonly kind: "place"; readonly place: PasskeyPlace }
  | { readonly kind: "none"; readonly why: string };

/**
 * The host and origin of a house's passkeys, from COUNTERSIGN_URL alone. A passkey belongs to a name and is never given to an address
 * (WebAuthn 3, section 5.1.3): a house at a loopback address has its passkeys at `localhost`.
 */
export function passkeyPlaceOf(publicUrl: string): FoundPlace {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  const isNumber = isIP(hostname.replace(/^\[(.*)\]$/, "$1")) !== 0;
  if (isNumber && !isLoopback(hostname))
    return none(`Passkeys belong to a name, and this server is reached by a number (${hostname}): give it a name.`);
  if (isNumber) return found({ rpId: "localhost", origin: `${protocol}//localhost${port === "" ? "" : `:${port}`}` });
  if (protocol === "http:" && !isLoopback(hostname))
    return none("Passkeys need https, and this server is reached over http.");
  return found({ rpId: hostname, origin });
}

/**
 * Whether a page that is asked for is one whose script may ask for passkeys. Only a house on its own machine goes by the Host
 * header, and only to say so in words: a proxy may have written another one.
 */
export function isAtPlace({ origin }: PasskeyPlace, { headers }: Pick<FastifyRequest, "headers">): boolean {
  const { host, hostname } = new URL(origin);
  return !isLoopback(hostname) || headers.host === host;
}

function found(place: PasskeyPlace): FoundPlace {
  return { kind: "place", place };
}

function none(why: string): FoundPlace {
  return { kind: "none", why };
}
