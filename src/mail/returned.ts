import { macOf, type Secret, sameText } from "../base/secrets.ts";

/** What a letter is about that may come back: a signer's signature, or a fax and the address that it was mailed to. */
export type About =
  | { readonly kind: "signature"; readonly signatureId: string }
  | { readonly kind: "fax"; readonly faxId: string; readonly email: string };

/** A letter of this house that a notification returns. A fax has several letters: each fits one address. */
export type Returned =
  | { readonly kind: "signature"; readonly signatureId: string }
  | { readonly kind: "fax"; readonly faxId: string; readonly isTo: (email: string) => boolean };

/** What names a letter's subject in its Message-ID in a way that only the house can: a bounce that comes back by mail is believed by it. */
export function nameOf(secret: Secret, about: About): string {
  return `${about.kind === "fax" ? about.faxId : about.signatureId}.${markOf(secret, about)}`;
}

/** The letter that a notification is about, by the Message-ID that it returns; null when it returns none that may come back. */
export function returnedIn(secret: Secret, dsn: string): Returned | null {
  for (const [, id = "", mark = ""] of dsn.matchAll(/<countersign\.([0-9a-f]{32}|[0-9a-f]{40})\.([0-9a-f]{32})[.@]/g)) {
    if (id.length === 40)
      return {
        kind: "fax",
        faxId: id,
        isTo: (email) => sameText(mark, markOf(secret, { kind: "fax", faxId: id, email })),
      };
    if (sameText(mark, markOf(secret, { kind: "signature", signatureId: id })))
      return { kind: "signature", signatureId: id };
  }
  return null;
}

function markOf(secret: Secret, about: About): string {
  const subject = about.kind === "fax" ? `${about.faxId} ${about.email}` : about.signatureId;
  return macOf(secret, `mail ${subject}`).slice(0, 32);
}
