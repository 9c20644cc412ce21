/** A signature out of a photo or scan: the paper is taken away, the ink stays. */
import { limits } from "../../../base/limits.ts";
import { type PictureInk, packPixels } from "./pixels.ts";

/** The ink, or why there is none. */
export type PictureReading = { readonly ink: PictureInk } | { readonly flaw: "noPicture" | "noInk" };

const longestSide = 1600;
const blockSide = 32;

/** Reads any picture that the browser shows. */
export async function readPicture(file: Blob): Promise<PictureReading> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return { flaw: "noPicture" };
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const sheet = canvasOf(width, height);
  sheet.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();

  const image = sheet.getImageData(0, 0, width, height);
  removePaper(image);
  const bounds = boundsOf(image);
  if (!bounds) return { flaw: "noInk" };
  sheet.putImageData(image, 0, 0);
  return { ink: await packWithin(sheet, bounds) };
}

/** Makes what is as light as its surroundings transparent: light falls on a photo unevenly, so each block has its own paper. */
function removePaper({ width, height, data }: ImageData): void {
  const paper = paperOf({ width, height, data });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const light = lightAt(data, at);
      const white = paper(x, y);
      const ink = clamp((white - light - 0.12 * white) / (0.25 * white));
      for (const channel of [at, at + 1, at + 2]) {
        const seen = data[channel] ?? 0;
        data[channel] = ink > 0 ? clampByte((seen - (1 - ink) * white) / ink) : 0;
      }
      data[at + 3] = Math.round(ink * (data[at + 3] ?? 0));
    }
  }
}

/** How light the paper is at a point: between the middles of blocks, of which each has the light of its lighter pixels. */
function paperOf({
  width,
  height,
  data,
}: Pick<ImageData, "width" | "height" | "data">): (x: number, y: number) => number {
  const columns = Math.ceil(width / blockSide);
  const rows = Math.ceil(height / blockSide);
  const blocks = Array.from({ length: columns * rows }, (_, block) => {
    const [left, top] = [(block % columns) * blockSide, Math.floor(block / columns) * blockSide];
    const lights: number[] = [];
    for (let y = top; y < Math.min(top + blockSide, height); y += 2)
      for (let x = left; x < Math.min(left + blockSide, width); x += 2) lights.push(lightAt(data, 4 * (y * width + x)));
    lights.sort((one, other) => one - other);
    return lights[Math.floor(lights.length * 0.85)] ?? 255;
  });
  const lightest = [...blocks].sort((one, other) => one - other)[Math.floor(blocks.length * 0.9)] ?? 255;
  // A block full of ink has no paper to tell of.
  const known = blocks.map((light) => Math.max(light, lightest * 0.6));
  const blockAt = (column: number, row: number) =>
    known[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 255;

  return (x, y) => {
    const [across, down] = [x / blockSide - 0.5, y / blockSide - 0.5];
    const [column, row] = [Math.floor(across), Math.floor(down)];
    const [right, below] = [across - column, down - row];
    const upper = blockAt(column, row) * (1 - right) + blockAt(column + 1, row) * right;
    const lower = blockAt(column, row + 1) * (1 - right) + blockAt(column + 1, row + 1) * right;
    return upper * (1 - below) + lower * below;
  };
}

/** Luminance from 0 to 255; what is transparent is paper. */
function lightAt(data: Uint8ClampedArray, at: number): number {
  const alpha = (data[at + 3] ?? 0) / 255;
  const light = 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);
  return light * alpha + 255 * (1 - alpha);
}

type Bounds = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** Around the ink, without specks; null when there is too little of it, or nearly everything is ink. */
function boundsOf({ width, height, data }: ImageData): Bounds | null {
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  let all = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((data[4 * (y * width + x) + 3] ?? 0) < 90) continue;
      columns[x] = (columns[x] ?? 0) + 1;
      rows[y] = (rows[y] ?? 0) + 1;
      all += 1;
    }
  }
  if (all < 60 || all > 0.6 * width * height) return null;
  const [left, right] = reachOf(columns);
  const [top, bottom] = reachOf(rows);
  return right < left || bottom < top ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function reachOf(counts: Uint32Array): readonly [number, number] {
  const isInk = (count: number) => count >= 2;
  return [counts.findIndex(isInk), counts.findLastIndex(isInk)];
}

/** What photo grain makes too large to send is packed smaller, until it fits. */
async function packWithin(sheet: CanvasRenderingContext2D, bounds: Bounds): Promise<PictureInk> {
  for (let most = 1; ; most *= 0.75) {
    const ink = await packPixels(cut(sheet, { ...bounds, most }));
    if (ink.pixels.length <= limits.penPictureText || ink.width * ink.height < 100) return ink;
  }
}

/** `most`: how much of the largest size is used. */
function cut(
  sheet: CanvasRenderingContext2D,
  { left, top, width, height, most }: Bounds & { most: number },
): ImageData {
  const scale = Math.min(1, (most * limits.penPictureWidth) / width, (most * limits.penPictureHeight) / height);
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const small = canvasOf(wide, high);
  small.imageSmoothingQuality = "high";
  small.drawImage(sheet.canvas, left, top, width, height, 0, 0, wide, high);
  return small.getImageData(0, 0, wide, high);
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", {
    willReadFrequently: true,
  });
  if (!context) throw new Error("This browser has no canvas.");
  return context;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function clampByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
