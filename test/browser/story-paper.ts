import { pdfOf, stream } from "../documents/papers.ts";

/** A box on a page as shown: points, origin top left. */
export type ShownBox = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

type Place = {
  readonly tag: string;
  readonly says: string;
  readonly x: number;
  readonly top: number;
  readonly size: number;
};

/** Size of the second page as shown: a Letter page on its side. */
export const shown = { width: 792, height: 612 };

const places = {
  city: { tag: "[text|req|signer1|City|city1]", says: "City", x: 60, top: 130, size: 16 },
  date: { tag: "[date|req|signer1|Date signed|d1]", says: "Date", x: 420, top: 130, size: 14 },
  news: { tag: "[check|noreq|signer1|Newsletter|n1]", says: "Newsletter", x: 60, top: 220, size: 14 },
  first: { tag: "[sig|req|signer1]", says: "First signer", x: 60, top: 500, size: 28 },
  second: { tag: "[sig|req|signer2]", says: "Second signer", x: 450, top: 500, size: 28 },
} as const satisfies Readonly<Record<string, Place>>;

/** Every glyph of Courier is 600 thousandths of its size wide; a tag's box hangs a fifth of its size below the baseline. */
const advance = 0.6;
const above = 0.8;

/** Where each tag's field must be on the second page as shown. */
export function fieldBoxes(): Readonly<Record<keyof typeof places, ShownBox>> {
  const { city, date, news, first, second } = places;
  return { city: boxOf(city), date: boxOf(date), news: boxOf(news), first: boxOf(first), second: boxOf(second) };
}

/** Two pages; the second has /Rotate 90, its words drawn so that they stand upright as shown, and all text tags. */
export function storyPaper(): Uint8Array {
  const tagged = Object.values<Place>(places).flatMap(({ tag, says, x, top, size }) => [
    words({ font: "F2", size, x, y: shown.height - top - above * size, text: tag }),
    words({ font: "F1", size: 11, x, y: shown.height - top + 14, text: says }),
  ]);
  const second = [words({ font: "F1", size: 18, x: 60, y: 540, text: "Where you sign" }), ...tagged];
  const page = (contents: number, entries: string) =>
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${shown.height} ${shown.width}] ${entries} /Resources << /Font << /F1 7 0 R /F2 8 0 R >> >> /Contents ${contents} 0 R >>`;
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
    page(4, ""),
    stream("", words({ font: "F1", size: 18, x: 72, y: 700, text: "Agreement of two people" })),
    page(6, "/Rotate 90"),
    stream("", `q 0 1 -1 0 ${shown.height} 0 cm\n${second.join("\n")}\nQ`),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
  ]);
}

function boxOf({ tag, x, top, size }: Place): ShownBox {
  return { x, y: top, width: tag.length * advance * size, height: size };
}

type Words = {
  readonly font: string;
  readonly size: number;
  readonly x: number;
  readonly y: number;
  readonly text: string;
};

function words({ font, size, x, y, text }: Words): string {
  return `BT /${font} ${size} Tf ${x} ${y} Td (${text}) Tj ET`;
}
