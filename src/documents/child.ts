// A child of the workshop: the only place where bytes that somebody uploaded are parsed. It has no secrets, no files to write,
// no other process to start, and leaves with its parent.

import { resourceUsage } from "node:process";
import { unreachable } from "../base/assert.ts";
import type { FromChild, Job, Outcome, PreparedPage, Results } from "./jobs.ts";
import { loadPdfium, openDocument, type Pdfium } from "./pdfium.ts";

const loading = loadPdfium();
void loading.then(() => say("ready"));

process.on("disconnect", () => process.exit(0));
process.on("message", (job: Job) => void answer(job));

async function answer(job: Job): Promise<void> {
  const { outcome, detail } = await run(await loading, job).then(
    (done) => ({ outcome: done, detail: undefined }),
    (error: unknown) => ({
      outcome: failed(job),
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  const { userCPUTime, systemCPUTime } = resourceUsage();
  const used = { cpuMs: (userCPUTime + systemCPUTime) / 1000, residentBytes: process.memoryUsage.rss() };
  // An exception may have left PDFium's memory in any state: the parent then starts another child.
  say({ outcome, ...used, spent: detail !== undefined, ...(detail === undefined ? {} : { detail }) });
}

function say(message: FromChild): void {
  process.send?.(message);
}

/** What draws and writes is loaded when it is needed: pictures need neither. */
async function run(pdfium: Pdfium, job: Job): Promise<Outcome<Results[Job["kind"]]>> {
  switch (job.kind) {
    case "disarm":
      return (await import("./convert/disarm.ts")).disarm(job.order);
    case "prepare":
      return (await import("./prepare.ts")).prepare(pdfium, job.order);
    case "fax":
      return (await import("./fax.ts")).makeFax(pdfium, job.order);
    case "picture":
      return picture(pdfium, job.order);
    case "logo":
      return (await import("./logo.ts")).drawLogo(job.order);
    case "complete":
      return { ok: true, ...(await (await import("./draw/draw.ts")).completeDocument(job.order)) };
    case "trail":
      return { ok: true, ...(await (await import("./draw/draw.ts")).completeTrail(job.order)) };
    case "extend":
      return { ok: true, ...(await (await import("./draw/extend.ts")).extendDocument(job.order)) };
    case "copy":
      return { ok: true, document: await (await import("./draw/draw.ts")).drawCopy(job.order) };
    default:
      return unreachable(job);
  }
}

async function picture(
  pdfium: Pdfium,
  { document: bytes, pages }: (Job & { kind: "picture" })["order"],
): Promise<Outcome<Results["picture"]>> {
  const document = openDocument(pdfium, bytes);
  if ("refusal" in document) return refused(document.refusal);
  try {
    const { drawPage } = await import("./page.ts");
    const drawn: PreparedPage[] = [];
    for (const page of pages) {
      const one = drawPage(pdfium, { document, page });
      if (one === null) return refused(`The document has no page ${page}.`);
      drawn.push(one);
    }
    return { ok: true, pages: drawn };
  } finally {
    document.close();
  }
}

/** An exception is a fault of the code over a file that it did not expect: another child may try once more. */
function failed(job: Job): Outcome<never> {
  const isDrawing = ["complete", "trail", "extend", "copy"].includes(job.kind);
  const reason = isDrawing
    ? "The values could not be drawn into the document."
    : "The file could not be read: it is damaged, or asks for more than a document may.";
  return { ok: false, why: "crash", fault: { kind: "file", file: 0, reason } };
}

function refused(reason: string): Outcome<never> {
  return { ok: false, why: "document", fault: { kind: "file", file: 0, reason } };
}
