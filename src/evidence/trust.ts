import { X509Certificate } from "node:crypto";

/** A certificate, others that may stand between it and a root (DER), and the roots (PEM). */
export type Trust = {
  readonly certificate: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly trusted: readonly string[];
};

/** Whether the certificate is one of the trusted ones, or issued by one of them, perhaps through others. */
export function isTrusted({ certificate, certificates, trusted }: Trust): boolean {
  const roots = trusted.map((pem) => new X509Certificate(pem));
  const others = certificates.map((raw) => new X509Certificate(raw));
  let at = new X509Certificate(certificate);
  for (let steps = 0; steps <= others.length; steps += 1) {
    const here = at;
    if (roots.some((root) => root.raw.equals(here.raw) || (root.ca && isIssuedBy(here, root)))) return true;
    // Whoever holds a certificate of his own may sign anything with its key, another certificate too: only an authority's counts.
    const above = others.find((one) => one.ca && !one.raw.equals(here.raw) && isIssuedBy(here, one));
    if (above === undefined) return false;
    at = above;
  }
  return false;
}

/** Whether the one certificate was issued by the other. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
