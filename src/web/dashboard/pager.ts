import { type Html, html } from "../html.ts";
import type { Fields } from "./visit.ts";

/** A list page by page: its path, what was asked of it, and the place that the next page begins before; null after the last one. */
export type Paging = {
  readonly path: string;
  readonly query: Fields;
  readonly isFirst: boolean;
  readonly next: string | null;
  /** What the way to the next page is called, where that is not "Older". */
  readonly words?: string;
  /** How far the list was looked through, where that is to be said. */
  readonly reached?: Html | null;
};

/** Shows the ways to the newest and to the next page, which keep all filters; nothing where there is one page only. */
export function renderPager({ path, query, isFirst, next, words = "Older", reached = null }: Paging): Html | null {
  if (isFirst && next === null) return null;
  const filters = [...query].filter(([name]) => name !== "before");
  const address = (more: readonly (readonly [string, string])[]) => {
    const search = new URLSearchParams(Object.fromEntries([...filters, ...more])).toString();
    return search === "" ? path : `${path}?${search}`;
  };
  const newest = isFirst ? html`<span></span>` : html`<a href="${address([])}">To the newest</a>`;
  const older = next && html`<a class="button" rel="next" href="${address([["before", next]])}">${words}</a>`;
  return html`<nav class="pager" aria-label="Pages">${newest}${reached}${older}</nav>`;
}
