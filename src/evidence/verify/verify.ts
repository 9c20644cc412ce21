// Verifies a PDF on its own: nothing is asked of any server. What a lawyer wants to know comes first, and why. The rules are in
// docs/evidence.md.

import { createHash } from "node:crypto";
import { PDF, PdfDict, type PdfRef } from "@libpdf/core";
import { limits } from "../../base/limits.ts";
import { describeCertificate } from "./certificates.ts";
import { changesBetween } from "./changes.ts";
import { type Checked, checkSignature } from "./check-signature.ts";
import { checkTrail } from "./check-trail.ts";
import { type FoundSignature, findSignatures } from "./find-signatures.ts";
import type { Update } from "./findings.ts";
import { judge } from "./judge.ts";
import type { Report, SignatureReport, VerifyOrder } from "./report.ts";

/** Verifies a file. Nothing in it makes this throw. */
export async function verifyDocument(order: VerifyOrder): Promise<Report> {
  const { bytes, trusted, depth } = order;
  const all = findSignatures(bytes).slice(0, limits.verifySignatures);
  const checked = all.map((found) => checkSignature(bytes, found));
  const signatures: SignatureReport[] = [];
  for (const one of checked) {
    const name = depth === "bytes" ? "" : await nameOf(bytes, one.found);
    signatures.push(tell(one, { name, trusted }));
  }
  const seal = sealAmong(signatures);
  const requestId = /^Countersign ([0-9a-f]{40})$/.exec(seal?.name ?? "")?.[1];
  const sealed = bytes.subarray(0, seal?.bytes ?? 0);
  return judge({
    order,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    signatures,
    seal: seal ?? null,
    checked,
    trail: requestId === undefined ? null : await checkTrail(sealed, requestId),
    isEncrypted: /\/Encrypt\s+\d+\s+\d+\s+R/.test(Buffer.from(bytes.subarray(-4096)).toString("latin1")),
    // Where a signature is broken already, what else has changed makes it no worse, and may be no structure any more.
    updates:
      seal === undefined
        ? []
        : await updatesBehind(order, { seal, signatures, isSound: checked.every(({ isIntact }) => isIntact) }),
  });
}

function tell(
  checked: Checked,
  { name, trusted }: { readonly name: string; readonly trusted: readonly string[] },
): SignatureReport {
  const { found, reason, certificate, certificates, time, authority, authorityCertificates } = checked;
  const kind = found.isTimestamp ? "timestamp" : /^Countersign [0-9a-f]{40}$/.test(name) ? "seal" : "other";
  const stamper =
    authority === null
      ? null
      : describeCertificate({ certificate: authority, certificates: authorityCertificates, trusted });
  return {
    kind,
    name,
    isValid: reason === "",
    reason,
    bytes: found.end,
    certificate: certificate === null ? null : describeCertificate({ certificate, certificates, trusted }),
    claimedTime: found.claimedTime,
    provenTime: time === null ? null : new Date(time).toISOString(),
    authority: stamper?.subject ?? null,
    isAuthorityTrusted: stamper?.isTrusted ?? false,
  };
}

/**
 * The last request's seal: the first of that name, for one that comes again behind it is not the house's. Where there is none, the last
 * signature.
 */
function sealAmong(signatures: readonly SignatureReport[]): SignatureReport | undefined {
  const last = signatures.findLast(({ kind }) => kind === "seal");
  if (last === undefined) return signatures.findLast(({ kind }) => kind === "other");
  return signatures.find(({ kind, name }) => kind === "seal" && name === last.name);
}

/** The name of the field whose value a signature is, in the form as it was signed: later ones may say anything. */
async function nameOf(bytes: Uint8Array, { end, object }: FoundSignature): Promise<string> {
  const pdf = await PDF.load(bytes.subarray(0, end)).catch(() => null);
  if (pdf === null) return "";
  try {
    const resolve = (ref: PdfRef) => pdf.getObject(ref);
    const fields = pdf.getCatalog().getDict("AcroForm", resolve)?.getArray("Fields", resolve);
    for (let index = 0; index < Math.min(fields?.length ?? 0, limits.fieldsPerRequest); index += 1) {
      const field = fields?.at(index, resolve);
      if (field instanceof PdfDict && field.getRef("V")?.objectNumber === object)
        return field.getString("T", resolve)?.asString() ?? "";
    }
  } catch {
    // A form that cannot be read names nobody.
  }
  return "";
}

type Behind = {
  readonly seal: SignatureReport;
  readonly signatures: readonly SignatureReport[];
  readonly isSound: boolean;
};

async function updatesBehind(
  { bytes, depth }: VerifyOrder,
  { seal, signatures, isSound }: Behind,
): Promise<readonly Update[]> {
  const ends = [
    ...new Set(signatures.map((one) => one.bytes).filter((end) => end > seal.bytes && end <= bytes.length)),
  ];
  const covered = ends.toSorted((a, b) => a - b);
  const all = covered.at(-1) === bytes.length || bytes.length === seal.bytes ? covered : [...covered, bytes.length];
  const updates: Update[] = [];
  let from = seal.bytes;
  for (const to of all) {
    const isRead = depth === "whole" && isSound;
    const changes = isRead ? await changesBetween(bytes.subarray(0, from), bytes.subarray(0, to)) : null;
    updates.push({ from, to, changes, isCovered: ends.includes(to) });
    from = to;
  }
  return updates;
}
