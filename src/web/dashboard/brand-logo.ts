import { logoOf } from "../../accounts/app-logo.ts";
import { limits } from "../../base/limits.ts";
import { mebibyte } from "../../base/units.ts";
import { logoField } from "../../documents/keep-logo.ts";
import type { ApiAppRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { type FormFault, field } from "./form-field.ts";
import { keyField } from "./frame.ts";

/** The logo of an app as a picture on white, which its own page bears too; null for none. */
export function renderLogo(app: ApiAppRow): Html | null {
  const logo = logoOf(app);
  return logo && html`<p><img class="logo" src="${logo.path}" alt="Logo of ${app.name}"></p>`;
}

type LogoForm = { readonly app: ApiAppRow; readonly formKey: string; readonly fault: FormFault | null };

/** The app's logo, a form that brings another, and one that takes it away. */
export function renderLogoForms({ app, formKey, fault }: LogoForm): Html {
  const path = `/app/settings/apps/${app.client_id}/logo`;
  const { marks, words } = field({ fault, name: "logo", hint: "logo-hint" });
  const { width, height } = limits.logoBox;
  const shown = renderLogo(app);
  return html`<section class="card" aria-labelledby="logo-title"><h2 id="logo-title">Logo</h2>
${shown ?? html`<p class="soft">None. Signing pages and letters bear no picture.</p>`}
<form method="post" action="${path}" enctype="multipart/form-data" class="stack">${keyField(formKey)}
<label for="logo">${shown === null ? "A picture" : "Another picture"}</label><input id="logo" name="${logoField}" type="file" accept="image/png,image/jpeg" required${marks}>${words}
<p class="hint" id="logo-hint">PNG or JPEG, at most ${limits.logoBytes / mebibyte} MB; a larger one is made smaller, to ${width} × ${height} pixels. It stands at the top of signing pages and above letters. Everybody who knows its address can see it.</p>
<div class="row"><button>Save the logo</button></div></form>
${shown !== null && html`<form method="post" action="${path}/remove" class="acts">${keyField(formKey)}<button>Remove the logo</button></form>`}</section>`;
}
