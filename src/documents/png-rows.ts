/** Pixels from the top left, row by row without a gap: one byte each (grey), or four: red, green, blue, and one that does not count. */
export type Bitmap = {
  readonly width: number;
  readonly height: number;
  readonly bytesPerPixel: 1 | 4;
  readonly pixels: Uint8Array;
};

/**
 * The rows of a PNG before they are packed: a leading 0 (no filter), then one byte a pixel, which is its grey or its place in the
 * palette (colours as 0xbbggrr), or three.
 */
export type PngRows = {
  readonly width: number;
  readonly height: number;
  readonly kind: "grey" | "palette" | "colour";
  readonly rows: Buffer;
  readonly palette: readonly number[];
};

/**
 * Lays a picture out as the rows of a PNG without a loss, in grey or in colour. Here and below pixels are read as signed words, by index:
 * a page has millions of them, and this is what the engine does fastest.
 */
export function exactRows({ width, height, bytesPerPixel, pixels }: Bitmap): PngRows {
  const words = bytesPerPixel === 1 ? null : wordsOf(pixels);
  const grey = words === null ? withFilters(pixels, width) : greyRows(words, width);
  if (grey !== null) return { width, height, kind: "grey", rows: grey, palette: [] };
  return { width, height, kind: "colour", rows: colourRows(wordsOf(pixels), width), palette: [] };
}

/**
 * Lays a picture of few colours out as rows of places in a palette, a third of the size: exactly, or else with 64 shades of red, green
 * and blue, for the edges of coloured letters have many shades that nobody can tell apart. Null where these are too few.
 */
export function paletteRows({ width, height, pixels }: Bitmap): PngRows | null {
  const words = wordsOf(pixels);
  const found = placesOf(words, { width, shades: 0xff_ff_ff }) ?? placesOf(words, { width, shades: 0xfc_fc_fc });
  return found && { width, height, kind: "palette", ...found };
}

function wordsOf(pixels: Uint8Array): Int32Array {
  return new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length / Int32Array.BYTES_PER_ELEMENT);
}

function withFilters(grey: Uint8Array, width: number): Buffer {
  const rows = Buffer.alloc(grey.length + grey.length / width);
  for (let from = 0, to = 1; from < grey.length; from += width, to += width + 1)
    rows.set(grey.subarray(from, from + width), to);
  return rows;
}

/** Null when there is colour, for which each row is asked as a whole. */
function greyRows(words: Int32Array, width: number): Buffer | null {
  const rows = Buffer.allocUnsafe(words.length + words.length / width);
  let to = 0;
  for (let start = 0; start < words.length; start += width) {
    rows[to] = 0;
    to += 1;
    let colours = 0;
    for (let from = start; from < start + width; from += 1) {
      const pixel = words[from] ?? 0;
      colours |= (pixel >> 8) ^ pixel;
      rows[to] = pixel;
      to += 1;
    }
    if ((colours & 0xffff) !== 0) return null;
  }
  return rows;
}

const paletteMost = 256;
const slots = 4096;

/**
 * Colours are found in a table of our own, each at its slot or at one behind it; the first one met stands for its shade. Null when a
 * palette cannot hold them.
 */
function placesOf(
  words: Int32Array,
  { width, shades }: { readonly width: number; readonly shades: number },
): Pick<PngRows, "rows" | "palette"> | null {
  const rows = Buffer.allocUnsafe(words.length + words.length / width);
  const [colours, places] = [new Int32Array(slots).fill(-1), new Uint8Array(slots)];
  const palette: number[] = [];
  let [to, colour, place] = [0, -1, 0];
  for (let start = 0; start < words.length; start += width) {
    rows[to++] = 0;
    for (let from = start; from < start + width; from += 1) {
      const pixel = words[from] ?? 0;
      if ((pixel & shades) !== colour) {
        colour = pixel & shades;
        let slot = Math.imul(colour, 0x9e_37_79_b1) >>> 20;
        while (colours[slot] !== colour && colours[slot] !== -1) slot = (slot + 1) % slots;
        if (colours[slot] === -1) {
          if (palette.length === paletteMost) return null;
          colours[slot] = colour;
          places[slot] = palette.push(pixel & 0xff_ff_ff) - 1;
        }
        place = places[slot] ?? 0;
      }
      rows[to++] = place;
    }
  }
  return { rows, palette };
}

function colourRows(words: Int32Array, width: number): Buffer {
  const rows = Buffer.allocUnsafe(3 * words.length + words.length / width);
  let to = 0;
  for (let start = 0; start < words.length; start += width) {
    rows[to] = 0;
    to += 1;
    for (let from = start; from < start + width; from += 1) {
      const pixel = words[from] ?? 0;
      rows[to] = pixel;
      rows[to + 1] = pixel >> 8;
      rows[to + 2] = pixel >> 16;
      to += 3;
    }
  }
  return rows;
}
