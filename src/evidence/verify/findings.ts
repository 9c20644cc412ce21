import type { Change } from "./changes.ts";
import type { Checked } from "./check-signature.ts";
import type { CheckedTrail } from "./check-trail.ts";
import type { Part, SignatureReport, VerifyOrder } from "./report.ts";

/** Everything that was found out about a file, before a verdict. */
export type Findings = {
  readonly order: VerifyOrder;
  readonly sha256: string;
  readonly signatures: readonly SignatureReport[];
  /** Countersign's own seal, or the last signature where there is none. */
  readonly seal: SignatureReport | null;
  readonly checked: readonly Checked[];
  readonly trail: CheckedTrail | "damaged" | null;
  readonly isEncrypted: boolean;
  /** What was changed behind the seal, update by update. */
  readonly updates: readonly Update[];
};

/** An update behind the seal: from which byte (from 0), what it has changed beside what is permitted, and whether it is covered by a signature. */
export type Update = {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly Change[] | null;
  readonly isCovered: boolean;
};

/**
 * The parts of the file, by who wrote them. A signature covers what stands before it too: it blames its own part only where all
 * before are as they were.
 */
export function partsOf({ signatures, seal, trail, updates }: Findings): readonly Part[] {
  if (seal === null) return [];
  const signed = trail === null || trail === "damaged" ? null : trail.signed;
  const isSignedIntact = signed === null || seal.isValid || signed.isIntact;
  const first: Part[] =
    signed === null
      ? [{ name: "the sealed document", from: 1, to: seal.bytes, isIntact: seal.isValid }]
      : [
          { name: "the document as it was signed", from: 1, to: signed.bytes, isIntact: isSignedIntact },
          {
            name: "what the completion added: values, audit trail, seal",
            from: signed.bytes + 1,
            to: seal.bytes,
            isIntact: seal.isValid || !isSignedIntact,
          },
        ];
  for (const { from, to, isCovered, changes } of updates) {
    const isRight = isCovered
      ? signatures.every((one) => one.bytes !== to || one.isValid)
      : changes === null || changes.length === 0;
    first.push({
      name: isCovered ? "what was added to keep the seal checkable" : "what was added afterwards",
      from: from + 1,
      to,
      isIntact: isRight || first.some(({ isIntact }) => !isIntact),
    });
  }
  return first;
}
