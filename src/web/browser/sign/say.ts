/** Says the page's sentences in the signer's language. */
import { IntlMessageFormat } from "intl-messageformat";
import { fill, isolated, isPlain } from "../../../language/fill.ts";
import type { Locale } from "../../../language/locales.ts";
import { en } from "../../../language/page/en.ts";
import type { PageWord, PageWords, Saying, Values } from "../../../language/saying.ts";

let spoken: { readonly locale: Locale; readonly words: PageWords } = { locale: "en", words: en };
const formats = new Map<string, IntlMessageFormat>();

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
  return phrase(spoken.words[key], values);
}

/** A sentence of the language that is spoken, with these values in their places. */
export function phrase(sentence: string, values: Values = {}): string {
  if (isPlain(sentence)) return fill(sentence, { values, locale: spoken.locale });
  const known = formats.get(sentence);
  const format = known ?? new IntlMessageFormat(sentence, spoken.locale);
  if (!known) formats.set(sentence, format);
  return String(format.format(isolated(values, spoken.locale)));
}

/** Says a sentence that came as a key. */
export function speak({ key, values }: Saying): string {
  return say(key, values);
}
