import { hashOf } from "../base/secrets.ts";
import { chooseLocale, type Locale } from "../language/locales.ts";
import { ar } from "../language/page/ar.ts";
import { de } from "../language/page/de.ts";
import { en } from "../language/page/en.ts";
import { es } from "../language/page/es.ts";
import { fr } from "../language/page/fr.ts";
import { he } from "../language/page/he.ts";
import { it } from "../language/page/it.ts";
import { ja } from "../language/page/ja.ts";
import { nl } from "../language/page/nl.ts";
import { pl } from "../language/page/pl.ts";
import { pt } from "../language/page/pt.ts";
import { uk } from "../language/page/uk.ts";
import { zh } from "../language/page/zh.ts";
import type { PageWords } from "../language/saying.ts";

/** What a signer agrees to: its version, which the audit trail names, and its words, paragraphs between empty lines. */
export type Consent = { readonly version: string; readonly text: string };

const current = "2026-11-2";
const catalogues: Readonly<Record<Locale, PageWords>> = { en, de, fr, es, it, pt, nl, pl, uk, ja, zh, ar, he };

/**
 * Every text that was ever shown, by its version. A change of words is a new version: those of before stay here as they were, for
 * documents that were signed under them. `test/laws/consent.test.ts` knows the hash of each.
 */
const texts: ReadonlyMap<string, string> = new Map([
  [
    "2026-11",
    "By choosing “I agree” you sign this document electronically. Your electronic signature is meant to have the same effect as your signature on paper. The date, your IP address and your browser are recorded with it. You can ask the sender for a paper copy instead.",
  ],
  ...Object.entries(catalogues).flatMap(([locale, words]): [string, string][] => [
    [versionIn(locale, { testMode: false }), words["consent.full"]],
    [versionIn(locale, { testMode: true }), words["consent.test"]],
  ]),
]);

/** The version that is shown now, in English; other languages say theirs behind it. In test mode nothing claims to bind anybody. */
export function consentVersion({ testMode }: { readonly testMode: boolean }): string {
  return versionIn("en", { testMode });
}

/** What was agreed to, when it is what is shown now, in any language; else null. */
export function agreedConsent(version: string, { testMode }: { readonly testMode: boolean }): Consent | null {
  const isShown = Object.keys(catalogues).some((locale) => versionIn(locale, { testMode }) === version);
  return isShown ? { version, text: texts.get(version) ?? "" } : null;
}

/** The text of a version that was ever shown, or null. */
export function consentOf(version: string): string | null {
  return texts.get(version) ?? null;
}

/** Every version that was ever shown. */
export function consentVersions(): readonly string[] {
  return [...texts.keys()];
}

/** The language in which it was agreed to. */
export function languageOf({ version }: Pick<Consent, "version">): Locale {
  return chooseLocale([version.split("-").at(-1)]);
}

/** What the audit trail keeps of an agreement: the version, and the hash of its words. */
export function consentFacts({ version, text }: Consent): { readonly consent: string; readonly sha256: string } {
  return { consent: version, sha256: hashOf(text) };
}

function versionIn(locale: string, { testMode }: { readonly testMode: boolean }): string {
  return `${current}${testMode ? "-test" : ""}${locale === "en" ? "" : `-${locale}`}`;
}
