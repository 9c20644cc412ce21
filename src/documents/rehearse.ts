import type { DrawnValue, Page, TrailPage } from "./document.ts";
import { completeDocument, drawCopy } from "./draw/draw.ts";
import { openDocument, type Pdfium } from "./pdfium.ts";

const now = "2026-01-01T00:00:00.000Z";

const trail: TrailPage = {
  title: "Rehearsal",
  requestId: "0".repeat(40),
  status: "Completed",
  fileNames: ["rehearsal.pdf"],
  originals: [{ name: "rehearsal.pdf", sha256: "0".repeat(64) }],
  signers: [{ name: "Signer", email: "signer@example.com" }],
  lines: [{ at: now, what: "Completed", who: "Signer", from: "127.0.0.1" }],
  testMode: false,
};

/**
 * Fills, completes and reopens the document once, for nothing but the proof: what cannot be finished must be refused at
 * intake, not after people have signed. Null when all went well, else what did not.
 */
export async function rehearse(
  pdfium: Pdfium,
  { document, pages }: { readonly document: Uint8Array; readonly pages: readonly Page[] },
): Promise<string | null> {
  const values: readonly DrawnValue[] = [
    {
      kind: "text",
      box: { page: 1, x: 10, y: 10, width: 100, height: 14 },
      text: "Text",
      fontFamily: "helvetica",
      fontSize: 12,
    },
    { kind: "signature", box: { page: pages.length, x: 10, y: 40, width: 100, height: 20 }, text: "Signer" },
  ];
  try {
    const copy = await drawCopy({ document, values, watermark: "Rehearsal" });
    const { bytes } = await completeDocument({
      document,
      values,
      watermark: null,
      trail,
      reason: "Rehearsal",
      placeholderBytes: 1024,
    });
    return reopens(pdfium, { bytes: copy, least: pages.length }) && reopens(pdfium, { bytes, least: pages.length + 1 })
      ? null
      : "What is written into it cannot be read again.";
  } catch (error) {
    return `Nothing can be written into it: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function reopens(pdfium: Pdfium, { bytes, least }: { readonly bytes: Uint8Array; readonly least: number }): boolean {
  const opened = openDocument(pdfium, bytes);
  if ("refusal" in opened) return false;
  opened.close();
  return opened.pageCount >= least;
}
