/** One contestant in a process of its own: reads a document from a file, works once, and prints a `Run` as JSON. */
import { readFileSync } from "node:fs";
import { resourceUsage } from "node:process";
import type { DrawnValue } from "../../src/documents/document.ts";
import type { Reading, Run } from "./run.ts";

const [name = "", path = ""] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(path));
const work = await contestant(name);
const cpuBefore = process.cpuUsage();
const before = performance.now();
const found = await work(bytes);
const wallMs = performance.now() - before;
const { user, system } = process.cpuUsage(cpuBefore);
const run: Run = { wallMs, cpuMs: (user + system) / 1000, peakMegabytes: resourceUsage().maxRSS / 1000, found };
console.log(JSON.stringify(run));
process.exit(0);

/** Everything that a contestant needs is loaded before the clock starts. */
async function contestant(wanted: string): Promise<(document: Uint8Array) => Promise<number>> {
  switch (wanted) {
    case "ours": {
      const read = await ourReader();
      return async (document) => (await read(document)).length;
    }
    case "pdf.js": {
      const read = await pdfjsReader();
      return async (document) => (await read(document)).length;
    }
    case "ours, filled": {
      const [read, { drawCopy }] = [await ourReader(), await import("../../src/documents/draw/draw.ts")];
      return async (document) => {
        const tags = await read(document);
        const copy = await drawCopy({ document, values: tags.map(drawnAt), watermark: null });
        return copy.length > document.length ? tags.length : 0;
      };
    }
    case "pdf.js and pdf-lib, filled": {
      const [read, { PDFDocument, StandardFonts }] = [await pdfjsReader(), await import("pdf-lib")];
      return async (document) => {
        const tags = await read(document);
        const pdf = await PDFDocument.load(document);
        const font = await pdf.embedFont(StandardFonts.Helvetica);
        const pages = pdf.getPages();
        for (const { page, x, y } of tags) pages[page - 1]?.drawText("Ann Author", { x, y, size: 11, font });
        return (await pdf.save()).length > 0 ? tags.length : 0;
      };
    }
    default:
      throw new Error(`There is no contestant "${wanted}".`);
  }
}

function drawnAt({ page, x, y }: Reading): DrawnValue {
  const box = { page, x, y, width: 150, height: 12 };
  return { kind: "text", box, text: "Ann Author", fontFamily: "notoSans", fontSize: 11 };
}

/** Pages, tags and fields as intake reads them. */
async function ourReader(): Promise<(document: Uint8Array) => Promise<readonly Reading[]>> {
  const [{ loadPdfium }, { openSheets }, { findTags }, { placeFields }, { shownPage }] = await Promise.all([
    import("../../src/documents/pdfium.ts"),
    import("../../src/documents/sheets.ts"),
    import("../../src/documents/find-tags.ts"),
    import("../../src/documents/fields.ts"),
    import("../../src/documents/frame.ts"),
  ]);
  const pdfium = await loadPdfium();
  return async (document) => {
    const sheets = await openSheets(pdfium, document);
    if (!sheets.ok) throw new Error(sheets.reason);
    const found = findTags(pdfium, sheets);
    if (!found.ok) throw new Error(found.reason);
    const placed = placeFields({
      order: { signers: 1, signerKeys: null, drafts: [], mergeValues: [] },
      tags: found.tags,
      formFields: [],
      pages: sheets.frames.map(shownPage),
      filePages: [sheets.frames.length],
      signaturePageFields: [],
    });
    if (!placed.ok) throw new Error(placed.reason);
    return placed.fields.map(({ box }) => box);
  };
}

/** The text of every page, and the beginnings of the items in which there are tags: less than a box, but what the library gives. */
async function pdfjsReader(): Promise<(document: Uint8Array) => Promise<readonly Reading[]>> {
  const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  return async (document) => {
    const pdf = await getDocument({ data: document.slice(), useSystemFonts: false, verbosity: 0 }).promise;
    const found: Reading[] = [];
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      for (const item of items) {
        if (!("str" in item)) continue;
        const [x = 0, y = 0] = item.transform.slice(4) as number[];
        for (const _ of item.str.matchAll(/\[[a-z-]+\|[^[\]]{1,600}\]/gu)) found.push({ page: number, x, y });
      }
      page.cleanup();
    }
    return found;
  };
}
