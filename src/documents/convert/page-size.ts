/** Dots an inch, across and down. */
export type Resolution = { readonly x: number; readonly y: number };

/** A size in points. */
export type Size = { readonly width: number; readonly height: number };

const letter = { short: 612, long: 792 } as const;
/** The long side of A2. A camera or a browser that writes 72 into every picture does not mean a poster. */
const longest = 1684;
const shortest = 36;

/**
 * The page that a picture fills: by its resolution, where that is one of paper (72 to 600 dots an inch) and gives a sheet that a desk
 * has; else as large as fits on a US Letter sheet, upright or lying. Width and height in pixels, upright.
 */
export function pageSize(pixels: Size, resolution: Resolution | null): Size {
  const printed = resolution === null ? null : printedSize(pixels, resolution);
  if (printed !== null) return printed;
  const isLying = pixels.width > pixels.height;
  const width = isLying ? letter.long : letter.short;
  const height = isLying ? letter.short : letter.long;
  const scale = Math.min(width / pixels.width, height / pixels.height);
  return { width: pixels.width * scale, height: pixels.height * scale };
}

function printedSize({ width, height }: Size, { x, y }: Resolution): Size | null {
  if (!(x >= 72 && x <= 600 && y >= 72 && y <= 600)) return null;
  const size = { width: (width * 72) / x, height: (height * 72) / y };
  const sides = [size.width, size.height];
  return Math.max(...sides) <= longest && Math.min(...sides) >= shortest ? size : null;
}
