import { pdfOf, stream } from "../documents/papers.ts";

/** A PDF of Letter pages with Helvetica as /F1: one for each content stream. */
export function book(...contents: readonly string[]): Uint8Array {
  const numberOf = (index: number) => 4 + 2 * index;
  const kids = contents.map((_, index) => `${numberOf(index)} 0 R`).join(" ");
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...contents.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${numberOf(index) + 1} 0 R >>`,
      stream("", content),
    ]),
  ]);
}
