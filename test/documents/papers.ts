/** What one page of a test document is made of, in the words of PDF. */
export type Paper = {
  /** The content stream. */
  readonly content: string;
  /** Further entries of the page dictionary, such as `/Rotate 90`. */
  readonly page?: string;
  readonly mediaBox?: string;
  /** Further entries of the resources. */
  readonly resources?: string;
  /** Objects from number 6 on. */
  readonly objects?: readonly string[];
};

/** A one-page PDF 1.7 with Helvetica as /F1, written by hand so that a test decides every byte. */
export function paper({
  content,
  page = "",
  mediaBox = "0 0 612 792",
  resources = "",
  objects = [],
}: Paper): Uint8Array {
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [${mediaBox}] ${page} /Resources << /Font << /F1 5 0 R >> ${resources} >> /Contents 4 0 R >>`,
    stream("", content),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...objects,
  ]);
}

/** A stream object; `entries` go into its dictionary, `data` is Latin-1. */
export function stream(entries: string, data: string): string {
  return `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;
}

/** A PDF of these objects, numbered from 1; the first is the catalog. */
export function pdfOf(objects: readonly string[]): Uint8Array {
  let text = "%PDF-1.7\n";
  const offsets = objects.map((body, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}

/** A line of 12-point Helvetica with its baseline starting at the point. */
export function line(x: number, y: number, text: string): string {
  return `BT /F1 12 Tf ${x} ${y} Td (${text}) Tj ET\n`;
}

/** Widths of Helvetica's glyphs in thousandths of the size (Adobe's AFM), for those that the tests print. */
const widths = new Map<string, number>([
  ...["[", "]", " ", "t", "f", "/"].map((each) => [each, 278] as const),
  ["|", 260],
  ...["i", "l", "j"].map((each) => [each, 222] as const),
  ["r", 333],
  ["m", 833],
  ["w", 722],
  ...["c", "k", "s", "v", "x", "y", "z"].map((each) => [each, 500] as const),
  ...["a", "b", "d", "e", "g", "h", "n", "o", "p", "q", "u", "_"].map((each) => [each, 556] as const),
  ...[..."0123456789"].map((each) => [each, 556] as const),
  ["Y", 667],
  ["N", 722],
]);

/** The printed width of a text in Helvetica of that size, in points. */
export function printedWidth(text: string, size = 12): number {
  let sum = 0;
  for (const letter of text) {
    const width = widths.get(letter);
    if (width === undefined) throw new Error(`No width is known for "${letter}".`);
    sum += width;
  }
  return (sum * size) / 1000;
}
