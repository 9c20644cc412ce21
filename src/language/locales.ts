/** The languages that people are spoken to in, by their BCP 47 subtag. */
export const locales = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "uk", "ja", "zh", "ar", "he"] as const;

/** One of the languages. */
export type Locale = (typeof locales)[number];

/** Each language by its own name, as at the start of a list. */
export const languageNames: Readonly<Record<Locale, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  it: "Italiano",
  pt: "Português",
  nl: "Nederlands",
  pl: "Polski",
  uk: "Українська",
  ja: "日本語",
  zh: "中文",
  ar: "العربية",
  he: "עברית",
};

/**
 * The first language asked for that there is, else English. Takes tags as browsers and the v3 wire write them: `de`, `fr-FR`,
 * `pt_BR`, `zh-Hant` (there is one Chinese, the simplified); `iw` is the old name of Hebrew.
 */
export function chooseLocale(asked: readonly (string | null | undefined)[]): Locale {
  for (const tag of asked) {
    const word = (tag ?? "").split(/[-_]/)[0]?.toLowerCase();
    const found = locales.find((locale) => locale === (word === "iw" ? "he" : word));
    if (found) return found;
  }
  return "en";
}

/** The languages of an Accept-Language header (RFC 9110, 12.5.4), the most wanted first; those with a weight of 0 not at all. */
export function readAcceptLanguage(header: string | undefined): readonly string[] {
  const asked = (header ?? "").slice(0, 400).split(",");
  const weighted = asked.map((part) => {
    const [tag = "", weight = "q=1"] = part.split(";").map((piece) => piece.trim());
    return { tag, weight: Number(/^q=([01](?:\.\d{0,3})?)$/.exec(weight)?.[1] ?? 0) };
  });
  const wanted = weighted.filter(({ tag, weight }) => weight > 0 && /^[a-z]{2,3}\b/i.test(tag));
  return wanted.toSorted((one, other) => other.weight - one.weight).map(({ tag }) => tag);
}

/** In which direction a language is written. */
export function directionOf(locale: Locale): "ltr" | "rtl" {
  return locale === "ar" || locale === "he" ? "rtl" : "ltr";
}
