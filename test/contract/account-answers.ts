import type { Answered } from "../support/ask.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { clientOf, setUpOauth } from "../support/oauth.ts";

/** Calls an operation and notes what it answered. */
type Note = (on: string, path: string, asking?: object) => Promise<Answered>;

/** Makes accounts, with an app and without, and asks every operation of teams. */
export async function askAccounts(house: HeardHouse, note: Note): Promise<void> {
  await note("POST /account/create", "/account/create", { json: { email_address: "new@example.com" } });
  const maker = clientOf(await setUpOauth(house, house));
  await note("POST /account/create", "/account/create", { json: { email_address: "for@example.com", ...maker } });
  await note("POST /team/create", "/team/create", { json: { name: "Team" } });
  await note("PUT /team", "/team", { json: { name: "Team again" } });
  for (const email_address of ["new@example.com", "newer@example.com"])
    await note("PUT /team/add_member", "/team/add_member", { json: { email_address } });
  await note("GET /team", "/team");
  const { json: told } = await note("GET /team/info", "/team/info");
  const { team_id } = (told as { team: { team_id: string } }).team;
  await note("POST /team/create", "/team/create", { json: { name: "Below", parent_team_id: team_id } });
  for (const list of ["members", "sub_teams"]) await note(`GET /team/${list}/{team_id}`, `/team/${list}/${team_id}`);
  const { json: below } = await note("GET /team/sub_teams/{team_id}", `/team/sub_teams/${team_id}`);
  const [sub] = (below as { sub_teams: readonly { team_id: string }[] }).sub_teams;
  await note("GET /team/info", `/team/info?team_id=${sub?.team_id}`);
  await note("GET /team/invites", "/team/invites");
  const gone = { json: { email_address: "newer@example.com" } };
  await note("POST /team/remove_member", "/team/remove_member", gone);
  await note("DELETE /team/destroy", "/team/destroy");
}
