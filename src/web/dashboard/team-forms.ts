import { type Role, roles, roleWords } from "../../accounts/roles.ts";
import type { Standing } from "../../accounts/teams.ts";
import type { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { type FormFault, field } from "./form-field.ts";
import { keyField } from "./frame.ts";
import type { TeamView } from "./team-view.ts";
import type { Visit } from "./visit.ts";

/** A form of the team's page that was refused: what was typed, and what is wrong with which field. */
export type RefusedTeam = FormFault & { readonly typed: string; readonly fault: Fault; readonly teamId?: string };

/** The team as it is shown, and the form that was refused, if one was. */
export type TeamForm = { readonly view: TeamView; readonly refused: RefusedTeam | null };

/** Asks somebody to join. */
export function renderInvite({ formKey }: Visit, { view, refused }: TeamForm): Html {
  const email = field({ fault: refused, name: "email", hint: "email-hint" });
  return html`<section class="card" aria-labelledby="invite"><h2 id="invite">Invite somebody</h2>
<form method="post" action="/app/settings/team/invitations" class="form">${keyField(formKey)}<input type="hidden" name="team" value="${view.team.team_id}">
<div class="stack"><label for="email">E-mail</label><input id="email" name="email" type="email" value="${refused?.field === "email" ? refused.typed : ""}" maxlength="${limits.emailLength}" autocomplete="off" required${email.marks}>${email.words}<p class="hint" id="email-hint">The letter holds a link that is good for ${limits.invitationMs / 86_400_000} days. Who has no account here gets one by it.</p></div>
${renderRoles({ standing: view.standing, chosen: "Member" })}
<div class="row"><button class="main">Send the invitation</button></div></form></section>`;
}

type Choosing = { readonly standing: Standing; readonly chosen: Role };

/** A choice of the roles that this standing may give, each with what it lets one do. */
export function renderRoles({ standing, chosen }: Choosing): Html {
  const given = roles.filter((role) => role !== "Admin" || standing.role === "Admin" || chosen === "Admin");
  return html`<fieldset><legend>Role</legend>${given.map((role) => html`<label class="choice"><input type="radio" name="role" value="${role}"${role === chosen && html` checked`}><span>${role}<span class="soft">${roleWords[role]}</span></span></label>`)}</fieldset>`;
}

/** The teams just below, and a form for another. */
export function renderSubTeams({ formKey }: Visit, { view, refused }: TeamForm): Html | null {
  const { standing, team, isLookedAfter } = view;
  const below = standing.tree.filter((one) => one.parent_id === team.team_id);
  const mayMake = isLookedAfter && team.depth < limits.teamDepth;
  if (below.length === 0 && !mayMake) return null;
  const name = field({ fault: refused, name: "sub" });
  const form = html`<form method="post" action="/app/settings/team/below" class="foot stack${below.length > 0 && " lined"}">${keyField(formKey)}<input type="hidden" name="team" value="${team.team_id}">
<label for="sub">New team below</label>
<div class="row field"><input id="sub" name="name" value="${refused?.field === "sub" ? refused.typed : ""}" maxlength="${limits.nameLength}" autocomplete="off" required${name.marks}><button>Make it</button></div>${name.words}</form>`;
  const rows = below.map(
    (one) => html`<tr><td><a class="plain" href="/app/settings/team?team=${one.team_id}">${one.name}</a></td></tr>
`,
  );
  return html`<section class="card flush" aria-labelledby="below"><header><h2 id="below">Teams below</h2><p class="hint">For departments: who looks after this team looks after those below it too.</p></header>
${rows.length > 0 && html`<table class="rows"><thead><tr><th scope="col">Team</th></tr></thead><tbody>${rows}</tbody></table>`}${mayMake && form}</section>`;
}

/** The team's name. */
export function renderName({ formKey }: Visit, { view, refused }: TeamForm): Html {
  const name = field({ fault: refused, name: "name" });
  const typed = refused?.field === "name" ? refused.typed : view.team.name;
  return html`<section class="card" aria-labelledby="rename"><h2 id="rename">Name</h2>
<form method="post" action="/app/settings/team/name" class="stack">${keyField(formKey)}<input type="hidden" name="team" value="${view.team.team_id}">
<label for="name">Name of the team</label>
<div class="row field"><input id="name" name="name" value="${typed}" maxlength="${limits.nameLength}" autocomplete="off" required${name.marks}><button>Rename</button></div>${name.words}</form></section>`;
}
