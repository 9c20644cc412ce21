import assert from "node:assert/strict";
import { test } from "node:test";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { PreparedPage } from "../../src/documents/jobs.ts";
import { line, type Paper, paper, stream } from "./papers.ts";
import { workshop } from "./preparing.ts";

const dense = Array.from({ length: 50 }, (_, index) =>
  line(60, 750 - 14 * index, `${index + 1}. A line of this contract is as long as a line of any other contract is.`),
).join("");

test("any page has pictures in both widths and its text; a page that is not there is a refusal", async () => {
  const document = paper({ content: line(100, 700, "Here") });
  const shown = await draw(document);
  const sizes = await Promise.all(shown.pictures.map(sizeOf));
  assert.deepEqual(sizes, [
    [900, 1165],
    [1600, 2071],
  ]);
  assert.deepEqual(
    shown.text.pieces.map(([text]) => text),
    ["Here"],
  );

  const missing = await workshop.picture({ document, pages: [1, 2], isAhead: false });
  assert.ok(!missing.ok);
  assert.match(missing.fault.reason, /no page 2/);
});

test("a picture of an endless strip of a page stays within its bounds", async () => {
  const { pictures } = await draw(paper({ content: "", mediaBox: "0 0 10 100000" }));
  for (const picture of pictures) {
    const [width = 0, height = 0] = await sizeOf(picture);
    assert.ok(height <= 16_000 && width >= 1 && width * height <= 16_000_000, `${width} x ${height}`);
  }
});

test("letters and lines are a PNG, in black and in colour; what is photographed is a JPEG", async () => {
  const kinds = await Promise.all(
    [paper({ content: dense }), paper({ content: `0 0 1 rg ${dense} 1 0 0 RG 50 50 500 700 re S` }), photo()].map(
      async (document) => (await draw(document)).pictures.map(kindOf),
    ),
  );
  assert.deepEqual(kinds, [
    ["png", "png"],
    ["png", "png"],
    ["jpeg", "jpeg"],
  ]);
});

test("a grey page looks the same in both widths, and the same as a page with a spot of colour", async () => {
  const tones =
    "0.2 g 100 100 100 100 re f 0.5 g 200 100 100 100 re f 0.93 g 300 100 100 100 re f 0 g 2 w 100 300 m 500 420 l S";
  const shading =
    "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [100 0 500 0] /Function << /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >> >> >>";
  const content = `${tones} q 100 500 400 100 re W n /S sh Q`;
  const grey = await draw(paper({ content, resources: shading }));
  const spotted = await draw(paper({ content: `${content} 1 0 0 rg 20 20 40 40 re f`, resources: shading }));
  const [small, large, coloured] = await Promise.all(
    [grey.pictures[0], grey.pictures[1], spotted.pictures[1]].map(pixelsOf),
  );
  assert.ok(small && large && coloured);
  for (const [x, y] of [
    [150, 642],
    [250, 642],
    [350, 642],
    [450, 642],
    [120, 242],
    [300, 242],
    [480, 242],
    [300, 432],
  ] as const) {
    const tone = large.at(x, y)[0] ?? -1;
    assert.ok(
      Math.abs(tone - (small.at(x, y)[0] ?? -1)) <= 6,
      `${x}, ${y} in both widths: ${tone}, ${small.at(x, y).join()}`,
    );
    assert.ok(
      Math.abs(tone - (coloured.at(x, y)[0] ?? -1)) <= 3,
      `${x}, ${y} with colour: ${tone}, ${coloured.at(x, y).join()}`,
    );
  }
});

test("colours and annotations show as they are", async () => {
  const annotation =
    "<< /Type /Annot /Subtype /Square /Rect [100 600 300 700] /IC [1 0 0] /C [1 0 0] /F 4 /AP << /N 7 0 R >> >>";
  const look = stream("/Type /XObject /Subtype /Form /BBox [0 0 200 100]", "1 0 0 rg 0 0 200 100 re f");
  const { pictures } = await draw(
    paper({ content: "0 0.5 0 rg 100 100 200 100 re f", page: "/Annots [6 0 R]", objects: [annotation, look] }),
  );
  for (const picture of pictures) {
    const pixels = await pixelsOf(picture);
    assert.deepEqual(pixels.at(200, 142), [255, 0, 0]);
    assert.deepEqual(pixels.at(200, 642), [0, 128, 0]);
    assert.deepEqual(pixels.at(400, 400), [255, 255, 255]);
  }
});

async function draw(document: Uint8Array): Promise<PreparedPage> {
  const drawn = await workshop.picture({ document, pages: [1], isAhead: false });
  assert.ok(drawn.ok, drawn.ok ? "" : drawn.fault.reason);
  const [page] = drawn.pages;
  assert.ok(page);
  return page;
}

/** A page full of grain. */
function photo(): Uint8Array {
  let seed = 7;
  const grain = Array.from({ length: 200 * 200 * 3 }, () => {
    seed = (seed * 16807) % 2147483647;
    return String.fromCharCode(seed % 256);
  }).join("");
  const image = stream(
    "/Type /XObject /Subtype /Image /Width 200 /Height 200 /ColorSpace /DeviceRGB /BitsPerComponent 8",
    grain,
  );
  const drawn: Paper = {
    content: "q 612 0 0 792 0 0 cm /I Do Q",
    resources: "/XObject << /I 6 0 R >>",
    objects: [image],
  };
  return paper(drawn);
}

function kindOf(picture: Uint8Array): string {
  const start = Buffer.from(picture).toString("latin1", 0, 4);
  if (start === "\u0089PNG") return "png";
  return start.startsWith("\u00ff\u00d8\u00ff") ? "jpeg" : start;
}

async function sizeOf(picture: Uint8Array): Promise<readonly number[]> {
  const { width, height } = await loadImage(Buffer.from(picture));
  return [width, height];
}

/** The colours of a picture of a Letter page, by points from its top left. */
async function pixelsOf(
  picture: Uint8Array | undefined,
): Promise<{ readonly at: (x: number, y: number) => readonly number[] }> {
  const image = await loadImage(Buffer.from(picture ?? []));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const scale = image.width / 612;
  return {
    at: (x, y) => Array.from(context.getImageData(Math.floor(x * scale), Math.floor(y * scale), 1, 1).data).slice(0, 3),
  };
}
