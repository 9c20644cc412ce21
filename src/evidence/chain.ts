// The chain that makes the audit trail tamper-evident: each entry is hashed together with the hash of the one before,
// so that none can be changed, removed or put in between without every later hash being another.

import { createHash } from "node:crypto";

/** What an entry's hash is made of; times are UTC milliseconds, `facts` is the JSON text as it is kept. */
export type ChainedEntry = {
  readonly requestId: string;
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly signatureId: string | null;
  readonly who: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly facts: string;
};

/** What stands before the first entry. */
export const chainStart = "0".repeat(64);

/**
 * The hash of an entry behind another, lower-case hex: SHA-256 over the UTF-8 of the JSON array of the format's name, the members
 * in the order of `ChainedEntry`, and the hash before. JSON without spaces, as JSON.stringify writes it.
 */
export function chainHash(entry: ChainedEntry, previous: string): string {
  const { requestId, seq, at, kind, signatureId, who, ip, userAgent, facts } = entry;
  const text = JSON.stringify([
    "countersign-audit-trail-1",
    requestId,
    seq,
    at,
    kind,
    signatureId,
    who,
    ip,
    userAgent,
    facts,
    previous,
  ]);
  return createHash("sha256").update(text, "utf8").digest("hex");
}
