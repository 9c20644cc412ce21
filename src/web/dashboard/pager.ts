import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import type { Fields } from "./visit.ts";

/** A list page by page: its path, what was asked of it, and the place that the next page begins before; null after the last one. */
export type Paging = {
  readonly path: string;
  readonly query: Fields;
  /** The parameter that names the place; `before` unless it is said. */
  readonly place?: string;
  readonly isFirst: boolean;
  readonly next: string | null;
  /** What the way to the next page is called, where that is not "Older". */
  readonly words?: string;
  /** How far the list was looked through, where that is to be said. */
  readonly reached?: Html | null;
};

/** Shows the ways to the newest and to the next page, which keep all filters; nothing where there is one page only. */
export function renderPager({ path, query, isFirst, next, ...said }: Paging): Html | null {
  const { place = "before", words = "Older", reached = null } = said;
  if (isFirst && next === null) return null;
  const filters = [...query].filter(([name]) => name !== place);
  const address = (more: readonly (readonly [string, string])[]) => {
    const search = new URLSearchParams(Object.fromEntries([...filters, ...more])).toString();
    return search === "" ? path : `${path}?${search}`;
  };
  const newest = isFirst
    ? html`<span></span>`
    : html`<a href="${address([])}">${place === "before" ? "To the newest" : "To the first"}</a>`;
  const older = next && html`<a class="button" rel="next" href="${address([[place, next]])}">${words}</a>`;
  return html`<nav class="pager" aria-label="Pages">${newest}${reached}${older}</nav>`;
}

/** A list by the numbers of its pages: the parameter `page` of the address, from 1. */
export function pageIn(query: Fields): number {
  const page = Number(query.get("page") ?? 1);
  return Number.isInteger(page) && page >= 1 && page <= limits.pageMost ? page : 1;
}

/** The pager's next place in a list of so many: the number of the page behind `page`; null after the last one. */
export function nextPage({ page, count }: { readonly page: number; readonly count: number }): string | null {
  return page * limits.dashboardRows < count ? String(page + 1) : null;
}
