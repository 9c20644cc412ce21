import type { Member } from "../../accounts/team-members.ts";
import { type Html, html } from "../html.ts";
import { keyField } from "./frame.ts";
import { nextPage, renderPager } from "./pager.ts";
import type { TeamView } from "./team-view.ts";
import type { Visit } from "./visit.ts";
import { badge, count, time } from "./words.ts";

/** Who is in the team. */
export function renderMembers(visit: Visit, view: TeamView): Html {
  const { members, team, page } = view;
  const pager = renderPager({
    path: "/app/settings/team",
    query: new Map([["team", team.team_id]]),
    place: "page",
    isFirst: page === 1,
    next: nextPage({ page, count: members.count }),
    words: "Next",
  });
  const rows = members.members.map((member) => renderMember(visit, { member, view }));
  const list =
    rows.length === 0
      ? html`<p class="empty soft">Nobody is in this team yet.</p>`
      : html`<table class="rows"><thead><tr><th scope="col">E-mail</th><th scope="col">Role</th><td></td></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section class="card flush" aria-labelledby="members"><header><h2 id="members">Members</h2><p class="soft small">${count(members.count, ["member", "members"])}</p></header>
${list}${pager}</section>`;
}

type Row = { readonly member: Member; readonly view: TeamView };

function renderMember({ account }: Visit, { member, view }: Row): Html {
  const { email, account_id: id } = member.account;
  const isMe = id === account.account_id;
  const mayChange = view.isLookedAfter && (member.role !== "Admin" || view.standing.role === "Admin");
  return html`<tr><td><strong>${email}</strong> ${isMe && badge({ tone: "ok", words: "You" })}</td><td class="nowrap">${member.role}</td><td class="end">${mayChange && html`<a href="/app/settings/team/members/${id}" aria-label="Change ${email}">Change</a>`}</td></tr>
`;
}

/** Whom the team waits for. */
export function renderInvitations({ formKey }: Visit, { invitations }: TeamView): Html | null {
  if (invitations.length === 0) return null;
  const rows = invitations.map(
    (
      one,
    ) => html`<tr><td><strong>${one.email}</strong><span class="under">by ${one.invited_by}</span></td><td class="nowrap">${one.role}</td><td><span class="narrow">Open until </span>${time(one.expires_at)}</td>
<td class="end"><form method="post" action="/app/settings/team/invitations/${one.invitation_id}/withdraw">${keyField(formKey)}<button class="tiny" aria-label="Withdraw the invitation of ${one.email}">Withdraw</button></form></td></tr>
`,
  );
  return html`<section class="card flush" aria-labelledby="open"><header><h2 id="open">Open invitations</h2></header>
<table class="rows"><thead><tr><th scope="col">E-mail</th><th scope="col">Role</th><th scope="col">Open until</th><td></td></tr></thead><tbody>${rows}</tbody></table></section>`;
}

/** How one leaves the team, and how it ends. */
export function renderEnd({ standing, team, isLookedAfter, members }: TeamView): Html | null {
  const isOwn = standing.team.team_id === team.team_id;
  if (isOwn)
    return html`<section class="card" aria-labelledby="leave"><header><h2 id="leave">Leave the team</h2><a class="button" href="/app/settings/team/leave">Leave …</a></header><p class="hint">Your account and all that you have sent stay yours. The only member deletes the team instead.</p></section>`;
  if (!isLookedAfter || members.count > 0) return null;
  return html`<section class="card" aria-labelledby="end"><header><h2 id="end">Delete this team</h2><a class="button" href="/app/settings/team/delete/${team.team_id}">Delete …</a></header><p class="hint">It has no members.</p></section>`;
}
