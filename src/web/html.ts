import { escapeHtml } from "../mail/letters.ts";

/** Markup that is safe to send as it stands; only `html` makes it. */
export type Html = { readonly markup: string };

/** What may stand in a template: text is escaped, markup goes in as it is, null and false leave nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

/** Makes markup. Whatever is put into it is text and escaped, unless it is markup that `html` has made itself. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: literals.map((literal, index) => literal + markupOf(parts[index])).join("") };
}

function markupOf(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "object") return "markup" in part ? part.markup : part.map(markupOf).join("");
  return escapeHtml(String(part));
}

/** A long name of snake case: it is broken behind an underscore, not within a word. */
export function breakable(name: string): readonly Html[] {
  return name.split("_").map((part, index) => html`${index > 0 && html`_<wbr>`}${part}`);
}
