// Checks the audit trail that a document brings along: that every entry follows from the one before, and that it is about this document.

import { createHash } from "node:crypto";
import { PDF } from "@libpdf/core";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { readableAgent } from "../agent.ts";
import { chainHash, chainStart } from "../chain.ts";
import { trailFileName } from "../trail-file.ts";
import type { Reason, TrailReport } from "./report.ts";

const text = Type.String();
const maybe = Type.Union([text, Type.Null()]);
const FileFacts = Type.Object({ sha256: text, bytes: Type.Integer() });

/** `TrailFile` as it is read: a file may say anything. */
const Read = Type.Object({
  format: Type.Literal("countersign-audit-trail-1"),
  server: text,
  request: Type.Object({ id: text, title: text, test_mode: Type.Boolean(), created_at: text }),
  originals: Type.Array(Type.Object({ name: text, sha256: text, bytes: Type.Integer() })),
  document: FileFacts,
  sealed: Type.Union([FileFacts, Type.Null()]),
  signers: Type.Array(Type.Object({ signature_id: text, name: text, email: text })),
  consents: Type.Array(Type.Object({ version: text, text })),
  entries: Type.Array(
    Type.Object({
      seq: Type.Integer(),
      at: Type.Integer({ minimum: -8.64e15, maximum: 8.64e15 }),
      time: text,
      kind: text,
      says: text,
      signature_id: maybe,
      who: text,
      ip: maybe,
      user_agent: maybe,
      facts: text,
      previous: text,
      hash: text,
    }),
  ),
});
type Read = Static<typeof Read>;

/** What the check found, and how long the document was when it was signed; null where there is no trail. */
export type CheckedTrail = {
  readonly report: TrailReport;
  readonly reasons: readonly Reason[];
  /** The document that was signed, as the file's first bytes; null where the trail is about another file. */
  readonly signed: { readonly bytes: number; readonly isIntact: boolean } | null;
};

/** Checks the trail of a request in the file as it was sealed: its bytes up to the seal's end. */
export async function checkTrail(sealed: Uint8Array, requestId: string): Promise<CheckedTrail | "damaged" | null> {
  const pdf = await PDF.load(sealed).catch(() => null);
  if (pdf === null) return "damaged";
  let bytes: Uint8Array | null;
  try {
    bytes = pdf.attachments.get(trailFileName(requestId));
  } catch {
    return "damaged";
  }
  if (bytes === null) return null;
  const read = parse(bytes);
  return read === null ? "damaged" : judge(read, { sealed, requestId });
}

function parse(bytes: Uint8Array): Read | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return Check(Read, value) ? value : null;
  } catch {
    return null;
  }
}

type About = { readonly sealed: Uint8Array; readonly requestId: string };

function judge(read: Read, { sealed, requestId }: About): CheckedTrail {
  const { document, entries, request, sealed: other } = read;
  const prefix = createHash("sha256").update(sealed.subarray(0, document.bytes)).digest("hex");
  const isIntact = document.bytes <= sealed.length && prefix === document.sha256;
  const broken = brokenLink(read);
  const isTelling = broken.length === 0 && isNamed(read);
  const faults = [
    ...(request.id === requestId ? [] : ["It is the trail of another signature request."]),
    ...broken,
    ...unfinished(read),
    ...(isNamed(read) ? [] : ["It contradicts itself about the document that was signed."]),
    ...(other !== null || isIntact ? [] : ["The document that was signed is not the one that the trail names."]),
  ];
  const reasons = faults.map((why): Reason => ({ level: "red", what: "Audit trail", why }));
  const sound: Reason = {
    level: "good",
    what: "Audit trail",
    why: `${entries.length} entries, each bound to the one before it, and to the document that was signed.`,
  };
  return {
    report: {
      isSound: faults.length === 0,
      requestId: request.id,
      server: read.server,
      title: request.title,
      originals: read.originals.map(({ name, sha256 }) => ({ name, sha256 })),
      entries: entries.map(({ at, says, who, ip, user_agent: agent }) => ({
        time: new Date(at).toISOString(),
        says,
        who,
        from: [ip, agent === null ? null : readableAgent(agent)].filter((part) => part !== null).join(" · "),
      })),
      about: other === null ? null : other.sha256,
    },
    reasons: faults.length === 0 ? [sound] : reasons,
    // A trail that is damaged itself tells no place in the document.
    signed: other === null && isTelling ? { bytes: document.bytes, isIntact } : null,
  };
}

/** Whether the entry of the completion, which the chain binds, names the same document as the file's head. */
function isNamed({ document: { sha256, bytes }, entries }: Read): boolean {
  return entries.at(-1)?.facts === JSON.stringify({ document: { sha256, bytes } });
}

/** The first entry that does not follow from the one before. */
function brokenLink({ request, entries }: Read): readonly string[] {
  let previous = chainStart;
  for (const [index, entry] of entries.entries()) {
    const { seq, at, kind, who, ip, facts, signature_id: signatureId, user_agent: userAgent } = entry;
    const hash = chainHash({ requestId: request.id, seq, at, kind, signatureId, who, ip, userAgent, facts }, previous);
    if (seq !== index + 1 || entry.previous !== previous || entry.hash !== hash)
      return [`Entry ${index + 1} does not follow from the one before it: it was changed, or one is missing.`];
    previous = hash;
  }
  return entries.length === 0 ? ["It has no entries."] : [];
}

/** Whether everybody has agreed and signed before it was completed. */
function unfinished({ signers, entries }: Read): readonly string[] {
  const has = (kind: string, id: string) => entries.some((one) => one.kind === kind && one.signature_id === id);
  const open = signers.filter(({ signature_id: id }) => !has("signed", id) || !has("consented", id));
  return [
    ...open.map(({ name }) => `It does not tell that ${name} has agreed and signed.`),
    ...(entries.at(-1)?.kind === "completed" ? [] : ["It does not end with the completion."]),
  ];
}
