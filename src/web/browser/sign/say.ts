/** Says the page's sentences in the signer's language. */
import { IntlMessageFormat } from "intl-messageformat";
import { directionOf, type Locale } from "../../../language/locales.ts";
import { en } from "../../../language/page/en.ts";
import type { PageWord, PageWords, Saying, Values } from "../../../language/saying.ts";

/**
 * A sentence with places and nothing else, such as plurals, in it. The browser's rules of languages are then left alone: to wake them costs a
 * slow phone more than all the rest of the first page.
 */
const plain = /^[^{}']*(?:\{\w+\}[^{}']*)*$/;

let spoken: { readonly locale: Locale; readonly words: PageWords } = { locale: "en", words: en };
const formats = new Map<PageWord, IntlMessageFormat>();

/** From here on everything is said in this language. */
export function speakIn(locale: Locale, words: PageWords): void {
  spoken = { locale, words };
  formats.clear();
}

/** The language in which is spoken. */
export function spokenLocale(): Locale {
  return spoken.locale;
}

/** The sentence of a key, with these values in their places. */
export function say(key: PageWord, values: Values = {}): string {
  const text = spoken.words[key];
  const placed = directionOf(spoken.locale) === "rtl" ? isolated(values) : values;
  if (plain.test(text)) return text.replace(/\{(\w+)\}/g, (_, name: string) => String(placed[name] ?? ""));
  const known = formats.get(key);
  const format = known ?? new IntlMessageFormat(text, spoken.locale);
  if (!known) formats.set(key, format);
  return String(format.format(placed));
}

/** Says a sentence that came as a key. */
export function speak({ key, values }: Saying): string {
  return say(key, values);
}

/** Names in another direction than the sentence's keep to themselves (Unicode FSI and PDI). */
function isolated(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? `\u2068${value}\u2069` : value]),
  );
}
