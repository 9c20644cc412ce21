import { pdfOf, stream } from "../../test/documents/papers.ts";

const lines = 45;
const words = "The parties agree that a line of this contract is as long as a line is, number";

/** A PDF of so many pages full of text (45 lines), each with a tag for a signature and one for a text. */
export function densePaper(pages: number): Uint8Array<ArrayBuffer> {
  const kids = Array.from({ length: pages }, (_, index) => `${4 + index * 2} 0 R`);
  const objects = Array.from({ length: pages }, (_, index) => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
    stream("", contentOf(index + 1)),
  ]);
  const bytes = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${pages} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...objects.flat(),
  ]);
  return new Uint8Array(bytes);
}

function contentOf(page: number): string {
  const text = Array.from({ length: lines }, (_, index) => `(${words} ${page}.${index + 1}) Tj T*`);
  const tags = `[sig|req|signer1||s${page}]   [text|noreq|signer1|Name|t${page}]`;
  return `BT /F1 11 Tf 15 TL 50 740 Td ${text.join("\n")} (${tags}) Tj ET`;
}
