import { day, kibibyte, mebibyte, minute, second } from "./units.ts";

/** Bounds of seals, timestamps, the audit trail and the gates before the signing page; part of `limits`. */
export const evidenceLimits = {
  /** What is kept of a browser's name, in characters. */
  trailAgentLength: 300,
  // Of a seal, beside its certificates and its timestamp; the rest of the room is zeros.
  sealBytes: 4096,
  certificateEndsMs: 60 * day,
  // A token with the certificates of its authority; larger ones are refused.
  timestampBytes: 16 * kibibyte,
  timestampMs: 5 * second,
  timestampReplyBytes: 64 * kibibyte,
  timestampSkewMs: 5 * minute,
  chainCertificates: 20,
  crlBytes: 4 * mebibyte,
  crlMs: 10 * second,
  verifyChanges: 20,
  verifyObjects: 2_000_000,
  verifyMs: 60 * second,
  verifyUploads: 4,
  verifyUploadMs: 2 * minute,
  verifiesAtOnce: 2,
  verifyQueue: 20,
  verifyWaitMs: 30 * second,
  verifySignatures: 50,
  codeTries: 5,
  codeLockMs: 15 * minute,
  codeLockMostMs: 24 * 60 * minute,
  codeMs: 10 * minute,
  codeEveryMs: 30 * second,
  codesMost: 5,
  codesWithinMs: 60 * minute,
  codeLength: 40,
  smsMs: 15 * second,
  eidMs: 60 * minute,
  // Identifications that one signer may begin, each of which a provider may charge for.
  eidsMost: 10,
  eidsWithinMs: 60 * minute,
  eidProviderMs: 20 * second,
  eidProviderReplyBytes: 64 * kibibyte,
  mailMs: 30 * second,
  mailLines: 4,
  mailWordsLength: 300,
  dsnLength: 256 * kibibyte,
  mailLinkMs: 90 * day,
  // From the seal to its extension, and how often revocation data that is not to be had is waited for.
  timestampAfterMs: 1 * second,
  timestampMissingTries: 6,
  // Entries about one request that tell of downloads, and as many of exports.
  trailDownloads: 1000,
  trailRepeatMs: 1 * minute,
} as const;
