/** One entry of the audit trail as it stands in the file: what was hashed, and the words for people. */
export type TrailFileEntry = {
  /** From 1, without gaps. */
  readonly seq: number;
  /** UTC milliseconds; `time` says the same as ISO 8601. */
  readonly at: number;
  readonly time: string;
  readonly kind: string;
  readonly says: string;
  readonly signature_id: string | null;
  readonly who: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** JSON text, as it was hashed. */
  readonly facts: string;
  /** The hash of the entry before, 64 zeros before the first; and of this one (chain.ts). */
  readonly previous: string;
  readonly hash: string;
};

/** The audit trail as the file `audit-trail.json` that is attached to a sealed PDF. SHA-256 in lower-case hex. */
export type TrailFile = {
  readonly format: "countersign-audit-trail-1";
  /** The server that wrote it: its public address. */
  readonly server: string;
  readonly request: {
    readonly id: string;
    readonly title: string;
    readonly test_mode: boolean;
    /** ISO 8601. */
    readonly created_at: string;
  };
  /** The files as they were uploaded. */
  readonly originals: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
  /** The document that was signed: the first `bytes` bytes of the sealed PDF are exactly it. */
  readonly document: { readonly sha256: string; readonly bytes: number };
  readonly signers: readonly { readonly signature_id: string; readonly name: string; readonly email: string }[];
  /** Every text that somebody agreed to, by its version as the entries name it. */
  readonly consents: readonly { readonly version: string; readonly text: string }[];
  readonly entries: readonly TrailFileEntry[];
};

/** The name under which it is attached. */
export const trailFileName = "audit-trail.json";
