import { directionOf, type Locale } from "./locales.ts";
import type { Values } from "./saying.ts";

/**
 * A sentence with places and nothing else, such as plurals, in it. It is filled without the rules of languages: to wake those costs a slow
 * phone more than all the rest of the first page.
 */
const plain = /^[^{}']*(?:\{\w+\}[^{}']*)*$/;

/** Whether a sentence has places only. */
export function isPlain(sentence: string): boolean {
  return plain.test(sentence);
}

/** Puts values as they are into the places of a plain sentence. */
export function fill(
  sentence: string,
  { values, locale }: { readonly values: Values; readonly locale: Locale },
): string {
  const placed = isolated(values, locale);
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(placed[name] ?? ""));
}

/** In a language from right to left, names in another direction keep to themselves (Unicode FSI and PDI). */
export function isolated(values: Values, locale: Locale): Values {
  if (directionOf(locale) === "ltr") return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? `\u2068${value}\u2069` : value]),
  );
}
