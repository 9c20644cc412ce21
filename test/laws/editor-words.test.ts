import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { en } from "../../src/language/editor/en.ts";
import type { EditorWords } from "../../src/language/saying.ts";

const root = join(import.meta.dirname, "../..");
const locales = readdirSync(join(root, "src/language/editor")).map((name) => name.replace(".ts", ""));

for (const locale of locales) {
  test(`${locale}: every sentence of the editor can be read, has the places of the English one, and every plural of its language`, async () => {
    const loaded = (await import(`../../src/language/editor/${locale}.ts`)) as Record<string, EditorWords>;
    const words = loaded[locale];
    assert.ok(words);
    assert.deepEqual(Object.keys(words), Object.keys(en));
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
    for (const [key, sentence] of Object.entries(words)) {
      const places = placesOf(sentence);
      const wanted = placesOf(en[key as keyof typeof en]);
      const names = (list: typeof places) => [...new Set(list.map(({ name }) => name))].toSorted();
      assert.deepEqual(names(places), names(wanted), `${locale} ${key}`);
      for (const { plurals } of places)
        if (plurals.length > 0) assert.deepEqual(plurals.toSorted(), categories, `${locale} ${key}`);
    }
  });
}

test("every sentence of the editor is said somewhere", () => {
  const folder = join(root, "src/web/browser/editor");
  const all = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const made = [
    /^step\./,
    /^bar\.final\./,
    /^fault\./,
    /^kind\./,
    /^prop\.validation\./,
    /^prop\.autoFill\./,
    /^rule\.(?:is|not|match|any|none)$/,
    /^arrange\./,
    /^signers\.heading\./,
    /^message\.(?:title|subject|message)$/,
    /^merge\.(?:text|checkbox)$/,
  ];
  const silent = Object.keys(en).filter((key) => !all.includes(`"${key}"`) && !made.some((one) => one.test(key)));
  assert.deepEqual(silent, []);
});

test("the editor has a sentence of its own for every fault of a draft that the server tells, and for no other", () => {
  const folder = join(root, "src/drafts");
  const checks = readdirSync(folder)
    .filter((name) => name.startsWith("check"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  // A fault is named by `fault("code"`, `code: "code"` or `["code", "Words."]`; other lists hold no sentence.
  const told = [...checks.matchAll(/(?:fault\(|code: |\[\s*(?="\w+",(?!\s*(?:"[a-z]|\[))))"([a-z_]+)"/g)].map(
    ([, code]) => code,
  );
  const worded = Object.keys(en).flatMap((key) => (key.startsWith("fault.") ? [key.slice("fault.".length)] : []));
  assert.deepEqual([...new Set(told)].toSorted(), worded.toSorted());
});

type Place = { readonly name: string; readonly plurals: readonly string[] };

function placesOf(sentence: string): readonly Place[] {
  const walk = (elements: ReturnType<typeof parse>): readonly Place[] =>
    elements.flatMap((element): readonly Place[] => {
      if (element.type === TYPE.argument) return [{ name: element.value, plurals: [] }];
      if (element.type !== TYPE.plural) return [];
      const kinds = Object.keys(element.options).filter((kind) => !kind.startsWith("="));
      return [
        { name: element.value, plurals: kinds },
        ...Object.values(element.options).flatMap(({ value }) => walk(value)),
      ];
    });
  return walk(parse(sentence));
}
