import type { Box, Page } from "./document.ts";

/** How a page lies on its paper: the visible box in user space (ISO 32000-2, 14.11.2), /Rotate clockwise in degrees, /UserUnit. */
export type Frame = {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly unit: number;
};

/** A rectangle in the user space of a page: units of the file, y upwards. */
export type PaperBox = { readonly left: number; readonly bottom: number; readonly right: number; readonly top: number };

type Point = { readonly x: number; readonly y: number };

/** The size of the page as people see it, in points. */
export function shownPage(frame: Frame): Page {
  const width = (frame.right - frame.left) * frame.unit;
  const height = (frame.top - frame.bottom) * frame.unit;
  return turned(frame) ? { width: height, height: width } : { width, height };
}

/** Where a rectangle of user space lies on the page as people see it: points, origin top left; `page` is handed through. */
export function shownBox(frame: Frame, { paper, page }: { readonly paper: PaperBox; readonly page: number }): Box {
  const a = shownPoint(frame, { x: paper.left, y: paper.bottom });
  const b = shownPoint(frame, { x: paper.right, y: paper.top });
  return {
    page,
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

/** The rectangle of user space under a box of the page as people see it: undoes `shownBox`. */
export function paperBox(frame: Frame, box: Omit<Box, "page">): PaperBox {
  const a = paperPoint(frame, { x: box.x, y: box.y });
  const b = paperPoint(frame, { x: box.x + box.width, y: box.y + box.height });
  return {
    left: Math.min(a.x, b.x),
    bottom: Math.min(a.y, b.y),
    right: Math.max(a.x, b.x),
    top: Math.max(a.y, b.y),
  };
}

function turned(frame: Frame): boolean {
  return frame.rotation === 90 || frame.rotation === 270;
}

function shownPoint(frame: Frame, point: Point): Point {
  const across = (point.x - frame.left) * frame.unit;
  const up = (point.y - frame.bottom) * frame.unit;
  const { width, height } = shownPage(frame);
  if (frame.rotation === 90) return { x: up, y: across };
  if (frame.rotation === 180) return { x: width - across, y: up };
  if (frame.rotation === 270) return { x: width - up, y: height - across };
  return { x: across, y: height - up };
}

function paperPoint(frame: Frame, point: Point): Point {
  const { width, height } = shownPage(frame);
  const { across, up } = unturn(frame.rotation, { point, width, height });
  return { x: frame.left + across / frame.unit, y: frame.bottom + up / frame.unit };
}

function unturn(
  rotation: Frame["rotation"],
  { point, width, height }: { readonly point: Point; readonly width: number; readonly height: number },
): { readonly across: number; readonly up: number } {
  if (rotation === 90) return { across: point.y, up: point.x };
  if (rotation === 180) return { across: width - point.x, up: point.y };
  if (rotation === 270) return { across: height - point.y, up: width - point.x };
  return { across: point.x, up: height - point.y };
}
