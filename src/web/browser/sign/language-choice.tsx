import { locales } from "../../../language/locales.ts";
import { choose } from "./language.ts";
import { say, spokenLocale } from "./say.ts";

/** Each language by its own name, with a capital letter as at the start of a list. */
const names: readonly (readonly [(typeof locales)[number], string])[] = locales.map((locale) => {
  const name = new Intl.DisplayNames(locale, { type: "language" }).of(locale) ?? locale;
  return [locale, name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)];
});

/** A quiet list of the languages there are. */
export function LanguageChoice({ onChange }: { onChange: () => void }) {
  const take = (wanted: string) => {
    const locale = locales.find((one) => one === wanted);
    if (locale) void choose(locale).then(onChange);
  };
  return (
    <label class="language">
      <span class="unseen">{say("language.label")}</span>
      <select value={spokenLocale()} onChange={(event) => take(event.currentTarget.value)}>
        {names.map(([locale, name]) => (
          <option key={locale} value={locale} lang={locale}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
