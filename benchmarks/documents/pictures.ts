import { createCanvas } from "@napi-rs/canvas";
import { PDFDocument } from "pdf-lib";
import { drawPage } from "../../src/documents/page.ts";
import { loadPdfium, openDocument } from "../../src/documents/pdfium.ts";
import { densePaper } from "./dense.ts";

const pages = 12;

/** Milliseconds of processor a page for its pictures in both widths and its text, warm; kilobytes of both pictures. */
export type PicturesRun = { readonly cpuMs: number; readonly kilobytes: number };

/** Draws pages full of text, and pages of a scan. */
export async function measurePictures(): Promise<{ readonly text: PicturesRun; readonly scan: PicturesRun }> {
  return { text: await drawAll(densePaper(pages)), scan: await drawAll(await scan()) };
}

async function drawAll(bytes: Uint8Array): Promise<PicturesRun> {
  const pdfium = await loadPdfium();
  const document = openDocument(pdfium, bytes);
  if ("refusal" in document) throw new Error(document.refusal);
  drawPage(pdfium, { document, page: 1 });
  const before = process.cpuUsage();
  let size = 0;
  for (let page = 1; page <= pages; page += 1) {
    const drawn = drawPage(pdfium, { document, page });
    for (const picture of drawn?.pictures ?? []) size += picture.length;
  }
  const { user, system } = process.cpuUsage(before);
  document.close();
  return { cpuMs: (user + system) / 1000 / pages, kilobytes: size / 1000 / pages };
}

/** A page as a scanner brings it: 150 dots an inch, grey paper with grain, lines of print. */
async function scan(): Promise<Uint8Array> {
  const canvas = createCanvas(1275, 1650);
  const context = canvas.getContext("2d");
  const image = context.createImageData(1275, 1650);
  let state = 2463534242;
  for (let at = 0; at < image.data.length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const isInk = Math.floor(at / 4 / 1275) % 30 < 12 && (state & 3) === 0;
    image.data.fill((isInk ? 40 : 225) + (state & 15), at, at + 3);
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  const pdf = await PDFDocument.create();
  const picture = await pdf.embedJpg(await canvas.encode("jpeg", 80));
  for (let page = 0; page < pages; page += 1)
    pdf.addPage([612, 792]).drawImage(picture, { x: 0, y: 0, width: 612, height: 792 });
  return pdf.save();
}
