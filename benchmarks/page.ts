/**
 * `npm run bench:page`: how fast the signing page is there and how fast it answers, in real Chromium. Writes the section "Signing page" of
 * results.md; with `--quick` it runs little and writes nothing.
 */
import { type Figure, percentile, shown } from "./figures.ts";
import { timeKeys } from "./page/latency.ts";
import { type Opening, openOnce } from "./page/ready.ts";
import { timeSharp, withBarePage } from "./page/sharp.ts";
import { type Stand, sendEmbedded, sendMailed, withStand } from "./page/stand.ts";
import { figuresTable, machineWords, writeSection } from "./sections.ts";

const isQuick = process.argv.includes("--quick");
const rounds = isQuick ? 2 : 11;
const mostFields = 500;
const figures = await withStand(async (stand) => [
  ...(await measureReady(stand)),
  await measureSharp(stand),
  await measureKeys(stand),
]);
for (const { meets, what, measured, wanted } of figures)
  console.log(`${meets ? "meets " : "MISSES"}  ${what}: ${measured} (wanted: ${wanted})`);
if (!isQuick) writeSection("Signing page", report());

/** A short document and a long one, taking turns. */
async function measureReady(stand: Stand): Promise<readonly Figure[]> {
  const sizes = [2, 500];
  const sent = await Promise.all(sizes.map((pages) => sendEmbedded(stand, { pages, fields: 10 })));
  const openings = sizes.map((): Opening[] => []);
  for (let round = 0; round <= rounds; round += 1)
    for (const [index, signatureId] of sent.entries()) {
      const opening = await openOnce(stand, signatureId);
      if (round > 0) openings[index]?.push(opening);
    }
  const bytes = Math.max(...openings.flat().map((opening) => opening.bytes));
  return [
    {
      what: "script and style before `ready`, compressed as sent",
      measured: `${(bytes / 1024).toFixed(1)} KB`,
      wanted: "≤ 60 KB",
      meets: bytes <= 60 * 1024,
    },
    ...sizes.map((pages, index) => {
      const times = (openings[index] ?? []).map(({ readyMs }) => readyMs);
      const p50 = percentile(times, 0.5);
      const measured = `${shown(p50)} (worst ${shown(Math.max(...times))})`;
      const what = `open() to \`ready\`, a document of ${pages} pages, p50`;
      return { what, measured, wanted: "≤ 400 ms", meets: p50 <= 400 };
    }),
  ];
}

/** Ours and a page with nothing but the picture, taking turns. */
async function measureSharp(stand: Stand): Promise<Figure> {
  const url = await sendMailed(stand, { pages: 2, fields: 10 });
  const { picture } = await timeSharp(stand, url);
  return withBarePage(picture, async (bare) => {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push((await timeSharp(stand, url)).ms);
      theirs.push((await timeSharp(stand, bare)).ms);
    }
    const [p50, barest] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
    return {
      what: "first page sharp on a phone: 4 × slower, 9 Mbit/s, 60 ms round trip, p50",
      measured: `${shown(p50)} (worst ${shown(Math.max(...ours))}; a bare page with that picture: ${shown(barest)}, ${(p50 / barest).toFixed(2)} ×)`,
      wanted: "≤ 700 ms",
      meets: p50 <= 700,
    };
  });
}

async function measureKeys(stand: Stand): Promise<Figure> {
  const url = await sendMailed(stand, { pages: 10, fields: mostFields });
  const took: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 3); round += 1)
    took.push(...(await timeKeys(stand, { url, fields: mostFields })));
  const p98 = percentile(took, 0.98);
  return {
    what: `keys and clicks with ${mostFields} fields until they are painted, p98`,
    measured: `${shown(p98)} (p50 ${shown(percentile(took, 0.5))}, worst ${shown(Math.max(...took))})`,
    wanted: "≤ 50 ms",
    meets: p98 <= 50,
  };
}

function report(): string {
  return `Written by \`npm run bench:page\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machineWords()}; Chromium without a
graphics card. Server, website and browser share the machine; each opening has a browser context of its own, with nothing in its cache.
"Ready" is the event of hellosign-embedded. No peer's signing page can be installed from a registry; the bare page of the ratio holds one
\`<img>\` with the same bytes. Keys are told by the Event Timing API, in steps of 8 ms from 16 up.

${figuresTable(figures)}`;
}
