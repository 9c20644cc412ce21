import { appSecret } from "../../accounts/apps.ts";
import { oauthOf, oauthScopes } from "../../accounts/oauth-member.ts";
import type { ApiAppRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { checked, type FormFault, field } from "./form-field.ts";
import { keyField } from "./frame.ts";
import { wordsOfScope } from "./scope-words.ts";
import type { Visit } from "./visit.ts";

/** The form as it was typed. */
export type TypedOauth = {
  readonly url: string;
  readonly scopes: readonly string[];
  readonly refreshNeedsSecret: boolean;
};

/** A form that was refused: what was typed, and what is wrong with it. */
export type RefusedOauth = { readonly typed: TypedOauth; readonly fault: FormFault; readonly status: number };

/** The part of an app's page that says how accounts let it in. */
export function renderOauth(
  { house, formKey }: Visit,
  { app, refused }: { readonly app: ApiAppRow; readonly refused: RefusedOauth | null },
): Html {
  const oauth = oauthOf(app);
  const { url, scopes, refreshNeedsSecret } = refused?.typed ?? {
    url: oauth?.callback_url ?? "",
    scopes: oauth?.scopes ?? [],
    refreshNeedsSecret: app.refresh_open === 0,
  };
  const marks = field({ fault: refused?.fault ?? null, name: "oauth-url", hint: "oauth-url-hint" });
  const scopeFault =
    refused?.fault.field === "scopes" ? html`<p class="fault" id="scopes-fault">${refused.fault.words}</p>` : null;
  const boxes = oauthScopes.map(
    (scope) =>
      html`<label class="choice"><input type="checkbox" name="scope-${scope}"${checked(scopes.includes(scope))}><span>${wordsOfScope(scope)}<span class="soft"><code>${scope}</code></span></span></label>`,
  );
  return html`<section class="card" aria-labelledby="oauth"><h2 id="oauth">OAuth: acting for other accounts</h2>
<p class="hint">The app sends people to <code>${house.publicUrl}/oauth/authorize</code>. Who allows it there goes back to the app with a code, for which it fetches tokens at <code>/oauth/token</code>.</p>
<details><summary>Show the app’s secret</summary><pre id="app-secret" tabindex="0" aria-label="The app’s secret"><code>${appSecret(app, house.secret)}</code></pre><p class="hint"><code>client_secret</code> of the calls to <code>/oauth/token</code>. It belongs on the app’s server, never in a page.</p></details>
<form method="post" action="/app/settings/apps/${app.client_id}/oauth" class="form">${keyField(formKey)}
<div class="stack"><label for="oauth-url">OAuth callback URL</label><input id="oauth-url" name="oauth-url" value="${url}" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://example.com/oauth"${marks.marks}>${marks.words}<p class="hint" id="oauth-url-hint">Where people go back to, exactly. Without one nobody can let the app in.</p></div>
<fieldset class="form" id="scopes"${scopeFault !== null && html` aria-describedby="scopes-fault"`}><legend>What it may ask for</legend>${scopeFault}${boxes}</fieldset>
<label class="choice"><input type="checkbox" name="refresh-secret"${checked(refreshNeedsSecret)}><span>Refreshing needs the app’s secret<span class="soft">Programs that send nothing but their refresh token, as the published call does, are then refused. While it is not needed, a stolen refresh token is enough until it is used twice.</span></span></label>
<div class="row"><button>Change OAuth</button></div><p class="hint">Choosing other rights ends what accounts have let the app do: it must ask them again.</p></form></section>`;
}
