/** The editor's own sentences, in the language that the page speaks. Those that signers know too are said by the signing page's `say`. */
import { limits } from "../../../base/limits.ts";
import { en } from "../../../language/editor/en.ts";
import type { Locale } from "../../../language/locales.ts";
import type { EditorWord, EditorWords, Values } from "../../../language/saying.ts";
import type { EditorFaults, EditorField } from "../../../wire/editor-view.ts";
import { learn } from "../sign/language.ts";
import { phrase, say, spokenLocale } from "../sign/say.ts";
import { within } from "../sign/within.ts";

const catalogues: Readonly<Partial<Record<Locale, () => Promise<EditorWords>>>> = {
  de: async () => (await import("../../../language/editor/de.ts")).de,
  fr: async () => (await import("../../../language/editor/fr.ts")).fr,
  es: async () => (await import("../../../language/editor/es.ts")).es,
  it: async () => (await import("../../../language/editor/it.ts")).it,
  pt: async () => (await import("../../../language/editor/pt.ts")).pt,
  nl: async () => (await import("../../../language/editor/nl.ts")).nl,
  pl: async () => (await import("../../../language/editor/pl.ts")).pl,
  uk: async () => (await import("../../../language/editor/uk.ts")).uk,
  ja: async () => (await import("../../../language/editor/ja.ts")).ja,
  zh: async () => (await import("../../../language/editor/zh.ts")).zh,
  ar: async () => (await import("../../../language/editor/ar.ts")).ar,
  he: async () => (await import("../../../language/editor/he.ts")).he,
};

let spoken: EditorWords = en;

/** Speaks this language from now on, or English where there is no catalogue of it, or it does not come in time. */
export async function learnEditor(wanted: Locale): Promise<void> {
  const load = catalogues[wanted];
  const [words] = await Promise.all([load ? within(load(), limits.pageCallMs) : null, learn(wanted)]);
  if (!words) await learn("en");
  spoken = words && spokenLocale() === wanted ? words : en;
}

/** The sentence of a key, with these values in their places. */
export function tell(key: EditorWord, values: Values = {}): string {
  return phrase(spoken[key], values);
}

/** What is wrong, in the language of the page; the server says it in English, and there in particular. */
export function faultWords({ code, words }: EditorFaults["faults"][number]): string {
  const key = `fault.${code}`;
  return spokenLocale() === "en" || !isKnown(key) ? words : tell(key);
}

function isKnown(key: string): key is EditorWord {
  return Object.hasOwn(en, key);
}

/** What kind of field it is, in a word. */
export function kindWord({ type }: Pick<EditorField, "type">): string {
  return type === "text-merge" || type === "checkbox-merge" || type === "radio" || type === "dropdown"
    ? tell(`kind.${type}`)
    : say(`kind.${type}`);
}
