import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../src/base/log.ts";
import { drawCopy } from "../../src/documents/draw/draw.ts";
import type { Outcome, Prepared } from "../../src/documents/jobs.ts";
import { openWorkshop, type Workshop } from "../../src/documents/workshop.ts";
import { completionOf, runOn } from "../evidence/tools.ts";
import { mutate } from "./mutate.ts";
import { orderOf } from "./orders.ts";
import { line, paper, pdfOf, stream } from "./papers.ts";

const tags = `${line(72, 100, "Sign [sig|req|signer1||s1] here")}${line(72, 60, "[text|req|signer1|Name|t1]")}`;

/** A strip of a page: its pictures are small, and most of the time goes into reading. */
const mediaBox = "0 0 612 130";

/** Small documents of different make, each good as it is. */
async function seeds(): Promise<readonly Uint8Array[]> {
  const plain = paper({ content: tags, mediaBox });
  const form = paper({
    mediaBox,
    content: "q 1 0 0 1 50 50 cm /X Do Q",
    resources: "/XObject << /X 6 0 R >>",
    objects: [
      stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 400 200] /Resources << /Font << /F1 5 0 R >> >>",
        line(10, 20, "[sig|req|signer1]"),
      ),
    ],
  });
  const pages = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 60 400] /Rotate 90 /Resources << /Font << /F1 6 0 R >> >> >>",
    "<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>",
    "<< /Type /Page /Parent 2 0 R /CropBox [5 10 55 380] /Contents [5 0 R 7 0 R] >>",
    stream("", "BT /F1 12 Tf 0 1 -1 0 40 20 Tm ([sig|req|signer1]) Tj ET"),
    "<< /Type /Font /Subtype /TrueType /BaseFont /Arial /FirstChar 32 /Widths [278 278 355] >>",
    stream("", "q 1 0 0 RG 10 10 m 50 60 l S Q"),
  ]);
  const box = { page: 1, x: 72, y: 80, width: 200, height: 24 };
  const value = { kind: "text" as const, box, text: "Ann 李小龙", fontFamily: "arial", fontSize: 12 };
  const drawn = await drawCopy({ document: plain, values: [value], watermark: null });
  return [plain, form, pages, drawn, ...packed(plain)];
}

/** The document with object streams and a cross-reference stream, where qpdf is here to make them. */
function packed(bytes: Uint8Array): readonly Uint8Array[] {
  const folder = mkdtempSync(join(tmpdir(), "countersign-fuzz-"));
  try {
    const [from, to] = [join(folder, "a.pdf"), join(folder, "b.pdf")];
    writeFileSync(from, bytes);
    const { error } = spawnSync("qpdf", ["--object-streams=generate", "--compress-streams=n", from, to]);
    return error ? [] : [readFileSync(to)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What came of a run: how many files ended in which way. */
export type Tally = Readonly<Record<"good" | "refused" | "crash" | "time", number>>;

/** Sends mutated files through a workshop, a few at a time, and holds the laws of intake for each of them. */
export async function fuzz({
  from,
  count,
  jobMs,
}: {
  readonly from: number;
  readonly count: number;
  readonly jobMs: number;
}): Promise<Tally> {
  const originals = await seeds();
  const workshop = openWorkshop({ log: silentLog, limits: { documentJobMs: jobMs } });
  const tally = { good: 0, refused: 0, crash: 0, time: 0 };
  let next = from;
  const work = async () => {
    while (next < from + count) {
      const seed = next++;
      const original = originals[seed % originals.length] ?? new Uint8Array();
      const bytes = mutate(original, { seed, others: originals });
      const own = { useTextTags: true, hideTextTags: seed % 2 === 0 };
      const outcome = await workshop.prepare(orderOf([{ name: "fuzzed.pdf", bytes }], own));
      if (!outcome.ok) {
        assert.match(outcome.fault.reason, /^[A-Z"].{10,}[.?]$/su, `seed ${seed}: ${outcome.fault.reason}`);
        assert.doesNotMatch(outcome.fault.reason, /\bat .*:\d+:\d+|node_modules|TypeError/u, `seed ${seed}`);
        tally[outcome.why === "document" ? "refused" : outcome.why] += 1;
        continue;
      }
      tally.good += 1;
      assertSane(outcome, seed);
      if (seed % 40 === 0) await assertFinishes(workshop, { prepared: outcome, seed });
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  await workshop.close();
  assert.deepEqual(workshop.children(), []);
  return tally;
}

/** Nothing of the document is lost on the way: pages that can be shown, fields that lie on them, pictures and text of the first. */
function assertSane({ pages, fields, firstPages, filePages }: Outcome<Prepared> & { ok: true }, seed: number): void {
  assert.ok(pages.length >= 1 && firstPages.length === Math.min(2, pages.length), `seed ${seed}`);
  assert.ok((filePages[0] ?? 0) >= 1 && (filePages[0] ?? 0) <= pages.length, `seed ${seed}`);
  assert.ok(fields.length >= 1, `seed ${seed}: a request has fields, be it on a signature page`);
  for (const { box } of fields) {
    const page = pages[box.page - 1];
    assert.ok(page !== undefined, `seed ${seed}: page ${box.page}`);
    for (const value of [box.x, box.y, box.width, box.height]) assert.ok(Number.isFinite(value), `seed ${seed}`);
  }
}

/** What was taken in can be finished, and the finished document is one that others read. */
async function assertFinishes(
  workshop: Workshop,
  { prepared, seed }: { readonly prepared: Prepared; readonly seed: number },
): Promise<void> {
  const values = prepared.fields.map(({ box }) => ({ kind: "signature" as const, box, text: "Ann Author" }));
  const done = await workshop.complete(completionOf({ document: prepared.document, values, watermark: "TEST" }));
  assert.ok(done.ok, `seed ${seed}: what was taken in can be finished`);
  const words = runOn(done.bytes, "pdftotext", "{}", "-");
  assert.match(words, /Audit trail/, `seed ${seed}`);
}
