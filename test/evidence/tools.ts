import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { PDF, type PdfObject } from "@libpdf/core";
import type { TrailPage } from "../../src/documents/document.ts";
import type { Completion, Drawing } from "../../src/documents/draw/draw.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-draw-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Options of a test that needs these programs: it is skipped, by name, where one is missing. */
export function needing(...tools: readonly string[]): { readonly skip: string | false } {
  const missing = tools.filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
  return { skip: missing.length > 0 && `${missing.join(", ")} is not installed` };
}

/** Writes the bytes to a file of this test run and answers its path. */
export function fileOf(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Runs a program over a PDF: `{}` among the arguments stands for the file. Answers what it prints, errors too. */
export function runOn(pdf: Uint8Array, tool: string, ...words: readonly string[]): string {
  const path = fileOf("it.pdf", pdf);
  const { stdout, stderr } = spawnSync(
    tool,
    words.map((word) => (word === "{}" ? path : word)),
    { encoding: "utf8" },
  );
  return stdout + stderr;
}

/** A page as poppler paints it: grey values, row by row, 0 is black. */
export type Picture = { readonly width: number; readonly height: number; readonly grey: Uint8Array };

/** The page (from 1) at two pixels a unit of user space, within its CropBox. Poppler leaves UserUnit out of account. */
export function pictureOf(pdf: Uint8Array, page = 1): Picture {
  const number = String(page);
  const args = ["-r", "144", "-gray", "-cropbox", "-f", number, "-l", number, fileOf("it.pdf", pdf)];
  const bytes = execFileSync("pdftoppm", args, { maxBuffer: 64_000_000 });
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString("latin1"));
  const [all = "", width, height] = head ?? [];
  return { width: Number(width), height: Number(height), grey: bytes.subarray(all.length) };
}

/** What a page of test paper has beside its size. */
export type PaperAsk = {
  readonly entries?: Readonly<Record<string, PdfObject>>;
  readonly content?: string;
  readonly pages?: number;
};

/** A PDF of Letter pages with a line of text each; `entries` go into each page, `content` before that line. */
export async function paper({ entries = {}, content = "", pages = 1 }: PaperAsk = {}): Promise<Uint8Array> {
  const pdf = PDF.create();
  for (let number = 1; number <= pages; number += 1) {
    const page = pdf.addPage({ size: "letter" });
    for (const [key, value] of Object.entries(entries)) page.dict.set(key, value);
    const stream = pdf.createStream({}, Buffer.from(`${content}\nBT ET\n0.9 g 280 380 50 30 re f`));
    page.dict.set("Contents", stream);
  }
  return await pdf.save();
}

/** An audit trail of so many events for these tests. */
export function trailOf({ events = 3, ...given }: Partial<TrailPage> & { readonly events?: number } = {}): TrailPage {
  return {
    title: "Mutual agreement",
    requestId: "fa5c8a0b0f492d768749333ad6fcc214c111e967",
    status: "Completed",
    fileNames: ["nda.pdf"],
    originals: [{ name: "nda.pdf", sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }],
    signers: [{ name: "Ada Lovelace", email: "ada@example.com" }],
    lines: Array.from({ length: events }, (_, index) => ({
      at: `2026-01-02T03:04:${String(index % 60).padStart(2, "0")}.000Z`,
      what: `Event ${index + 1}`,
      detail: "",
      who: "Ada Lovelace",
      from: "203.0.113.42",
    })),
    head: "a".repeat(64),
    verifyUrl: "https://sign.example.com/verify",
    testMode: false,
    ...given,
  };
}

type CompletionAsk = Partial<Drawing> & {
  readonly document: Uint8Array;
  readonly trail?: TrailPage;
  readonly reason?: string;
  readonly room?: number;
};

/** An order to complete a document with this trail. */
export function completionOf({
  trail = trailOf(),
  reason = "Completed",
  room = 8192,
  ...drawing
}: CompletionAsk): Completion {
  return {
    values: [],
    watermark: null,
    ...drawing,
    trail,
    attachments: [],
    seal: { reason, at: trail.lines.at(-1)?.at ?? "", name: `Countersign ${trail.requestId}`, bytes: room },
  };
}
