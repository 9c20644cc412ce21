import type { OpenInvitation } from "../../accounts/team-joining.ts";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { field } from "./form-field.ts";
import { keyField } from "./frame.ts";
import type { RefusedTeam } from "./team-forms.ts";
import type { Visit } from "./visit.ts";

type None = { readonly invitations: readonly OpenInvitation[]; readonly refused: RefusedTeam | null };

/** What somebody sees who is in no team: what it is for, what they are asked to join, and a form to make one. */
export function renderNoTeam({ formKey }: Visit, { invitations, refused }: None): Html {
  const name = field({ fault: refused, name: "name" });
  const asked = invitations.map(
    ({
      team,
      invitation,
    }) => html`<tr><td><strong>${team.name}</strong><span class="under">as ${invitation.role}, by ${invitation.invited_by}</span></td>
<td class="end"><form method="post" action="/app/settings/team/join">${keyField(formKey)}<input type="hidden" name="invitation" value="${invitation.invitation_id}"><button class="tiny" aria-label="Join ${team.name}">Join</button></form></td></tr>
`,
  );
  return html`${asked.length > 0 && html`<section class="card flush" aria-labelledby="asked"><header><h2 id="asked">You are asked to join</h2></header><table class="rows"><thead><tr><th scope="col">Team</th><td></td></tr></thead><tbody>${asked}</tbody></table></section>`}
<section class="card" aria-labelledby="make"><h2 id="make">Make a team</h2>
<p>A team brings together the accounts of people who work together. Those who look after it see which requests its members have sent, and hand on the documents of somebody who leaves. Everybody keeps an account, a password and API keys of their own.</p>
<form method="post" action="/app/settings/team" class="stack">${keyField(formKey)}
<label for="name">Name</label>
<div class="row field"><input id="name" name="name" value="${refused?.typed}" maxlength="${limits.nameLength}" autocomplete="off" required${name.marks}><button class="main">Make the team</button></div>${name.words}
<p class="hint">You become its Admin, and invite the others by their e-mail addresses.</p></form></section>`;
}
