import { badRequest } from "../base/faults.ts";
import type { Box, Page } from "./document.ts";

/** Where a field of `form_fields_per_document` says it is (contract: form-fields.md, Coordinates). */
export type Placement = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** From 1, in the file; its presence chooses the 72-DPI system. */
  readonly page?: number;
  /** Index of the file, from 0. */
  readonly documentIndex: number;
};

/** The pages of the whole document, and how many of them each file brought, in order. */
export type Pagination = { readonly pages: readonly Page[]; readonly filePages: readonly number[] };

/** Points per unit of the 80-DPI system, in which width and height are measured always, x and y without `page`. */
const pointsPerOldUnit = 72 / 80;

/** Where x starts on a portrait page in the 80-DPI system. */
const oldPortraitLeft = 100;

/**
 * The box in points on its page of the whole document. It may lie outside its page: that is a warning to the caller's caller.
 * Without `page`, y runs on through the pages of the file; what lies below its last page stays on the last page.
 * Throws `bad_request` when there is no such file or page.
 */
export function placeField(placement: Placement, { pages, filePages }: Pagination): Box {
  const count = filePages[placement.documentIndex];
  if (count === undefined)
    throw badRequest(`There is no document ${placement.documentIndex}: document_index counts from 0.`);
  const before = filePages.slice(0, placement.documentIndex).reduce((sum, next) => sum + next, 0);
  const size = { width: placement.width * pointsPerOldUnit, height: placement.height * pointsPerOldUnit };
  if (placement.page === undefined)
    return { ...size, ...placeOld(placement, { pages: pages.slice(before, before + count), before }) };

  if (placement.page < 1 || placement.page > count) {
    throw badRequest(
      `Document ${placement.documentIndex} has ${count} ${count === 1 ? "page" : "pages"}: there is no page ${placement.page}.`,
    );
  }
  return { ...size, page: before + placement.page, x: placement.x, y: placement.y };
}

function placeOld(
  placement: Placement,
  { pages, before }: { readonly pages: readonly Page[]; readonly before: number },
): Pick<Box, "page" | "x" | "y"> {
  let y = placement.y * pointsPerOldUnit;
  let index = 0;
  while (index < pages.length - 1 && y >= heightOf(pages[index])) {
    y -= heightOf(pages[index]);
    index += 1;
  }
  const page = pages[index];
  const left = page !== undefined && page.width > page.height ? 0 : oldPortraitLeft;
  return { page: before + index + 1, x: (placement.x - left) * pointsPerOldUnit, y };
}

function heightOf(page: Page | undefined): number {
  return page?.height ?? 0;
}

/** Where v3 shows a box of a document's file: whole units of the 80-DPI system, y running on through the file's pages, of which the first is page `before` + 1. */
export function oldPlaceOf(
  box: Box,
  { pages, before }: { readonly pages: readonly Page[]; readonly before: number },
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const index = box.page - before - 1;
  const page = pages[index];
  const above = pages.slice(0, index).reduce((sum, { height }) => sum + height, 0);
  const left = page !== undefined && page.width > page.height ? 0 : oldPortraitLeft;
  const units = (points: number) => Math.round(points / pointsPerOldUnit);
  return { x: units(box.x) + left, y: units(above + box.y), width: units(box.width), height: units(box.height) };
}
