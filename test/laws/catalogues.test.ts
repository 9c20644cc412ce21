import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import fc from "fast-check";
import { isPlain } from "../../src/language/fill.ts";
import { chooseLocale, directionOf, locales, readAcceptLanguage } from "../../src/language/locales.ts";
import { en as mailEn } from "../../src/language/mail/en.ts";
import { wordsIn } from "../../src/language/mail.ts";
import { en } from "../../src/language/page/en.ts";
import type { MailWords, PageWords } from "../../src/language/saying.ts";
import { editorShellWords, shellWords } from "../../src/language/shell.ts";

const root = join(import.meta.dirname, "../..");
/** Words that are the same in two languages. */
const shared: Readonly<Record<string, readonly string[]>> = {
  de: ["reassign.name"],
  fr: ["document.message"],
  nl: ["document.label"],
  pl: [],
};

type Place = { readonly name: string; readonly plurals: readonly string[] };

describe("the catalogues of the signing page", () => {
  for (const locale of locales) {
    test(`${locale}: every sentence can be read, has the places of the English one, and every plural of its language`, async () => {
      const words = await catalogueOf(locale);
      assert.deepEqual(Object.keys(words), Object.keys(en));
      const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
      for (const [key, sentence] of Object.entries(words)) {
        const places = placesOf(sentence);
        const wanted = placesOf(en[key as keyof typeof en]);
        assert.deepEqual(namesOf(places), namesOf(wanted), `${locale} ${key}`);
        for (const { name, plurals } of places)
          if (plurals.length > 0) assert.deepEqual(plurals.toSorted(), categories, `${locale} ${key} {${name}}`);
      }
    });

    if (locale === "en") continue;
    test(`${locale}: nothing is left in English`, async () => {
      const words = await catalogueOf(locale);
      const same = Object.entries(words).filter(
        ([key, sentence]) =>
          sentence === en[key as keyof typeof en] &&
          /\p{L}{3}/u.test(sentence.replace(/\{[^}]*\}/g, "")) &&
          !/^(?:Page|Message|Document|Text|Name|Link|Type|Reason|Initials|Insert|Signature|Format|Code)\b/.test(
            sentence,
          ),
      );
      assert.deepEqual(
        same.map(([key]) => key).filter((key) => !(shared[locale] ?? []).includes(key)),
        [],
      );
      assert.notEqual(shellWords[locale].script, shellWords.en.script);
      assert.notEqual(editorShellWords[locale].script, editorShellWords.en.script);
    });
  }

  test("every sentence is said somewhere", () => {
    const sources = ["src/web/browser/sign", "src/signing"].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), "utf8")),
    );
    const all = sources.join("\n");
    const made = [
      /^refusal\./,
      /^kind\./,
      /^flaw\./,
      /^over\.signedMore\./,
      /^signature\.(?:type|draw|upload|noPicture|noInk)$/,
    ];
    const silent = Object.keys(en).filter(
      (key) => !all.includes(`"${key}"`) && !made.some((pattern) => pattern.test(key)),
    );
    assert.deepEqual(silent, []);
  });
});

describe("the catalogues of letters", () => {
  for (const locale of locales) {
    test(`${locale}: every sentence is there, with the places of the English one, and none in English`, async () => {
      const loaded = (await import(`../../src/language/mail/${locale}.ts`)) as Record<string, MailWords>;
      const words = loaded[locale];
      assert.ok(words);
      assert.deepEqual(Object.keys(words), Object.keys(mailEn));
      for (const [key, sentence] of Object.entries(words)) {
        const english = mailEn[key as keyof typeof mailEn];
        assert.deepEqual(namesOf(placesOf(sentence)), namesOf(placesOf(english)), `${locale} ${key}`);
        assert.ok(isPlain(sentence), `${locale} ${key}`);
        if (locale !== "en") assert.notEqual(sentence, english, `${locale} ${key}`);
      }
    });
  }

  test("what people write is put into a sentence as it is, tags, braces and quotes too", () => {
    const title = `<b>{x}</b> 'it''s' #`;
    for (const locale of locales) assert.ok(wordsIn(locale)("remind.subject", { title }).includes(title), locale);
  });
});

test("in a language from right to left a name in another direction keeps to itself, in letters as on the page", () => {
  assert.equal(wordsIn("he")("reason", { reason: "Lease (draft)" }), "סיבה: \u2068Lease (draft)\u2069");
  assert.equal(wordsIn("de")("reason", { reason: "Lease (draft)" }), "Grund: Lease (draft)");
});

describe("the choice of a language", () => {
  test("takes what the host and the browser say, in both spellings, and English where there is none", () => {
    assert.equal(chooseLocale(["fr-FR"]), "fr");
    assert.equal(chooseLocale(["fr_FR", "de"]), "fr");
    assert.equal(chooseLocale(["xx", "PT_br"]), "pt");
    assert.equal(chooseLocale(["iw"]), "he");
    assert.equal(chooseLocale(["zh-Hant-TW"]), "zh");
    assert.equal(chooseLocale([null, undefined, ""]), "en");
    assert.deepEqual(readAcceptLanguage("da, en-GB;q=0.8, de;q=0.9, fr;q=0"), ["da", "de", "en-GB"]);
    assert.equal(directionOf("he"), "rtl");
  });

  test("never stumbles over a header", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 900 }), (header) => {
        assert.ok((locales as readonly string[]).includes(chooseLocale(readAcceptLanguage(header))));
      }),
    );
  });
});

async function catalogueOf(locale: string): Promise<PageWords> {
  const module = (await import(`../../src/language/page/${locale}.ts`)) as Readonly<Record<string, PageWords>>;
  const words = module[locale];
  assert.ok(words, locale);
  return words;
}

function namesOf(places: readonly Place[]): readonly string[] {
  return [...new Set(places.map(({ name }) => name))].toSorted();
}

function placesOf(sentence: string): readonly Place[] {
  const walk = (elements: ReturnType<typeof parse>): readonly Place[] =>
    elements.flatMap((element): readonly Place[] => {
      if (element.type === TYPE.argument) return [{ name: element.value, plurals: [] }];
      if (element.type !== TYPE.plural) return [];
      const inner = Object.values(element.options).flatMap(({ value }) => walk(value));
      return [{ name: element.value, plurals: Object.keys(element.options) }, ...inner];
    });
  return walk(parse(sentence));
}
