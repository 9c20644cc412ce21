/** Between the window's pixels and the pages' points. */

import { pageOf } from "./acts.ts";
import type { Desk } from "./desk.ts";
import type { Size } from "./geometry.ts";

/** A place on a page, in points. */
export type Spot = { readonly page: number; readonly x: number; readonly y: number };

/** The id of the box that scrolls the pages. */
export const paperId = "paper";

/** The id of a field's button. */
export function fieldId(apiId: string): string {
  return `item-${apiId}`;
}

/** The place beneath a point of the window: on the page there, or on the nearest one, also beyond its edge. Null: there is no page. */
export function spotAt(
  desk: Desk,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
): Spot | null {
  let nearest: { readonly page: number; readonly at: DOMRect; readonly away: number } | null = null;
  for (const element of pagesOf()) {
    const at = element.getBoundingClientRect();
    const away = Math.max(at.top - clientY, clientY - at.bottom, 0);
    if (nearest === null || away < nearest.away) nearest = { page: Number(element.dataset.page), at, away };
  }
  if (!nearest) return null;
  const { page, at } = nearest;
  const scale = pageOf(desk, page).width / at.width;
  return { page, x: (clientX - at.left) * scale, y: (clientY - at.top) * scale };
}

/** How many points a CSS pixel has on a page just now. */
export function pointsPerPixel(desk: Desk, page: number): number {
  const element = document.querySelector<HTMLElement>(`[data-page="${page}"]`);
  return element ? pageOf(desk, page).width / element.getBoundingClientRect().width : 1;
}

/** Whether a point of the window lies over the pages' box. */
export function isOverPaper({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): boolean {
  const at = document.getElementById(paperId)?.getBoundingClientRect();
  return at !== undefined && clientX > at.left && clientX < at.right && clientY > at.top && clientY < at.bottom;
}

/** Where a field of this size may stand in the middle of what is in view, on a page: a little lower for each field that is there already, or higher where the page ends. */
export function middleInView(desk: Desk, { width, height }: Size): Spot | null {
  const box = document.getElementById(paperId)?.getBoundingClientRect();
  if (!box) return null;
  const spot = spotAt(desk, { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
  if (!spot) return null;
  const size = pageOf(desk, spot.page);
  const x = Math.min(Math.max(0, spot.x), size.width);
  const y = Math.min(Math.max(0, spot.y), size.height);
  const isFree = (middle: number) =>
    !desk.history.present.fields.some(
      (field) =>
        field.page === spot.page &&
        Math.abs(field.x + field.width / 2 - x) < (field.width + width) / 2 &&
        Math.abs(field.y + field.height / 2 - middle) < (field.height + height) / 2,
    );
  const steps = Array.from({ length: Math.ceil(size.height / step) }, (_, index) => index * step);
  const places = [...steps.map((way) => y + way), ...steps.map((way) => y - way)];
  const free = places.find((middle) => middle >= height / 2 && middle <= size.height - height / 2 && isFree(middle));
  return { page: spot.page, x, y: free ?? y };
}

/** Scrolls the pages so that a field is in sight, and puts the focus on it where that is wanted. Only our own box moves, never the host's page. */
export function bringIntoView(apiId: string, { focuses }: { readonly focuses: boolean }): void {
  const element = document.getElementById(fieldId(apiId));
  const box = document.getElementById(paperId);
  if (!element || !box) return;
  if (focuses) element.focus({ preventScroll: true });
  const [at, around] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
  const isSeen =
    at.top >= around.top && at.bottom <= around.bottom && at.left >= around.left && at.right <= around.right;
  if (isSeen) return;
  box.scrollTo({
    top: box.scrollTop + at.top - around.top - (around.height - at.height) / 2,
    left: box.scrollLeft + at.left - around.left - (around.width - at.width) / 2,
  });
}

/** Scrolls the pages so that a field stands near their upper edge, above what covers the rest. */
export function bringAbove(apiId: string): void {
  const element = document.getElementById(fieldId(apiId));
  const box = document.getElementById(paperId);
  if (!element || !box) return;
  box.scrollBy(0, element.getBoundingClientRect().top - box.getBoundingClientRect().top - edge);
}

/** Scrolls on while something is held at the upper or lower edge of the pages. */
export function scrollAtEdge({ clientY }: { readonly clientY: number }): void {
  const box = document.getElementById(paperId);
  if (!box) return;
  const { top, bottom } = box.getBoundingClientRect();
  if (clientY < top + edge) box.scrollBy(0, -stride);
  if (clientY > bottom - edge) box.scrollBy(0, stride);
}

const [edge, stride] = [32, 14];

/** How far below each other new fields stand, in points. */
const step = 48;

function pagesOf(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#${paperId} [data-page]`)];
}
