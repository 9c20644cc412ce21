/** How good it is: green as it should be, amber with a reservation, red not to be relied on. */
export type Verdict = "green" | "amber" | "red";

/** One reason for a verdict, in words for a lawyer. `good` and `note` speak for themselves and change nothing. */
export type Reason = {
  readonly level: "good" | "note" | "amber" | "red";
  readonly what: string;
  readonly why: string;
};

/** A certificate as people compare it. Times are ISO 8601. */
export type CertificateFacts = {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly sha256: string;
  readonly from: string;
  readonly to: string;
  readonly isTest: boolean;
  readonly isOwnIssuer: boolean;
  readonly isTrusted: boolean;
};

/** A signature or time-stamp in the document. */
export type SignatureReport = {
  /** `seal`: Countersign's own; `timestamp`: over the whole document; `other`: somebody else's. */
  readonly kind: "seal" | "timestamp" | "other";
  readonly name: string;
  readonly isValid: boolean;
  /** Why not; empty when valid. */
  readonly reason: string;
  /** The document's first so many bytes are covered. */
  readonly bytes: number;
  readonly certificate: CertificateFacts | null;
  /** What it says of its time itself, ISO 8601, or null. */
  readonly claimedTime: string | null;
  /** The time by a time-stamp authority, ISO 8601, or null. */
  readonly provenTime: string | null;
  readonly authority: string | null;
  /** Whether the authority's certificate leads to one that the reader trusts. */
  readonly isAuthorityTrusted: boolean;
};

/** The audit trail that the document brings along. */
export type TrailReport = {
  readonly isSound: boolean;
  readonly requestId: string;
  readonly server: string;
  readonly title: string;
  readonly originals: readonly { readonly name: string; readonly sha256: string }[];
  readonly entries: readonly {
    readonly time: string;
    readonly says: string;
    readonly who: string;
    readonly from: string;
  }[];
  /** Where the trail is a document of its own: SHA-256 of the document that it is about. */
  readonly about: string | null;
};

/** A part of the file, by who wrote it. Bytes count from 1. */
export type Part = { readonly name: string; readonly from: number; readonly to: number; readonly isIntact: boolean };

/** What was found out about a file. */
export type Report = {
  readonly verdict: Verdict;
  readonly headline: string;
  readonly reasons: readonly Reason[];
  readonly signatures: readonly SignatureReport[];
  readonly trail: TrailReport | null;
  readonly file: { readonly sha256: string; readonly bytes: number };
  readonly parts: readonly Part[];
};

/** The file that is checked, the certificates (PEM) that the reader trusts, and an original to compare by its SHA-256. */
export type VerifyOrder = {
  readonly bytes: Uint8Array;
  readonly trusted: readonly string[];
  readonly original: string | null;
  /** Whether the document's structure is looked at too, or its bytes alone: a damaged structure can take whoever reads it with it. */
  readonly depth: "whole" | "bytes";
};
