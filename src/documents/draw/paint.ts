// Paints forms over a page's own content, whatever state that content leaves behind.

import { PdfArray, PdfDict, type PdfObject, type PdfRef, PdfStream } from "@libpdf/core";
import { balanceOf } from "./balance.ts";
import { inherited, type Matrix } from "./geometry.ts";
import type { Update } from "./update.ts";

/** A form to paint, and where it goes in user space. */
export type Painting = { readonly form: PdfRef; readonly matrix: Matrix };

/** Paints the forms over the page, in order, and behind nothing. Objects that the page shares with others stay as they are. */
export function paintOver(
  update: Update,
  { page, paintings }: { readonly page: PdfDict; readonly paintings: readonly Painting[] },
): void {
  const { resolve } = update;
  const resources = dictOf(inherited(page, { key: "Resources", resolve }));
  const xobjects = dictOf(resources.get("XObject", resolve));
  const commands = paintings.map(({ form, matrix }) => {
    const name = freeName(xobjects);
    xobjects.set(name, form);
    return `q ${matrix.map(plainNumber).join(" ")} cm /${name} Do Q`;
  });
  resources.set("XObject", xobjects);
  page.set("Resources", resources);
  page.set("Contents", wrapped(update, { page, commands: commands.join("\n") }));
}

/** A copy that may be changed: of a dictionary that other pages may use, or of nothing. */
function dictOf(value: PdfObject | undefined): PdfDict {
  return value instanceof PdfDict ? new PdfDict(value) : new PdfDict();
}

function freeName(taken: PdfDict): string {
  let number = 1;
  while (taken.has(`Countersign${number}`)) number += 1;
  return `Countersign${number}`;
}

/** The page's streams between as many saves and restores as they need, then the commands in the page's first state. */
function wrapped(update: Update, { page, commands }: { readonly page: PdfDict; readonly commands: string }): PdfObject {
  const parts = streamsOf(update, page);
  if (parts.length === 0) return streamIn(update, commands);
  const { unopened, open } = balanceOf(contentOf(update, parts));
  const before = streamIn(update, "q\n".repeat(unopened + 1));
  const behind = streamIn(update, `\n${"Q ".repeat(open + 1)}\n${commands}`);
  return new PdfArray([before, ...parts, behind]);
}

function streamsOf({ resolve }: Update, page: PdfDict): readonly PdfObject[] {
  const contents = page.get("Contents", resolve);
  if (contents instanceof PdfArray) return contents.toArray();
  const own = page.get("Contents");
  return contents instanceof PdfStream && own !== undefined ? [own] : [];
}

/** The decoded streams, joined as a reader joins them. One that cannot be decoded paints nothing and counts for nothing. */
function contentOf({ resolve }: Update, parts: readonly PdfObject[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap((part) => {
      const stream = part.type === "ref" ? resolve(part) : part;
      if (!(stream instanceof PdfStream)) return [];
      try {
        return [stream.getDecodedData(), Buffer.from("\n")];
      } catch {
        return [];
      }
    }),
  );
}

function streamIn({ pdf, streams }: Update, text: string): PdfRef {
  const stream = streams.get(text) ?? pdf.register(new PdfStream([], Buffer.from(text, "latin1")));
  streams.set(text, stream);
  return stream;
}

/** A number as PDF takes it: no exponent (ISO 32000-1, 7.3.3). */
function plainNumber(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}
