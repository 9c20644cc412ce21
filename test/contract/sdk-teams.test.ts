import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  AccountApi,
  AccountCreateRequest,
  HttpError,
  TeamAddMemberRequest,
  TeamApi,
  TeamCreateRequest,
  TeamRemoveMemberRequest,
  TeamUpdateRequest,
} from "@dropbox/sign";
import { grounds, type House } from "../support/house.ts";

for (const ground of grounds()) {
  describe(`accounts and teams by the official SDK on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let account: AccountApi;
    let teams: TeamApi;

    before(async () => {
      house = await ground.open();
      account = new AccountApi(`${house.url}/v3`);
      teams = new TeamApi(`${house.url}/v3`);
      for (const api of [account, teams]) api.username = house.apiKey;
    });

    after(() => house.close());

    /** The fault of a call that the SDK rejects, as it hands it to its caller. */
    async function faultOf(calling: Promise<unknown>): Promise<readonly unknown[]> {
      const error = await calling.then(
        () => assert.fail("the call went well"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof HttpError, String(error));
      return [error.statusCode, error.body.error.errorName, error.body.error.errorPath];
    }

    test("accountCreate answers the new account, and the fault of its name for a wrong address", async () => {
      const made = await account.accountCreate(AccountCreateRequest.init({ email_address: "newuser@dropboxsign.com" }));
      const { accountId, emailAddress, locale, quotas, teamId } = made.body.account;
      assert.match(accountId ?? "", /^[0-9a-f]{40}$/);
      assert.deepEqual([emailAddress, locale, teamId], ["newuser@dropboxsign.com", "en-US", null]);
      assert.equal(quotas?.apiSignatureRequestsLeft, null);
      const wrong = AccountCreateRequest.init({ email_address: "INVALID_EMAIL_ADDRESS@.com" });
      assert.deepEqual(await faultOf(account.accountCreate(wrong)), [400, "bad_request", "email_address"]);
    });

    test("teams are made, named, filled, listed and deleted", async () => {
      assert.deepEqual((await faultOf(teams.teamGet())).slice(0, 2), [404, "not_found"]);
      const made = await teams.teamCreate(TeamCreateRequest.init({ name: "New Team Name" }));
      assert.deepEqual(
        made.body.team.accounts?.map(({ roleCode }) => roleCode),
        ["a"],
      );
      assert.equal((await teams.teamUpdate(TeamUpdateRequest.init({ name: "Renamed" }))).body.team.name, "Renamed");
      const { team } = (await teams.teamInfo()).body;
      const { teamId } = team;
      assert.ok(teamId);
      assert.deepEqual([team.name, team.numMembers, team.teamParent], ["Renamed", 1, null]);
      const asked = TeamAddMemberRequest.init({ email_address: "george@example.com", role: "Developer" });
      const added = await teams.teamAddMember(asked, teamId);
      assert.deepEqual(
        added.body.team.invitedAccounts?.map(({ emailAddress }) => emailAddress),
        ["george@example.com"],
      );
      const [invite] = (await teams.teamInvites("george@example.com")).body.teamInvites;
      assert.deepEqual([invite?.role, invite?.teamId], ["Developer", teamId]);
      const members = (await teams.teamMembers(teamId, 1, 10)).body;
      assert.deepEqual([members.teamMembers[0]?.role, members.listInfo.numResults], ["Admin", 1]);
      assert.deepEqual((await teams.teamSubTeams(teamId)).body.subTeams, []);
      const george = TeamRemoveMemberRequest.init({ email_address: "george@example.com" });
      const removed = await teams.teamRemoveMember(george);
      assert.deepEqual([removed.response.status, removed.body.team.invitedAccounts], [201, []]);
      assert.equal((await teams.teamDelete()).response.status, 200);
    });
  });
}
