import { X509Certificate } from "node:crypto";
import { isTrusted, type Trust } from "../trust.ts";
import { readCertificate } from "../x509-read.ts";
import type { CertificateFacts } from "./report.ts";

/** What people compare of a certificate, and whether it leads to one that is trusted. */
export function describeCertificate(trust: Trust): CertificateFacts {
  const { certificate: raw } = trust;
  const certificate = new X509Certificate(raw);
  const { issuer, subject } = readCertificate(raw);
  return {
    subject: inWords(certificate.subject),
    issuer: inWords(certificate.issuer),
    serial: certificate.serialNumber,
    sha256: certificate.fingerprint256,
    from: certificate.validFromDate.toISOString(),
    to: certificate.validToDate.toISOString(),
    isTest: /\bTEST\b/.test(certificate.subject),
    isOwnIssuer: Buffer.compare(issuer, subject) === 0,
    isTrusted: isTrusted(trust),
  };
}

/** The common name of `CN=…\nO=…`, and the organisation; else the whole as one line. */
function inWords(name: string): string {
  const parts = new Map(
    name.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const told = [parts.get("CN"), parts.get("O")].filter((part) => part !== undefined);
  return told.length === 0 ? name.split("\n").join(", ") : told.join(", ");
}
