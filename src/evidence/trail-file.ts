import { present } from "../base/assert.ts";
import type { TrailRow } from "../storage/tables.ts";
import { chainStart } from "./chain.ts";
import { saysOf } from "./trail-line.ts";

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

/** A file by its bytes; SHA-256 in lower-case hex. */
export type FileFacts = { readonly sha256: string; readonly bytes: number };

/** The audit trail as the file `audit-trail-….json` that is attached to a sealed PDF. */
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
  /** The document that was signed. Where the trail is attached, the first `bytes` bytes of the sealed PDF are exactly it. */
  readonly document: FileFacts;
  /** The sealed PDF, where the trail is a document of its own; null where it is attached. */
  readonly sealed: FileFacts | null;
  readonly signers: readonly { readonly signature_id: string; readonly name: string; readonly email: string }[];
  /** Every text that somebody agreed to, by its version as the entries name it. */
  readonly consents: readonly { readonly version: string; readonly text: string }[];
  readonly entries: readonly TrailFileEntry[];
};

/** The name under which a request's trail is attached: an uploaded document may be a sealed one with a trail of its own. */
export function trailFileName(requestId: string): string {
  return `audit-trail-${requestId}.json`;
}

/** The file's text: what it is about, and the entries, each with its hash. */
export function writeTrailFile({
  rows,
  ...about
}: Omit<TrailFile, "format" | "entries"> & { readonly rows: readonly TrailRow[] }): string {
  const entries = rows.map((row, index) => entryOf(row, rows[index - 1]?.hash ?? chainStart));
  return `${JSON.stringify({ format: "countersign-audit-trail-1", ...about, entries } satisfies TrailFile, null, 2)}\n`;
}

function entryOf(row: TrailRow, previous: string): TrailFileEntry {
  return {
    seq: row.seq,
    at: row.at,
    time: new Date(row.at).toISOString(),
    kind: row.kind,
    says: saysOf(row.kind),
    signature_id: row.signature_id,
    who: row.who,
    ip: row.ip,
    user_agent: row.user_agent,
    facts: row.facts_json,
    previous,
    hash: present(row.hash, "the hash of an entry"),
  };
}
