/** Says the page's sentences in the signer's language. */
import { IntlMessageFormat } from "intl-messageformat";
import { directionOf, type Locale } from "../../../language/locales.ts";
import { en } from "../../../language/page/en.ts";
import type { PageWord, PageWords, Saying, Values } from "../../../language/saying.ts";

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
  if (!text.includes("{")) return text;
  const known = formats.get(key);
  const format = known ?? new IntlMessageFormat(text, spoken.locale);
  if (!known) formats.set(key, format);
  return String(format.format(directionOf(spoken.locale) === "rtl" ? isolated(values) : values));
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
