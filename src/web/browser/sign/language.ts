/** The languages of the page: which one is spoken, where its sentences come from, and the change to another. */
import { limits } from "../../../base/limits.ts";
import { directionOf, type Locale, locales } from "../../../language/locales.ts";
import { en } from "../../../language/page/en.ts";
import type { PageWords } from "../../../language/saying.ts";
import { speakIn, spokenLocale } from "./say.ts";
import { within } from "./within.ts";

type Load = () => Promise<PageWords>;

const catalogues: Readonly<Record<Exclude<Locale, "en">, Load>> = {
  de: async () => (await import("../../../language/page/de.ts")).de,
  fr: async () => (await import("../../../language/page/fr.ts")).fr,
  es: async () => (await import("../../../language/page/es.ts")).es,
  it: async () => (await import("../../../language/page/it.ts")).it,
  pt: async () => (await import("../../../language/page/pt.ts")).pt,
  nl: async () => (await import("../../../language/page/nl.ts")).nl,
  pl: async () => (await import("../../../language/page/pl.ts")).pl,
  uk: async () => (await import("../../../language/page/uk.ts")).uk,
  ja: async () => (await import("../../../language/page/ja.ts")).ja,
  zh: async () => (await import("../../../language/page/zh.ts")).zh,
  ar: async () => (await import("../../../language/page/ar.ts")).ar,
  he: async () => (await import("../../../language/page/he.ts")).he,
};

const key = "countersign.locale";

/** The language that the signer chose in this tab, else the one that the server chose. */
export function wantedLocale(given: Locale): Locale {
  return locales.find((locale) => locale === remembered()) ?? given;
}

/** Speaks this language from now on; when its sentences do not come in time, the one of before. */
export async function learn(locale: Locale): Promise<void> {
  if (locale !== spokenLocale()) {
    const words = locale === "en" ? en : await within(catalogues[locale](), limits.pageCallMs);
    if (words) speakIn(locale, words);
  }
  document.documentElement.lang = spokenLocale();
  document.documentElement.dir = directionOf(spokenLocale());
}

/** Speaks another language, and remembers that for the tab. */
export async function choose(locale: Locale): Promise<void> {
  await learn(locale);
  try {
    sessionStorage.setItem(key, locale);
  } catch {
    // Denied to a frame of another site: then it holds until the page is left.
  }
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
