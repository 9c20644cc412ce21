// The form that an app is made and changed with.

import { badRequest, type Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { coerceInput } from "../../http/input.ts";
import type { ApiAppRow } from "../../storage/account-tables.ts";
import { ApiAppInput } from "../../wire/api-app.ts";
import { readDomains } from "../../wire/app-domains.ts";
import { trimName } from "../../wire/trim-name.ts";
import { type Html, html } from "../html.ts";
import { checked, type FormFault, field } from "./form-field.ts";
import type { Fields } from "./visit.ts";

/** The form as it was typed: a domain a line. */
export type TypedApp = {
  readonly name: string;
  readonly domains: string;
  readonly url: string;
  readonly isInsertedEverywhere: boolean;
};

/** A form that was refused: what was typed, and what is wrong with it. */
export type RefusedApp = { readonly typed: TypedApp; readonly fault: FormFault; readonly status: number };

/** A form for an app that is not there yet. */
export const newApp: TypedApp = { name: "", domains: "", url: "", isInsertedEverywhere: false };

/** What was typed. */
export function typedApp(form: Fields): TypedApp {
  const text = (name: string) => (form.get(name) ?? "").replaceAll("\r\n", "\n");
  return {
    name: text("name"),
    domains: text("domains"),
    url: text("url").trim(),
    isInsertedEverywhere: form.has("everywhere"),
  };
}

/** An app as its form shows it; its callback URL is changed elsewhere. */
export function typedOfApp(app: ApiAppRow): TypedApp {
  const options = JSON.parse(app.options_json ?? "{}") as { readonly can_insert_everywhere?: boolean };
  return {
    name: app.name,
    domains: (JSON.parse(app.domains_json) as readonly string[]).join("\n"),
    url: "",
    isInsertedEverywhere: options.can_insert_everywhere ?? false,
  };
}

/** The members of an app that a form means. Throws `bad_request` with the path of the first that does not fit. */
export function readApp({ name, domains, url, isInsertedEverywhere }: TypedApp) {
  const given = domains.split(/[\s,]+/).filter((domain) => domain !== "");
  if (given.length === 0) throw badRequest("Give at least one domain, such as example.com.", "domains");
  const input = coerceInput(ApiAppInput, { name, domains: given, callback_url: url });
  return {
    name: trimName(input.name, "name"),
    domains: readDomains(input.domains),
    url: input.callback_url ?? "",
    options: { can_insert_everywhere: isInsertedEverywhere },
  };
}

/** Which field of the form a fault is about. */
export function appFieldOf({ path = "" }: Fault): string {
  const name = path.split("[", 1)[0] ?? "";
  if (name === "callback_url") return "url";
  return name === "name" || name === "domains" ? name : "";
}

/** The fields for name, domains and options. */
export function renderAppFields(typed: TypedApp, fault: FormFault | null): Html {
  const name = field({ fault, name: "name" });
  const domains = field({ fault, name: "domains", hint: "domains-hint" });
  return html`<div class="stack"><label for="name">Name</label><input id="name" name="name" value="${typed.name}" maxlength="${limits.nameLength}" autocomplete="off" required${name.marks}>${name.words}</div>
<div class="stack"><label for="domains">Domains</label><textarea id="domains" name="domains" rows="3" spellcheck="false" required${domains.marks}>
${typed.domains}</textarea>${domains.words}<p class="hint" id="domains-hint">The hosts of the sites in which people sign, one a line, up to ${limits.appDomains}: <code>example.com</code>. Only they may show the app’s signing pages.</p></div>
<label class="choice"><input type="checkbox" name="everywhere"${checked(typed.isInsertedEverywhere)}><span>Insert everywhere<span class="soft"><code>can_insert_everywhere</code> of the API. It is kept and shown to programs, and changes nothing here.</span></span></label>`;
}
