import { languageNames, locales } from "../../../language/locales.ts";
import { choose } from "./language.ts";
import { say, spokenLocale } from "./say.ts";

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
        {locales.map((locale) => (
          <option key={locale} value={locale} lang={locale}>
            {languageNames[locale]}
          </option>
        ))}
      </select>
    </label>
  );
}
