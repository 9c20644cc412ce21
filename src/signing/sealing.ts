import { limits } from "../base/limits.ts";
import type { Unsealed } from "../documents/seal-room.ts";
import type { Workshop } from "../documents/workshop.ts";
import type { Transact } from "../events/work.ts";
import { type Sealer, signDocument } from "../evidence/seal.ts";
import type { Stamped } from "../evidence/timestamp.ts";
import type { Material } from "../evidence/validation-material.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";

/** Asks a time-stamp authority for a token over a SHA-256 digest. */
export type Stamp = (digest: Uint8Array) => Promise<Stamped>;

/** Finds what these certificates (DER) are checked with, as far as it is to be had. */
export type Collect = (certificates: readonly Uint8Array[]) => Promise<Material>;

/** What completion works with. `sealerFor` gives who seals, in test mode the one that says TEST. */
export type Completer = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  readonly transact: Transact;
  readonly clock: () => number;
  readonly sealerFor: (testMode: boolean) => Promise<Sealer>;
  /** Null where no time-stamp authority is set. */
  readonly stamp: Stamp | null;
  readonly collect: Collect;
  /** Where the audit trail stands unless a request says otherwise. */
  readonly trail: "appended" | "separate";
  readonly publicUrl: string;
};

/** A sealed file: its bytes, its level, the signature's time-stamp if it has one, and why it has none though it should. */
export type Sealed = {
  readonly bytes: Uint8Array;
  readonly level: "B-B" | "B-T";
  readonly token: Uint8Array | null;
  readonly failure: string | null;
};

/** How many bytes a seal by this sealer may take. */
export function roomFor({ certificatePem, chainPem = [] }: Sealer, stamp: Stamp | null): number {
  const certificates = [certificatePem, ...chainPem].reduce((sum, pem) => sum + pem.length, 0);
  return limits.sealBytes + certificates + (stamp === null ? 0 : limits.timestampBytes);
}

/** Seals: B-T where the authority answers in time, else B-B. A dead authority keeps no document waiting. */
export async function seal(
  unsealed: Unsealed,
  { sealer, stamp }: { readonly sealer: Sealer; readonly stamp: Stamp | null },
): Promise<Sealed> {
  const signed = signDocument(unsealed, sealer);
  if (stamp === null) return { bytes: signed.seal(null), level: "B-B", token: null, failure: null };
  const stamped = await stamp(signed.signatureDigest);
  return stamped.ok
    ? { bytes: signed.seal(stamped.token), level: "B-T", token: stamped.token, failure: null }
    : { bytes: signed.seal(null), level: "B-B", token: null, failure: wordsOf(stamped) };
}

/** Why there is no time-stamp, for the trail and for whoever operates the house. */
export function wordsOf({ trouble, message }: Extract<Stamped, { readonly ok: false }>): string {
  return `The time-stamp authority gave none (${trouble}): ${message}`;
}
