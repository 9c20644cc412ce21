import { type Findings, partsOf } from "./findings.ts";
import type { Reason, Report, SignatureReport, Verdict } from "./report.ts";

/** The verdict on what was found, with every reason for it. */
export function judge(findings: Findings): Report {
  const { order, sha256, signatures, trail, seal } = findings;
  const reasons = [
    ...judgeSeal(findings),
    ...judgeCoverage(findings),
    ...judgeCertificate(seal),
    ...judgeTime(findings),
    ...judgeTrail(findings),
    ...judgeOthers(findings),
    ...judgeOriginal(findings),
  ];
  const verdict = worst(reasons);
  return {
    verdict,
    headline: headlineFor(verdict, findings),
    reasons,
    signatures,
    trail: trail === null || trail === "damaged" ? null : trail.report,
    file: { sha256, bytes: order.bytes.length },
    parts: partsOf(findings),
  };
}

function worst(reasons: readonly Reason[]): Verdict {
  const has = (level: Reason["level"]) => reasons.some((reason) => reason.level === level);
  if (has("red")) return "red";
  return has("amber") ? "amber" : "green";
}

function headlineFor(verdict: Verdict, findings: Findings): string {
  const { seal } = findings;
  if (!isPdf(findings)) return "This file is no PDF. Nothing can be said about it.";
  if (seal === null) return "This file has no seal. Nothing can be said about it.";
  const isAsSealed = seal.isValid && partsOf(findings).every(({ isIntact }) => isIntact);
  if (verdict === "red" && isAsSealed) return "Do not rely on this file. The reasons are below.";
  if (verdict === "red") return "Do not rely on this file: it is not as it was sealed.";
  if (verdict === "amber") return "The file is as it was sealed. Read the reservations below.";
  return "The file is exactly as it was sealed.";
}

/** Readers find the mark of a PDF anywhere in its first kilobyte. */
function isPdf({ order: { bytes } }: Findings): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes("%PDF-");
}

function judgeSeal(findings: Findings): readonly Reason[] {
  const { seal, isEncrypted, checked } = findings;
  const what = "Seal";
  if (!isPdf(findings))
    return [{ level: "red", what: "File", why: "It does not begin as a PDF does. Choose the signed PDF itself." }];
  if (isEncrypted) return [{ level: "red", what, why: "The file is encrypted: remove its password and try again." }];
  if (seal === null) return [{ level: "red", what, why: "There is no electronic signature in the file." }];
  if (!seal.isValid)
    return [{ level: "red", what, why: `The seal does not hold. ${seal.reason}${broken({ seal, checked })}` }];
  const whose = seal.kind === "seal" ? "The seal of Countersign" : "The last signature";
  return [{ level: "good", what, why: `${whose} holds: not one byte that it covers was changed.` }];
}

function broken({ seal, checked }: { readonly seal: SignatureReport; readonly checked: Findings["checked"] }): string {
  const one = checked.find(({ found }) => found.end === seal.bytes);
  return one?.isIntact === false ? "" : " The document itself is unchanged; the seal's own value was.";
}

function judgeCoverage(findings: Findings): readonly Reason[] {
  const { seal, updates, order, checked } = findings;
  if (seal === null) return [];
  const isBroken = checked.some(({ isIntact }) => !isIntact);
  const altered = partsOf(findings).filter(({ isIntact }) => !isIntact);
  const where = altered.map(
    ({ name, from, to }): Reason => ({
      level: "red",
      what: "Where it was changed",
      why: `In ${name} (bytes ${from} to ${to}).`,
    }),
  );
  const changes = updates.flatMap(({ from, to, changes: found, isCovered }): readonly Reason[] => {
    const bytes = `bytes ${from + 1} to ${to}`;
    if (found === null && isBroken) return [];
    if (found === null)
      return [{ level: "red", what: "After the seal", why: `What was added cannot be read (${bytes}).` }];
    if (found.length > 0)
      return [
        {
          level: "red",
          what: "After the seal",
          why: `What the document shows or contains was changed (${bytes}): ${found.map((path) => path.join("/")).join(", ")}.`,
        },
      ];
    if (!isCovered && hasObjects(order.bytes.subarray(from, to)))
      return [
        {
          level: "red",
          what: "After the seal",
          why: `Something was added that no signature covers, and that a reader may show (${bytes}).`,
        },
      ];
    if (isCovered)
      return [
        { level: "good", what: "After the seal", why: `Only what keeps the seal checkable was added (${bytes}).` },
      ];
    return [
      {
        level: "amber",
        what: "After the seal",
        why: `Something was added that no signature covers (${bytes}). It changes nothing that the document shows.`,
      },
    ];
  });
  const isWhole = updates.length === 0 && seal.bytes === order.bytes.length && seal.isValid;
  const whole: Reason = { level: "good", what: "Coverage", why: "The seal covers the whole file." };
  return [...where, ...changes, ...(isWhole ? [whole] : [])];
}

/** A reader that finds a file damaged looks for objects in it wherever they stand. */
function hasObjects(bytes: Uint8Array): boolean {
  return /\d\s+obj\b|\bxref\b|\btrailer\b/.test(Buffer.from(bytes).toString("latin1"));
}

function judgeCertificate(seal: SignatureReport | null): readonly Reason[] {
  const certificate = seal?.certificate ?? null;
  if (seal === null || certificate === null) return [];
  const what = "Certificate";
  const by = `"${certificate.subject}" (SHA-256 ${certificate.sha256})`;
  const reasons: Reason[] = [];
  if (certificate.isTest)
    reasons.push({
      level: "amber",
      what,
      why: "The seal is one of test mode: the document is a test and binds nobody.",
    });
  if (certificate.isTrusted) reasons.push({ level: "good", what, why: `The certificate ${by} is trusted here.` });
  else
    reasons.push({
      level: "amber",
      what,
      why: certificate.isOwnIssuer
        ? `The certificate ${by} vouches for itself. Compare its SHA-256 with the one that whoever sealed it tells you.`
        : `The certificate ${by}, issued by "${certificate.issuer}", is not among those that you have said you trust.`,
    });
  const at = seal.isAuthorityTrusted ? seal.provenTime : seal.claimedTime;
  if (at !== null && (at < certificate.from || at > certificate.to))
    reasons.push({
      level: "red",
      what,
      why: `It was not valid on ${spoken(at)}: it holds from ${spoken(certificate.from)} to ${spoken(certificate.to)}.`,
    });
  return reasons;
}

function judgeTime({ seal, signatures }: Findings): readonly Reason[] {
  if (seal === null) return [];
  const what = "Time";
  const stamps = signatures.filter(({ kind }) => kind === "timestamp");
  const wrong = stamps
    .filter(({ isValid }) => !isValid)
    .map(
      ({ reason }): Reason => ({ level: "red", what, why: `A time-stamp over the document does not hold. ${reason}` }),
    );
  const proven = [seal, ...stamps].find(({ provenTime }) => provenTime !== null);
  return [...wrong, proven === undefined ? claimedTime(seal) : provenTime(proven)];
}

function claimedTime({ claimedTime: claimed }: SignatureReport): Reason {
  const day = claimed === null ? "a day that it does not tell" : spoken(claimed);
  const why = `The seal says that it was made on ${day}: that is the word of whoever sealed it.`;
  return { level: "note", what: "Time", why };
}

/** Anybody can run an authority under any name: its word counts for who trusts its certificate. */
function provenTime({ provenTime: time, authority, isAuthorityTrusted }: SignatureReport): Reason {
  const day = spoken(time ?? "");
  if (isAuthorityTrusted)
    return {
      level: "good",
      what: "Time",
      why: `It existed on ${day}, as the time-stamp authority "${authority}" confirms.`,
    };
  const why = `A time-stamp by "${authority}" names ${day}. Its certificate is not among those that are trusted here.`;
  return { level: "note", what: "Time", why };
}

function judgeTrail({ trail, seal }: Findings): readonly Reason[] {
  if (seal?.kind !== "seal") return [];
  if (trail === "damaged")
    return [{ level: "red", what: "Audit trail", why: "The audit trail cannot be read: it is damaged." }];
  if (trail === null)
    return [{ level: "note", what: "Audit trail", why: "The file has none: it is kept as a document of its own." }];
  const { about } = trail.report;
  const words = `This is the audit trail of another file, whose SHA-256 is ${about}.`;
  return about === null ? trail.reasons : [...trail.reasons, { level: "note", what: "Audit trail", why: words }];
}

function judgeOthers({ signatures, seal }: Findings): readonly Reason[] {
  return signatures
    .filter((one) => one.kind !== "timestamp" && one !== seal && one.bytes < (seal?.bytes ?? 0))
    .map(({ isValid, reason, certificate, bytes }): Reason => {
      const by = certificate === null ? "" : ` by "${certificate.subject}"`;
      return isValid
        ? { level: "note", what: "Earlier signature", why: `A signature${by} over the first ${bytes} bytes holds.` }
        : {
            level: "amber",
            what: "Earlier signature",
            why: `A signature${by} that was there before does not hold. ${reason}`,
          };
    });
}

function judgeOriginal({ order: { original }, trail }: Findings): readonly Reason[] {
  if (original === null) return [];
  const what = "Original";
  const known = trail === null || trail === "damaged" ? [] : trail.report.originals;
  const found = known.find(({ sha256 }) => sha256 === original);
  return found === undefined
    ? [
        {
          level: "red",
          what,
          why: `The file that you gave (SHA-256 ${original}) is none of those that were sent to be signed.`,
        },
      ]
    : [{ level: "good", what, why: `The file that you gave is the one that was sent as "${found.name}".` }];
}

function spoken(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}
