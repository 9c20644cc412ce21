/** Pictures and fonts that hold nothing but themselves, by their first bytes: SVG, PostScript and PDF may point elsewhere. */
const plainMedia: readonly RegExp[] = [
  /^89504e470d0a1a0a/, // PNG
  /^ffd8ff/, // JPEG
  /^474946383[79]61/, // GIF
  /^424d/, // BMP
  /^(?:49492a00|4d4d002a)/, // TIFF
  /^52494646.{8}57454250/, // WebP
  /^01000000.{72}20454d46/, // EMF
  /^(?:d7cdc69a|01000900|02000900)/, // WMF
  /^56434c4d5446/, // StarView metafile
];

const fonts = /^(?:00010000|4f54544f|74727565)/;

/** Whether these bytes are a picture that points nowhere. */
export function isPlainPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 44)).toString("hex");
  return plainMedia.some((start) => start.test(head));
}

/** Whether these bytes are a TrueType or OpenType font. */
export function isFont(bytes: Uint8Array): boolean {
  return fonts.test(Buffer.from(bytes.subarray(0, 4)).toString("hex"));
}
