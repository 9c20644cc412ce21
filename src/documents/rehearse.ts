import { limits } from "../base/limits.ts";
import type { AnswerValue, DrawnValue, Field, Page, TrailPage } from "./document.ts";
import { completeDocument } from "./draw/draw.ts";
import { drawnValue } from "./drawn-value.ts";
import { openDocument, type Pdfium } from "./pdfium.ts";
import { checkSealRoom } from "./seal-room.ts";

const now = "2026-01-01T00:00:00.000Z";

const trail: TrailPage = {
  title: "Rehearsal",
  requestId: "0".repeat(40),
  status: "Completed",
  fileNames: ["rehearsal.pdf"],
  originals: [{ name: "rehearsal.pdf", sha256: "0".repeat(64) }],
  signers: [{ name: "Signer", email: "signer@example.com" }],
  lines: [{ at: now, what: "Completed", detail: "", who: "Signer", from: "127.0.0.1" }],
  head: "0".repeat(64),
  verifyUrl: "https://localhost/verify",
  testMode: true,
};

const bytes = Buffer.from("{}");

/**
 * Fills every field, completes the document with room for its seal and reopens it, for nothing but the proof: what cannot
 * be finished must be refused at intake, not after people have signed. Null when all went well, else what did not.
 */
export async function rehearse(
  pdfium: Pdfium,
  {
    document,
    fields,
    pages,
  }: { readonly document: Uint8Array; readonly fields: readonly Field[]; readonly pages: readonly Page[] },
): Promise<string | null> {
  const values = fields.flatMap((field): readonly DrawnValue[] => {
    const drawn = drawnValue(field, sampleOf(field));
    return drawn === null ? [] : [drawn];
  });
  try {
    const completed = await completeDocument({
      document,
      values,
      watermark: "Rehearsal",
      trail,
      attachments: [{ name: "rehearsal.json", description: "", mediaType: "application/json", bytes, at: now }],
      seal: { reason: "Rehearsal", at: now, name: "Rehearsal", bytes: limits.sealBytes },
    });
    checkSealRoom(completed);
    return reopens(pdfium, { bytes: completed.bytes, least: pages.length + 1 })
      ? null
      : "What is written into it cannot be read again.";
  } catch {
    // What libraries say of a damaged file is no help to whoever sent it.
    return "Nothing can be written into it: its structure is damaged.";
  }
}

/** What somebody might put there: as long as the field can become where that is known. */
function sampleOf({ type, content, options, checked }: Field): AnswerValue {
  switch (type) {
    case "checkbox":
    case "radio":
    case "checkbox-merge":
      return checked ?? true;
    case "date_signed":
      return "2026 / 12 / 31";
    case "dropdown":
      return (options ?? []).reduce((longest, option) => (option.length > longest.length ? option : longest), "");
    case "text":
      return content || "A text of some words";
    case "hyperlink":
    case "text-merge":
      return content ?? "";
    default:
      return "Signer";
  }
}

function reopens(pdfium: Pdfium, { bytes, least }: { readonly bytes: Uint8Array; readonly least: number }): boolean {
  const opened = openDocument(pdfium, bytes);
  if ("refusal" in opened) return false;
  opened.close();
  return opened.pageCount >= least;
}
