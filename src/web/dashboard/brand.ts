import type { FastifyReply } from "fastify";
import { findApp, updateApp } from "../../accounts/apps.ts";
import { flawsOf } from "../../accounts/white-labeling.ts";
import { html } from "../html.ts";
import { type Colours, elements, wornColours } from "./brand-colours.ts";
import { renderBrandFields } from "./brand-form.ts";
import { renderLogoForms } from "./brand-logo.ts";
import { renderPreview } from "./brand-preview.ts";
import { type FormFault, refusalNotice } from "./form-field.ts";
import { keyField, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, readQuery, type Visit } from "./visit.ts";
import { count } from "./words.ts";

/** What was typed and refused, with the names of what is wrong. */
type RefusedBrand = { readonly typed: Colours; readonly wrong: ReadonlySet<string> };

/** Which of the page's forms was refused, if one was. */
type Refusals = { readonly refused?: RefusedBrand | null; readonly logoFault?: FormFault | null };

/** The colours of an app's signing page, to be changed beside a picture of it, and its logo. */
export async function showBrand(
  visit: Visit,
  { refused = null, logoFault = null }: Refusals = {},
): Promise<FastifyReply> {
  const app = await findOwn(visit);
  const { colours, isSaved, unsaid } = wornColours(app);
  const shown = refused?.typed ?? colours;
  const path = `/app/settings/apps/${app.client_id}`;
  const isRefused = refused !== null || logoFault !== null;
  const done = isRefused ? undefined : readQuery(visit.request).get("done");
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return sendPage(visit, {
    title: `Colours and logo of ${app.name}`,
    place: "settings",
    setting: "apps",
    status: isRefused ? 400 : 200,
    body: html`<div><p class="crumb"><a href="/app/settings/apps">Apps</a> / <a href="${path}">${app.name}</a></p><h1>Colours and logo of the signing page</h1></div>
${refused !== null && html`<p class="notice bad" role="alert"><strong>Nothing was saved.</strong> ${count(refused.wrong.size, ["colour has", "colours have"])} to be mended: it is said beside them.</p>`}${logoFault !== null && refusalNotice(logoFault, "The logo was not changed.")}${words !== undefined && html`<p class="notice ok" role="status">${words}</p>`}
${!isSaved && html`<p class="notice">No colours are saved: people see Countersign’s own, light or dark as their device likes. Those below are the standard ones of the API; they count once they are saved.</p>`}${unsaid > 0 && html`<p class="notice">${count(unsaid, ["of these was", "of these were"])} never set through the API: there people see Countersign’s own colours. Saving sets them all.</p>`}
<form method="post" action="${path}/brand" class="pair brand-page" data-brand>${keyField(visit.formKey)}
<section class="card" aria-label="Colours">${renderBrandFields(shown, refused?.wrong ?? new Set())}
<div class="acts"><button class="main">Save the colours</button></div></section>
<section class="card stay" aria-labelledby="picture"><header><h2 id="picture">Preview</h2><p class="hint" data-preview-words>${refused !== null ? "As it was typed" : isSaved ? "As it is saved" : "The standard colours"}</p></header>${renderPreview(shown)}</section></form>
${isSaved && html`<form method="post" action="${path}/brand/reset" class="acts">${keyField(visit.formKey)}<button>Back to the standard colours</button><span class="hint">Signing pages then wear Countersign’s own.</span></form>`}
${renderLogoForms({ app, formKey: visit.formKey, fault: logoFault })}`,
  });
}

const deeds: Readonly<Record<string, string>> = {
  saved: "Saved. Signing pages that are opened from now on wear these colours.",
  reset: "This app has no colours of its own any more.",
  logo: "The logo is saved. Signing pages and letters bear it from now on.",
  "no-logo": "The logo is removed.",
};

/** Saves all fourteen, or shows the form again with what is wrong. */
export async function saveBrand(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const app = await findOwn(visit);
  const typed = Object.fromEntries(elements.map((name) => [name, (form.get(name) ?? "").trim()])) as Colours;
  const flaws = flawsOf(typed, {});
  if (flaws.length > 0)
    return showBrand(visit, { refused: { typed, wrong: new Set(flaws.map(({ element }) => element)) } });
  const of = { accountId: account.account_id, clientId: app.client_id };
  await house.transact((work) => updateApp(work, { ...of, whiteLabeling: typed }), actorOf(visit));
  return reply.redirect(`/app/settings/apps/${app.client_id}/brand?done=saved`, 303);
}

/** Takes an app's colours away. */
export async function resetBrand(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const of = { accountId: account.account_id, clientId: idOf(visit) };
  await house.transact((work) => updateApp(work, { ...of, whiteLabeling: null }), actorOf(visit));
  return reply.redirect(`/app/settings/apps/${of.clientId}/brand?done=reset`, 303);
}

function findOwn({ house, account, request }: Visit) {
  return findApp(house.store.read, { accountId: account.account_id, clientId: idOf({ request }) });
}
