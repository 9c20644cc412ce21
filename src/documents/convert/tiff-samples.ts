// The samples of a TIFF picture as pixels: bits to bytes, colours to red, green and blue.

import { type Block, undone } from "./tiff-blocks.ts";
import { type Directory, one } from "./tiff-directory.ts";

type Form = {
  readonly bits: number;
  readonly samples: number;
  readonly photometric: number;
  readonly compression: number;
  readonly hasAlpha: boolean;
  readonly isDifferenced: boolean;
  readonly isLittle: boolean;
  readonly palette: readonly number[];
};

/** The picture as RGBA, `width` by `height`. Null when a block cannot be undone or the colours are of a form that is not read. */
export function rgbaOf(
  file: Buffer,
  { directory, blocks }: { readonly directory: Directory; readonly blocks: readonly Block[] },
): Uint8Array | null {
  const form = formOf(file, directory);
  const [width, height] = [one(directory, 256), one(directory, 257)];
  if (![0, 1, 2, 3, 5].includes(form.photometric) || form.samples < coloursOf(form)) return null;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (const block of blocks) {
    const stride = Math.ceil((block.width * form.samples * form.bits) / 8);
    const bytes = undone(block.data, { compression: form.compression, length: stride * block.height });
    if (bytes === null) return null;
    for (let row = 0; row < block.height && block.top + row < height; row += 1) {
      const samples = samplesOf(bytes.subarray(row * stride, (row + 1) * stride), { form, width: block.width });
      const count = Math.min(block.width, width - block.left);
      paintRow(samples, { form, count, into: rgba.subarray(((block.top + row) * width + block.left) * 4) });
    }
  }
  return rgba;
}

function formOf(file: Buffer, directory: Directory): Form {
  return {
    bits: one(directory, 258) || 1,
    samples: one(directory, 277) || 1,
    photometric: one(directory, 262),
    compression: one(directory, 259) || 1,
    hasAlpha: directory.has(338) && one(directory, 338) > 0,
    isDifferenced: one(directory, 317) === 2,
    isLittle: file[0] === 0x49,
    palette: directory.get(320) ?? [],
  };
}

function coloursOf({ photometric }: Form): number {
  return photometric === 2 ? 3 : photometric === 5 ? 4 : 1;
}

/** The samples of a row: indexes of a palette as they are, all else 0 to 255. */
function samplesOf(row: Buffer, { form, width }: { readonly form: Form; readonly width: number }): Uint8Array {
  const { bits, samples, photometric, isLittle, isDifferenced } = form;
  const count = width * samples;
  const read = new Uint16Array(count);
  for (let index = 0; index < count; index += 1) {
    const before = isDifferenced && index >= samples ? (read[index - samples] ?? 0) : 0;
    read[index] = (sampleAt(row, { index, bits, isLittle }) + before) & ((1 << bits) - 1);
  }
  const scale = photometric === 3 ? 1 : 255 / ((1 << bits) - 1);
  return Uint8Array.from(read, (sample) => Math.round(sample * scale));
}

function sampleAt(
  row: Buffer,
  { index, bits, isLittle }: { readonly index: number; readonly bits: number; readonly isLittle: boolean },
): number {
  if (bits === 8) return row[index] ?? 0;
  if (bits === 16) {
    const [first, second] = [row[index * 2] ?? 0, row[index * 2 + 1] ?? 0];
    return isLittle ? first | (second << 8) : (first << 8) | second;
  }
  let value = 0;
  for (let bit = index * bits; bit < (index + 1) * bits; bit += 1)
    value = (value << 1) | (((row[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  return value;
}

type Painting = { readonly form: Form; readonly count: number; readonly into: Uint8Array };

function paintRow(samples: Uint8Array, { form, count, into }: Painting): void {
  const colours = coloursOf(form);
  for (let pixel = 0; pixel < count; pixel += 1) {
    const at = pixel * form.samples;
    const [a = 0, b = 0, c = 0, d = 0] = samples.subarray(at, at + 4);
    into.set(rgbOf(form, [a, b, c, d]), pixel * 4);
    if (form.hasAlpha && form.samples > colours) into[pixel * 4 + 3] = samples[at + colours] ?? 255;
  }
}

type Four = readonly [number, number, number, number];

function rgbOf({ photometric, palette }: Form, [a, b, c, d]: Four): readonly [number, number, number] {
  if (photometric === 2) return [a, b, c];
  if (photometric === 0) return [255 - a, 255 - a, 255 - a];
  if (photometric === 1) return [a, a, a];
  if (photometric === 5) return [mixed(a, d), mixed(b, d), mixed(c, d)];
  // A palette has all reds, then all greens, then all blues, of 16 bits each.
  const size = palette.length / 3;
  const part = (plane: number) => (palette[plane * size + a] ?? 0) >> 8;
  return [part(0), part(1), part(2)];
}

/** Ink and black, each 0 to 255, as light. */
function mixed(ink: number, black: number): number {
  return Math.round(((255 - ink) * (255 - black)) / 255);
}
