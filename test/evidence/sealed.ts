import { createHash } from "node:crypto";
import type { DrawnValue } from "../../src/documents/document.ts";
import { completeDocument } from "../../src/documents/draw/draw.ts";
import { extendDocument } from "../../src/documents/draw/extend.ts";
import { theHouse } from "../../src/events/work.ts";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { digestOf, fill, signDocument } from "../../src/evidence/seal.ts";
import { nextEntry, type TrailKind } from "../../src/evidence/trail.ts";
import { trailFileName, writeTrailFile } from "../../src/evidence/trail-file.ts";
import type { TrailRow } from "../../src/storage/tables.ts";
import { completionOf, paper, trailOf } from "./tools.ts";

/** The request that the sealed files of these tests belong to. */
export const requestId = "fa5c8a0b0f492d768749333ad6fcc214c111e967";
const signatureId = "1".repeat(32);
const at = Date.UTC(2026, 10, 25, 9);

/** The certificate and key that they are sealed with. */
export const key = await makeSealingCertificate({
  commonName: "Countersign of the tests",
  at: at - 1000,
  testMode: false,
});

type Stamp = (digest: Uint8Array) => Promise<Uint8Array>;
type Ask = {
  readonly document?: Uint8Array;
  readonly stamp?: Stamp;
  readonly pages?: number;
  readonly requestId?: string;
};

/** A document as a house completes it, with a trail that is attached; with a stamp B-T. */
export async function makeSealed({ document, stamp, pages = 1, requestId: id = requestId }: Ask = {}): Promise<{
  readonly pdf: Buffer;
  readonly signed: Uint8Array;
}> {
  const signed = document ?? (await paper({ pages }));
  const facts = { sha256: sha256(signed), bytes: signed.length };
  const rows = rowsOf(["created", "sent", "viewed", "consented", "signed", "completed"], { id, document: facts });
  const last = new Date(rows.at(-1)?.at ?? 0).toISOString();
  const text = writeTrailFile({
    server: "https://sign.example.com",
    request: { id, title: "Lease", test_mode: false, created_at: last },
    originals: [{ name: "lease.pdf", sha256: sha256(signed), bytes: signed.length }],
    document: facts,
    sealed: null,
    signers: [{ signature_id: signatureId, name: "Ann Author", email: "ann@example.com" }],
    consents: [],
    rows,
  });
  const box = { page: 1, x: 60, y: 60, width: 200, height: 20 };
  const value: DrawnValue = { kind: "text", box, text: "Żółć 42", fontFamily: "arial", fontSize: 12 };
  const order = completionOf({ document: signed, values: [value], trail: trailOf({ requestId: id }) });
  const attachment = { name: trailFileName(id), description: "Audit trail", mediaType: "application/json" };
  const room = await completeDocument({
    ...order,
    attachments: [{ ...attachment, bytes: Buffer.from(text), at: last }],
    seal: { ...order.seal, at: last, bytes: stamp === undefined ? 4096 : 20_000 },
  });
  const { signatureDigest, seal } = signDocument(room, key);
  return { pdf: Buffer.from(seal(stamp === undefined ? null : await stamp(signatureDigest))), signed };
}

/** The file with data to check it with and a time-stamp over all: B-LTA. */
export async function extend(pdf: Uint8Array, stamp: Stamp): Promise<Buffer> {
  const material = { certificates: [Buffer.from("a certificate")], crls: [] };
  const room = await extendDocument({ document: pdf, material, name: "Time-stamp", bytes: 16_384 });
  return Buffer.from(fill(room, await stamp(digestOf(room))));
}

function rowsOf(
  kinds: readonly TrailKind[],
  { id, document }: { readonly id: string; readonly document: object },
): readonly TrailRow[] {
  const rows: TrailRow[] = [];
  for (const [index, kind] of kinds.entries()) {
    const actor = index < 2 ? theHouse : { who: "Ann Author", ip: "192.0.2.1", userAgent: "Test/1" };
    const about = kind === "completed" ? { facts: { document } } : index < 2 ? {} : { signatureId };
    const entry = { requestId: id, kind, ...about };
    rows.push(nextEntry({ at: at + index * 1000, actor }, { entry, last: rows.at(-1) ?? null }));
  }
  return rows;
}

/** In lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
