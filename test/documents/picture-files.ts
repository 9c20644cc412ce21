import { crc32, deflateSync } from "node:zlib";
import { createCanvas } from "@napi-rs/canvas";

/** A picture to look at: red, green, blue and black quarters, from the top left clockwise, `side` pixels each way. */
export function quarters(width: number, height: number) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const colours = ["#ff0000", "#00ff00", "#000000", "#0000ff"];
  for (const [index, colour] of colours.entries()) {
    context.fillStyle = colour;
    context.fillRect(((index % 2) * width) / 2, (Math.floor(index / 2) * height) / 2, width / 2, height / 2);
  }
  return canvas;
}

/** A JPEG that carries EXIF: how it lies (1 to 8) and dots an inch; an APP1 segment behind its first marker. */
export function withExif(jpeg: Buffer, { orientation, dpi }: { orientation: number; dpi: number }): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 4 * 12 + 4 + 16);
  tiff.write("MM\0*", 0, "latin1");
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(4, 8);
  const entries: readonly (readonly [tag: number, type: number, value: number])[] = [
    [274, 3, orientation * 65536],
    [282, 5, 62],
    [283, 5, 70],
    [296, 3, 2 * 65536],
  ];
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 10 + index * 12;
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(1, at + 4);
    tiff.writeUInt32BE(value, at + 8);
  }
  for (const at of [62, 70]) {
    tiff.writeUInt32BE(dpi, at);
    tiff.writeUInt32BE(1, at + 4);
  }
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  return Buffer.concat([jpeg.subarray(0, 2), segment(0xe1, body), jpeg.subarray(2)]);
}

function segment(marker: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A JPEG of one block (8 x 8) in one colour: one value (0 to 255) a component; of four components as Adobe writes them. */
export function flatJpeg(values: readonly number[], { progressive = false } = {}): Buffer {
  const count = values.length;
  const parts = values.flatMap((_, index) => [index + 1, 0x11, 0]);
  const frame = segment(progressive ? 0xc2 : 0xc0, Buffer.from([8, 0, 8, 0, 8, count, ...parts]));
  // One code of each length that is needed: DC categories 0 to 11 as four-bit codes, AC only "end of block".
  const dc = segment(
    0xc4,
    Buffer.from([0x00, 0, 0, 0, 12, ...zeros(12), ...zeros(0).concat([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])]),
  );
  const ac = segment(0xc4, Buffer.from([0x10, 1, ...zeros(15), 0]));
  const scans = values.flatMap((_, index) => [index + 1, 0x00]);
  const scan = segment(0xda, Buffer.from([count, ...scans, 0, progressive ? 0 : 63, 0]));
  const bits = values.map((value) => flatBlock(value) + (progressive ? "" : "0")).join("");
  const adobe = count === 4 ? [segment(0xee, Buffer.from("Adobe\0d\0\0\0\0\0", "latin1"))] : [];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...adobe,
    segment(0xdb, Buffer.from([0, ...Array.from({ length: 64 }, () => 8)])),
    frame,
    dc,
    ac,
    scan,
    packBits(bits),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

/** The first coefficient of a flat block, with a quantiser of 8: eight times the value less 128, divided by 8. */
function flatBlock(value: number): string {
  const level = value - 128;
  const size = level === 0 ? 0 : Math.floor(Math.log2(Math.abs(level))) + 1;
  const bits = level < 0 ? level + 2 ** size - 1 : level;
  const code = size.toString(2).padStart(4, "0");
  return size === 0 ? code : code + bits.toString(2).padStart(size, "0");
}

function packBits(bits: string): Buffer {
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
  const bytes = (whole.match(/.{8}/g) ?? []).map((each) => Number.parseInt(each, 2));
  return Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte])));
}

/** A PNG of these chunks. */
export function pngOf(chunks: readonly (readonly [type: string, data: Uint8Array])[]): Buffer {
  const whole = chunks.map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...whole]);
}

/** The first chunk of a PNG. */
export function pngHeader(width: number, height: number, { bits = 8, colours = 2 } = {}): [string, Uint8Array] {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = bits;
  data[9] = colours;
  return ["IHDR", data];
}

/** A page of a TIFF: tags with their numbers, and its pixels as they are compressed. */
export type TiffPage = { readonly tags: Readonly<Record<number, readonly number[]>>; readonly data: Uint8Array };

/** A TIFF, little-endian; sizes and offsets are put in. Tags 282 and 283 are fractions of one. */
export function tiffOf(pages: readonly TiffPage[]): Buffer {
  const pieces: Buffer[] = [Buffer.from("49492a0000000000", "hex")];
  let length = 8;
  const add = (piece: Uint8Array) => {
    pieces.push(Buffer.concat([piece, Buffer.alloc(piece.length % 2)]));
    const at = length;
    length += piece.length + (piece.length % 2);
    return at;
  };
  let link: { readonly piece: Buffer; readonly at: number } = { piece: pieces[0] ?? Buffer.alloc(0), at: 4 };
  for (const { tags, data } of pages) {
    const all: Record<number, readonly number[]> = { ...tags, 273: [add(data)], 279: [data.length] };
    const entries = Object.entries(all).map(([tag, numbers]) => entryOf(Number(tag), { numbers, add }));
    const directory = Buffer.alloc(2 + entries.length * 12 + 4);
    directory.writeUInt16LE(entries.length, 0);
    for (const [index, entry] of entries.entries()) entry.copy(directory, 2 + index * 12);
    link.piece.writeUInt32LE(add(directory), link.at);
    const last = pieces.at(-1) ?? directory;
    link = { piece: last, at: directory.length - 4 };
  }
  return Buffer.concat(pieces);
}

function entryOf(
  tag: number,
  { numbers, add }: { readonly numbers: readonly number[]; readonly add: (piece: Uint8Array) => number },
): Buffer {
  const entry = Buffer.alloc(12);
  const isFraction = tag === 282 || tag === 283;
  entry.writeUInt16LE(tag, 0);
  entry.writeUInt16LE(isFraction ? 5 : 4, 2);
  entry.writeUInt32LE(numbers.length, 4);
  const values = Buffer.alloc(numbers.length * (isFraction ? 8 : 4));
  for (const [index, number] of numbers.entries()) {
    values.writeUInt32LE(number, index * (isFraction ? 8 : 4));
    if (isFraction) values.writeUInt32LE(1, index * 8 + 4);
  }
  if (values.length <= 4) values.copy(entry, 8);
  else entry.writeUInt32LE(add(values), 8);
  return entry;
}

/** The tags of a picture of 8 bits a colour, three colours, in one strip. */
export function rgbTags(width: number, height: number, compression: number): Record<number, readonly number[]> {
  return {
    256: [width],
    257: [height],
    258: [8, 8, 8],
    259: [compression],
    262: [2],
    277: [3],
    278: [height],
    282: [100],
    283: [100],
    296: [2],
  };
}

/** The colours of a canvas without their alpha. */
export function rgbOf(canvas: ReturnType<typeof quarters>): Buffer {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Buffer.from(data.filter((_, index) => index % 4 !== 3));
}

/** LZW as TIFF has it: codes grow from 9 to 12 bits, one code earlier than they must, and the table is cleared when it is full. */
export function lzw(bytes: Uint8Array): Buffer {
  let bits = "";
  let width = 9;
  let table = new Map<string, number>();
  const put = (code: number) => {
    bits += code.toString(2).padStart(width, "0");
  };
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : (table.get(text) ?? 0));
  put(256);
  let before = "";
  for (const byte of bytes) {
    const longer = before + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      before = longer;
      continue;
    }
    put(codeOf(before));
    table.set(longer, 258 + table.size);
    before = String.fromCharCode(byte);
    if (258 + table.size === 2 ** width && width < 12) width += 1;
    if (table.size < 4094 - 258) continue;
    put(256);
    table = new Map();
    width = 9;
  }
  put(codeOf(before));
  put(257);
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return Buffer.from((whole.match(/.{8}/g) ?? []).map((each) => Number.parseInt(each, 2)));
}

/** PackBits, without packing anything. */
export function packed(bytes: Uint8Array): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 128) {
    const piece = bytes.subarray(at, at + 128);
    pieces.push(Buffer.from([piece.length - 1, ...piece]));
  }
  return Buffer.concat(pieces);
}

/** zlib's form of deflate. */
export function deflated(bytes: Uint8Array): Buffer {
  return deflateSync(bytes);
}

/**
 * A fax page (CCITT group 4, ITU-T T.6) of 32 x 24: white, with a black box 8 wide from column 16, from row 8 to row 15.
 * Rows like the one above are coded as "nothing moved"; the box's first row as runs, its end as "passed over".
 */
export function faxPage(): TiffPage {
  const white = "1";
  const boxBegins = "001" + "101010" + "000101" + "1";
  const inBox = "111";
  const boxEnds = "0001" + "1";
  const rows = [...Array(8).fill(white), boxBegins, ...Array(7).fill(inBox), boxEnds, ...Array(7).fill(white)];
  const bits = rows.join("") + "000000000001".repeat(2);
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return {
    tags: { 256: [32], 257: [24], 258: [1], 259: [4], 262: [0], 277: [1], 278: [24] },
    data: Buffer.from((whole.match(/.{8}/g) ?? []).map((each) => Number.parseInt(each, 2))),
  };
}
