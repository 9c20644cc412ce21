import { limits } from "../../base/limits.ts";
import { readableAgent } from "../../evidence/agent.ts";
import type { PasskeyRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { keyField } from "./frame.ts";
import { type FoundPlace, isAtPlace, passkeyPlaceOf } from "./passkey-place.ts";
import type { Visit } from "./visit.ts";
import { badge, time } from "./words.ts";

/** Whether somebody has lately enough shown who this is to add a passkey. */
export function isFresh({ house, confirmedAt }: Pick<Visit, "house" | "confirmedAt">): boolean {
  return house.clock() - confirmedAt < limits.freshSignInMs;
}

type Shown = { readonly passkeys: readonly PasskeyRow[]; readonly fault: string | null };

/** Shows an account's passkeys, and the form to add one, or what is in its way. */
export function renderPasskeys(visit: Visit, { passkeys, fault }: Shown): Html {
  const found = passkeyPlaceOf(visit.house.publicUrl);
  const add =
    passkeys.length < limits.passkeysMost
      ? renderAdding(visit, { found, fault })
      : html`<p class="hint">An account may have at most ${limits.passkeysMost} passkeys: remove one to add another.</p>`;
  return html`<section class="card flush" aria-labelledby="passkeys"><header><h2 id="passkeys">Passkeys</h2><p class="hint">They sign you in with your fingerprint, your face or the PIN of your device, without the password.</p></header>
${passkeys.length === 0 ? null : html`<table class="rows"><thead><tr><th scope="col">Name</th><th scope="col">Made</th><th scope="col">Last used</th><td></td></tr></thead><tbody>${passkeys.map((row) => renderRow(row, found))}</tbody></table>`}
<div class="foot${passkeys.length > 0 && " lined"}">${passkeys.length === 0 ? html`<p class="soft">There is none yet.</p>` : null}${add}</div></section>`;
}

function renderRow(row: PasskeyRow, found: FoundPlace): Html {
  const kept =
    row.backed_up === 1 ? badge({ tone: "ok", words: "Synced" }) : badge({ tone: "idle", words: "On one device" });
  const isElsewhere = found.kind === "none" || found.place.rpId !== row.rp_id;
  const used = row.last_used_at === null ? html`<span class="soft">never</span>` : time(row.last_used_at);
  return html`<tr><td>${row.name} ${kept}${isElsewhere && html`<span class="under">good at ${row.rp_id} only</span>`}</td>
<td><span class="narrow soft">Made </span>${time(row.created_at)}</td><td><span class="narrow soft">Last used </span>${used}</td><td class="end"><a class="button tiny" href="/app/settings/sign-in/passkeys/${row.passkey_id}/remove" aria-label="Remove ${row.name}">Remove</a></td></tr>
`;
}

type Adding = { readonly found: FoundPlace; readonly fault: string | null };

function renderAdding(visit: Visit, { found, fault }: Adding): Html {
  if (found.kind === "none") return html`<p class="hint">${found.why}</p>`;
  const { origin } = found.place;
  const { host } = new URL(origin);
  if (!isAtPlace(found.place, visit.request))
    return html`<p class="notice"><span>Passkeys need a name instead of a number: open this page as <a href="${origin}/app/settings/sign-in">${host}</a> to add one. You sign in once more there.</span></p>`;
  const alert = fault === null ? null : html`<p class="fault" id="passkey-fault" role="alert">${fault}</p>`;
  return isFresh(visit) ? renderForm(visit, { origin, alert }) : renderConfirm(visit, alert);
}

type Form = { readonly origin: string; readonly alert: Html | null };

function renderForm({ request, formKey }: Visit, { origin, alert }: Form): Html {
  const suggested = readableAgent(request.headers["user-agent"] ?? "").replace(/ \d+/, "");
  return html`${alert}<p class="hint" id="passkey-without">To add a passkey, this page needs JavaScript, which is off in this browser.</p>
<form method="post" action="/app/settings/sign-in/passkeys" class="stack" data-passkey="add" data-options="/app/settings/sign-in/passkeys/options" data-place="${origin}" data-without="passkey-without" hidden>${keyField(formKey)}<input type="hidden" name="credential">
<label for="passkey-name">Name of a new passkey</label>
<div class="row field"><input id="passkey-name" name="name" value="${suggested}" required maxlength="${limits.passkeyNameLength}" autocomplete="off"><button>Add a passkey</button></div>
<p class="fault" role="alert" hidden></p></form>`;
}

function renderConfirm({ account, formKey }: Visit, alert: Html | null): Html {
  const invalid = alert === null ? null : html` aria-invalid="true" aria-describedby="passkey-fault"`;
  return html`<form method="post" action="/app/settings/sign-in/confirm" class="stack"><input type="text" name="username" autocomplete="username" value="${account.email}" readonly hidden>${keyField(formKey)}
<p class="hint">You signed in more than ${limits.freshSignInMs / 60_000} minutes ago. To add a passkey, give your password once more; this leads you back here.</p>
<label for="confirm">Password</label>
<div class="row field"><input id="confirm" name="password" type="password" autocomplete="current-password" required${invalid}><button>Continue</button></div>
${alert}</form>`;
}
