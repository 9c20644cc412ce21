import { shownPage } from "./frame.ts";
import type { PreparedPage } from "./jobs.ts";
import { readPageText } from "./page-text.ts";
import { frameOf, type OpenDocument, type Pdfium, usePage } from "./pdfium.ts";
import { drawPictures } from "./picture.ts";

/** What is shown of a page, which is opened once for all of it; `page` counts from 1. Null when the document has no such page. */
export function drawPage(
  pdfium: Pdfium,
  { document, page }: { readonly document: OpenDocument; readonly page: number },
): PreparedPage | null {
  const index = page - 1;
  const frame = frameOf(pdfium, { document, index });
  if (frame === null) return null;
  const use = (handle: number): PreparedPage => ({
    pictures: drawPictures(pdfium, { page: handle, shown: shownPage(frame) }),
    text: readPageText(pdfium, { page: handle, frame }),
  });
  return usePage(pdfium, { document, index, use });
}
