// From a page as people see it to the page's own user space (ISO 32000-1, 7.7.3.3 and 14.11.2: MediaBox, CropBox,
// Rotate, UserUnit), so that what is drawn lands where the reader's eye expects it.

import { PdfArray, type PdfDict, PdfNumber, type PdfObject, type PdfRef } from "@libpdf/core";

/** Looks an indirect object up; null when there is none. */
export type Resolve = (ref: PdfRef) => PdfObject | null;

/** a b c d e f of `cm`: x' = a x + c y + e, y' = b x + d y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

/** A page as shown: its size in points, and the matrix from there (origin at the bottom left, y upwards) to user space. */
export type Shown = { readonly width: number; readonly height: number; readonly toUser: Matrix };

type Corners = { readonly left: number; readonly bottom: number; readonly right: number; readonly top: number };

const letter: Corners = { left: 0, bottom: 0, right: 612, top: 792 };

/** How deep a page tree may be before its inherited attributes are given up. */
const treeDepth = 64;

/** How the page of this dictionary is shown. A page without a usable MediaBox is Letter; Rotate is taken modulo 360. */
export function shownPage(page: PdfDict, resolve: Resolve): Shown {
  const media = cornersOf(inherited(page, { key: "MediaBox", resolve }), resolve) ?? letter;
  const crop = overlap(media, cornersOf(inherited(page, { key: "CropBox", resolve }), resolve)) ?? media;
  const unit = numberOf(page.get("UserUnit", resolve)) ?? 1;
  const quarter = quarterTurns(numberOf(inherited(page, { key: "Rotate", resolve })) ?? 0);
  const across = (crop.right - crop.left) * unit;
  const up = (crop.top - crop.bottom) * unit;
  const size = quarter % 2 === 0 ? { width: across, height: up } : { width: up, height: across };
  return { ...size, toUser: turnedBack(crop, { quarter, scale: 1 / unit }) };
}

function turnedBack(crop: Corners, { quarter, scale }: { readonly quarter: number; readonly scale: number }): Matrix {
  if (quarter === 1) return [0, scale, -scale, 0, crop.right, crop.bottom];
  if (quarter === 2) return [-scale, 0, 0, -scale, crop.right, crop.top];
  if (quarter === 3) return [0, -scale, scale, 0, crop.left, crop.top];
  return [scale, 0, 0, scale, crop.left, crop.bottom];
}

function quarterTurns(degrees: number): number {
  return ((Math.round(degrees / 90) % 4) + 4) % 4;
}

/** An attribute of the page or of the nearest node above it that has one (ISO 32000-1, 7.7.3.4). */
export function inherited(
  page: PdfDict,
  { key, resolve }: { readonly key: string; readonly resolve: Resolve },
): PdfObject | undefined {
  let node: PdfDict | undefined = page;
  for (let depth = 0; node !== undefined && depth < treeDepth; depth += 1) {
    const value: PdfObject | undefined = node.get(key, resolve);
    if (value !== undefined && value.type !== "null") return value;
    node = node.getDict("Parent", resolve);
  }
  return undefined;
}

function cornersOf(value: PdfObject | undefined, resolve: Resolve): Corners | null {
  if (!(value instanceof PdfArray)) return null;
  const [x1, y1, x2, y2] = [0, 1, 2, 3].map((index) => numberOf(value.at(index, resolve)));
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return null;
  const corners = { left: Math.min(x1, x2), bottom: Math.min(y1, y2), right: Math.max(x1, x2), top: Math.max(y1, y2) };
  return corners.right > corners.left && corners.top > corners.bottom ? corners : null;
}

function overlap(media: Corners, crop: Corners | null): Corners | null {
  if (crop === null) return null;
  const both = {
    left: Math.max(media.left, crop.left),
    bottom: Math.max(media.bottom, crop.bottom),
    right: Math.min(media.right, crop.right),
    top: Math.min(media.top, crop.top),
  };
  return both.right > both.left && both.top > both.bottom ? both : null;
}

function numberOf(value: PdfObject | undefined): number | undefined {
  return value instanceof PdfNumber && Number.isFinite(value.value) ? value.value : undefined;
}
