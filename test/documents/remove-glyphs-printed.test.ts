import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { drawLine, drawSheets } from "../../src/documents/draw/canvas.ts";
import { needing } from "../evidence/tools.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { paper } from "./papers.ts";
import { assertRemoved } from "./removal.ts";

const sig = "[sig|req|signer1|Your signature|s1]";

test("a tag in fonts that Skia subsets is removed, and nothing else changes", needing("pdftoppm"), async () => {
  const bytes = drawSheets([
    {
      width: 612,
      height: 792,
      draw: (context) => {
        for (const [index, face] of (["plain", "strong", "slanted"] as const).entries()) {
          const y = 100 + index * 60;
          const tag = sig.replace("s1]", `s${index}]`);
          drawLine(context, { text: `Sign ${tag} here: über Ärger`, face, size: 13, x: 60, y, colour: "#111827" });
        }
      },
    },
  ]);
  await assertRemoved(bytes);
});

describe("a tag on a page that Chromium prints", needingChromium, () => {
  const windows = windowsOf();
  after(() => windows.close());
  test("is removed, and nothing else changes", needing("pdftoppm"), async () => {
    const page = await windows.open();
    await page.setContent(`
      <style>p { font: 14px sans-serif } .wide { letter-spacing: 1px; word-spacing: 6px } .turned { rotate: 8deg } td { border: 1px solid }</style>
      <p>Sign ${sig} here, please. <b>[date|req|signer1||d1]</b></p><p class="wide">Wide [text|req|signer1|Name|t1] letters</p>
      <p class="turned" style="margin: 80px">Turned [initial|req|signer1||i1] text</p>
      <table><tr><td>[check|noreq|signer1||c1]</td><td>beside</td><td>[check|noreq|signer1||c2]</td></tr></table>
      <p style="background: #dde; color: #335; text-align: justify; width: 300px">A justified line with a tag [text|noreq|signer1||t2] in its middle and words behind it that go on.</p>`);
    const bytes = await page.pdf({ format: "Letter", tagged: true });
    await assertRemoved(bytes, 0.15);
  });
});

test(
  "a tag in a document that LibreOffice writes is removed, and nothing else changes",
  needing("soffice", "pdftoppm"),
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-printed-"));
    try {
      writeFileSync(
        join(folder, "a.html"),
        `<p>Sign ${sig} here, please.<p style="text-align:justify">A <i>slanted [text|req|signer1|Name|t1] tag</i> in a justified paragraph that is long enough to be broken at its end, so that blanks are stretched.`,
      );
      spawnSync(
        "soffice",
        [
          `-env:UserInstallation=file://${folder}/profile`,
          "--headless",
          "--convert-to",
          "pdf:writer_web_pdf_Export",
          "--outdir",
          folder,
          join(folder, "a.html"),
        ],
        { timeout: 60_000 },
      );
      await assertRemoved(readFileSync(join(folder, "a.pdf")), 0.15);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

const number = (most: number) => fc.integer({ min: -most * 10, max: most * 10 }).map((tenths) => tenths / 10);

test("whatever the text state is, and wherever the string is cut, the same holds", needing("pdftoppm"), async () => {
  const states = fc.record({
    size: fc.integer({ min: 4, max: 24 }),
    char: number(3),
    word: number(6),
    stretch: fc.integer({ min: 50, max: 150 }),
    rise: number(5),
    angle: fc.integer({ min: 0, max: 359 }),
    cuts: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: -400, max: 400 })), { maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(states, async ({ size, char, word, stretch, rise, angle, cuts }) => {
      const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      const matrix = [cos, sin, -sin, cos, 306, 396].map((value) => value.toFixed(5)).join(" ");
      const array = cutAt("So ([sig|req|signer1]) it is", cuts);
      const content = `BT /F1 ${size} Tf ${char} Tc ${word} Tw ${stretch} Tz ${rise} Ts ${matrix} Tm [${array}] TJ (behind) Tj ET`;
      if (!isReadable({ size, char, stretch })) return;
      await assertRemoved(paper({ content }));
    }),
    { numRuns: 40, seed: 7 },
  );
});

/** Letters that are drawn over each other, or far apart, are no words to a reader. */
function isReadable({
  size,
  char,
}: {
  readonly size: number;
  readonly char: number;
  readonly stretch: number;
}): boolean {
  return char > -0.1 * size && char < 0.12 * size;
}

function cutAt(text: string, cuts: readonly (readonly [number, number])[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const [length, room] of cuts) {
    if (done + length >= text.length) break;
    pieces.push(`${hexOf(text.slice(done, done + length))} ${Math.abs(room) < 60 ? room : 0}`);
    done += length;
  }
  return [...pieces, hexOf(text.slice(done))].join(" ");
}

function hexOf(text: string): string {
  return `<${Buffer.from(text).toString("hex")}>`;
}
