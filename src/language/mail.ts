// What letters and text messages say, in the language of who reads them.

import { fill } from "./fill.ts";
import type { Locale } from "./locales.ts";
import { ar } from "./mail/ar.ts";
import { de } from "./mail/de.ts";
import { en } from "./mail/en.ts";
import { es } from "./mail/es.ts";
import { fr } from "./mail/fr.ts";
import { he } from "./mail/he.ts";
import { it } from "./mail/it.ts";
import { ja } from "./mail/ja.ts";
import { nl } from "./mail/nl.ts";
import { pl } from "./mail/pl.ts";
import { pt } from "./mail/pt.ts";
import { uk } from "./mail/uk.ts";
import { zh } from "./mail/zh.ts";
import type { MailWord, MailWords, Values } from "./saying.ts";

const catalogues: Readonly<Record<Locale, MailWords>> = { en, de, fr, es, it, pt, nl, pl, uk, ja, zh, ar, he };

/** Says the sentences of letters in one language. All of them are plain (test/laws/catalogues.test.ts). */
export function wordsIn(locale: Locale): (key: MailWord, values?: Values) => string {
  const words = catalogues[locale];
  return (key, values = {}) => fill(words[key], { values, locale });
}
