// The form that buys a fax line, and the area codes that can be given in it.

import { newId } from "../../base/ids.ts";
import { limits } from "../../base/limits.ts";
import { type FaxCountry, faxCountries } from "../../providers/fax.ts";
import { type Html, html } from "../html.ts";
import { type FormFault, field } from "./form-field.ts";
import { keyField } from "./frame.ts";
import type { Fields, Visit } from "./visit.ts";

/** The form as it was typed. */
export type TypedLine = {
  readonly country: string;
  readonly areaCode: string;
  readonly city: string;
  /** 40 hex digits that this form was given: what comes twice with them is bought once. */
  readonly once: string;
};

/** A form that was refused: what was typed, and what is wrong with it. */
export type RefusedLine = { readonly typed: TypedLine; readonly fault: FormFault; readonly status: number };

/** An empty form. */
export function newLineForm(country: FaxCountry = "US"): TypedLine {
  return { country, areaCode: "", city: "", once: newId() };
}

/** A form as it was sent. One that brings no name of its own, as only a program's does, gets a new one. */
export function typedLine(form: Fields): TypedLine {
  const text = (name: string) => (form.get(name) ?? "").trim();
  const once = text("once");
  return {
    country: text("country"),
    areaCode: text("area_code"),
    city: text("city"),
    once: /^[0-9a-f]{40}$/.test(once) ? once : newId(),
  };
}

/** One of the countries that numbers are sold in, or null. */
export function countryOf(given: string | undefined): FaxCountry | null {
  return faxCountries.find((one) => one === given) ?? null;
}

const countryNames: Readonly<Record<FaxCountry, string>> = {
  CA: "Canada",
  US: "United States",
  UK: "United Kingdom",
};

/** The area codes in which the provider has numbers; `codes` null: it does not answer. */
export type AreaCodes = { readonly country: FaxCountry; readonly codes: readonly number[] | null };

type BuyForm = { readonly typed: TypedLine; readonly fault: FormFault | null; readonly areaCodes: AreaCodes | null };

/** The form that buys a line. */
export function renderBuy({ formKey }: Visit, { typed, fault, areaCodes }: BuyForm): Html {
  const country = field({ fault, name: "country" });
  const code = field({ fault, name: "area_code", hint: "code-hint" });
  const city = field({ fault, name: "city" });
  const links = faxCountries.map(
    (one, index) => html`${index > 0 && ", "}<a href="/app/faxes/lines?codes=${one}#buy">${countryNames[one]}</a>`,
  );
  return html`<section class="card" aria-labelledby="buy"><h2 id="buy">Buy a line</h2>
<form method="post" action="/app/faxes/lines" class="form">${keyField(formKey)}<input type="hidden" name="once" value="${typed.once}" autocomplete="off">
<div class="stack"><label for="country">Country</label><select id="country" name="country" class="short"${country.marks}>${faxCountries.map((one) => html`<option value="${one}"${one === typed.country && html` selected`}>${countryNames[one]}</option>`)}</select>${country.words}</div>
<div class="stack"><label for="area_code">Area code</label><input id="area_code" name="area_code" value="${typed.areaCode}" inputmode="numeric" maxlength="5" autocomplete="off" required${code.marks}>${code.words}
<p class="hint" id="code-hint">Without a zero before it, such as 209. Those that have numbers: ${links}.</p></div>
${areaCodes && renderCodes(areaCodes)}
<div class="stack"><label for="city">City <span class="soft">(optional)</span></label><input id="city" name="city" value="${typed.city}" maxlength="${limits.cityLength}" autocomplete="off"${city.marks}>${city.words}</div>
<p class="hint">The provider may charge for a line from now on. You own it and have access; others are given access afterwards.</p>
<div class="row"><button class="main">Buy the line</button></div></form></section>`;
}

function renderCodes({ country, codes }: AreaCodes): Html {
  if (codes === null) return html`<p class="notice bad" role="alert">The fax provider does not answer just now.</p>`;
  const words = codes.length === 0 ? "none" : codes.join(", ");
  return html`<p class="notice"><strong>${countryNames[country]}:</strong> ${words}</p>`;
}
