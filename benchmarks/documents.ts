/**
 * `npm run bench:documents`: what a document costs, against pdf.js and pdf-lib, taking turns. Writes the section "Documents" of
 * results.md; with `--quick` it runs little and writes nothing.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { densePaper } from "./documents/dense.ts";
import { measurePictures } from "./documents/pictures.ts";
import { type Contestant, contestants, type Run, runOnce } from "./documents/run.ts";
import { measureThroughput, timePreparing } from "./documents/shop.ts";
import { type Figure, percentile, shown } from "./figures.ts";
import { figuresTable, machineWords, writeSection } from "./sections.ts";

const isQuick = process.argv.includes("--quick");
const rounds = isQuick ? 1 : 5;
const sizes = isQuick ? [10, 100] : [100, 1000];
const [loadBefore = Number.NaN] = loadavg();

const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
const runs = new Map(sizes.map((pages) => [pages, raceOver(pages)]));
rmSync(folder, { recursive: true, force: true });
const preparing = await timePreparing(isQuick ? 10 : 60);
const pictures = await measurePictures();
const one = await measureThroughput(1);
const two = await measureThroughput(2);

const figures = figuresOf();
for (const { meets, what, measured, wanted } of figures)
  console.log(`${meets ? "meets " : "MISSES"}  ${what}: ${measured} (wanted: ${wanted})`);
if (!isQuick) writeSection("Documents", report());

type Race = ReadonlyMap<Contestant, readonly Run[]>;

/** Everybody in each round, one after the other, each in a process of its own. */
function raceOver(pages: number): Race {
  const path = join(folder, `${pages}.pdf`);
  writeFileSync(path, densePaper(pages));
  const race = new Map<Contestant, Run[]>(contestants.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, all] of race) {
      const run = runOnce(name, path);
      if (run.found !== 2 * pages) throw new Error(`${name} found ${run.found} tags in ${pages} pages`);
      all.push(run);
    }
  return race;
}

function median(race: Race | undefined, { of, by }: { readonly of: Contestant; readonly by: keyof Run }): number {
  return percentile(
    (race?.get(of) ?? []).map((run) => run[by]),
    0.5,
  );
}

function figuresOf(): readonly Figure[] {
  const [small = 0, large = 0] = sizes;
  const [few, many] = [runs.get(small), runs.get(large)];
  const fewMs = median(few, { of: "ours", by: "wallMs" });
  const manyMs = median(many, { of: "ours", by: "wallMs" });
  const memory = median(many, { of: "ours", by: "peakMegabytes" });
  const growth = manyMs / fewMs / (large / small);
  return [
    figure("one page prepared (tags, fields, rehearsal, pictures, text), warm child, p50", {
      measured: `${shown(percentile(preparing, 0.5))} (p95 ${shown(percentile(preparing, 0.95))})`,
      wanted: "≤ 150 ms",
      meets: percentile(preparing, 0.5) <= 150,
    }),
    figure(`tags and fields of ${small} dense pages`, {
      measured: shown(fewMs),
      wanted: "≤ 1,500 ms",
      meets: fewMs <= 1500,
    }),
    figure(`tags and fields of ${large} dense pages`, {
      measured: `${shown(manyMs)}, ${Math.round(memory)} MB at most`,
      wanted: "≤ 6,000 ms, ≤ 300 MB",
      meets: manyMs <= 6000 && memory <= 300,
    }),
    figure("time a page at the larger to time a page at the smaller", {
      measured: `${growth.toFixed(2)} ×`,
      wanted: "≤ 1.1 ×",
      meets: growth <= 1.1,
    }),
    figure("pictures in both widths and text of a page full of text, CPU", {
      measured: `${shown(pictures.text.cpuMs)}, ${Math.round(pictures.text.kilobytes)} KB`,
      wanted: "≤ 60 ms",
      meets: pictures.text.cpuMs <= 60,
    }),
    figure("the same of a scanned page (1275 × 1650 pixels, JPEG)", {
      measured: `${shown(pictures.scan.cpuMs)}, ${Math.round(pictures.scan.kilobytes)} KB`,
      wanted: "≤ 60 ms",
      meets: pictures.scan.cpuMs <= 60,
    }),
    figure("one-page documents a second with two children, to one", {
      measured: `${(two / one).toFixed(2)} × (${two.toFixed(1)} to ${one.toFixed(1)})`,
      wanted: "≥ 1.7 ×",
      meets: two / one >= 1.7,
    }),
    ...sizes.flatMap(peerFigures),
  ];
}

function peerFigures(pages: number): readonly Figure[] {
  const race = runs.get(pages);
  const ratio = (peer: Contestant, ours: Contestant) => {
    const [theirs, own] = [median(race, { of: peer, by: "cpuMs" }), median(race, { of: ours, by: "cpuMs" })];
    const megabytes = [peer, ours].map((of) => Math.round(median(race, { of, by: "peakMegabytes" })));
    return `${(theirs / own).toFixed(2)} × (${shown(theirs)} to ${shown(own)}; ${megabytes.join(" to ")} MB)`;
  };
  return [
    figure(`${pages} pages: CPU of pdf.js reading all text, to ours reading pages, tags with boxes and fields`, {
      measured: ratio("pdf.js", "ours"),
      wanted: "told",
      meets: true,
    }),
    figure(`${pages} pages: CPU of pdf.js and pdf-lib finding and filling, to ours`, {
      measured: ratio("pdf.js and pdf-lib, filled", "ours, filled"),
      wanted: "told",
      meets: true,
    }),
  ];
}

function figure(what: string, told: Omit<Figure, "what">): Figure {
  return { what, ...told };
}

function report(): string {
  return `Written by \`npm run bench:documents\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}; load before the
run ${loadBefore.toFixed(1)}. pdfjs-dist ${versionOf("pdfjs-dist")}, pdf-lib ${versionOf("pdf-lib")}.

A dense page has 45 lines of 11-point text and two text tags. Each contestant reads a document once in a process of its own, its libraries
loaded before the clock starts, taking turns in ${rounds} rounds; medians. pdf.js gives the text items in which the tags are, ours their exact
boxes; pdf-lib then writes the whole file anew with Helvetica, ours appends an update with a subset font and ActualText.

${figuresTable(figures)}`;
}

function versionOf(name: string): string {
  const path = join(import.meta.dirname, "../node_modules", name, "package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
