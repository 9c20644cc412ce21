import { readFileSync } from "node:fs";
import { P12Signer, PDF } from "@libpdf/core";
import { fontOf, type Keys, linesOf, penPlace, places, type Words } from "./words.ts";

/** @libpdf/core in the sequence that a full rewrite takes: load, flatten, draw, append a page, save, reload, sign. */
export async function openLibpdf({ p12Path, password }: Keys) {
  const signer = await P12Signer.create(readFileSync(p12Path), password);
  const [plain, script] = [fontOf("plain"), fontOf("script")];
  return async (document: Uint8Array, words: Words) => {
    const pdf = await PDF.load(document);
    pdf.flattenAll();
    const [text, pen] = [pdf.embedFont(plain), pdf.embedFont(script)];
    const [page] = pdf.getPages();
    for (const [index, value] of words.values.entries())
      page?.drawText(value, { ...places[index], font: text, size: 12 });
    page?.drawText(words.name, { ...penPlace, font: pen, size: 28 });
    const audit = pdf.addPage({ size: "letter" });
    for (const [index, line] of linesOf(words).entries())
      audit.drawText(line, { x: 60, y: 720 - index * 20, font: text, size: 8.5 });
    const saved = await pdf.save({ subsetFonts: true });
    const again = await PDF.load(saved);
    const { bytes } = await again.sign({ signer, reason: "Completed" });
    return bytes;
  };
}
