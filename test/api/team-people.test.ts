import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { faultOf, readAs } from "../support/ask.ts";
import { type Crew, crewOf, Invites, OneTeam } from "../support/crew.ts";
import { grounds, type House } from "../support/house.ts";
import { lettersTo, newestLink } from "../support/people.ts";
import { visitorOf } from "../web/visitor.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: House;
    let crew: Crew;

    before(async () => {
      house = await ground.open();
      crew = crewOf(house);
    });

    after(() => house.close());

    test("an address without an account gets one, a letter, and a place once its holder has joined", async () => {
      const { boss, id } = await crew.ownTeam("<b>R&D</b>");
      const email = "new.person@example.com";
      const asked = await crew.team(boss, "PUT /team/add_member", { email_address: email });
      assert.deepEqual(asked.accounts.length, 1);
      assert.deepEqual(
        asked.invited_accounts.map((one) => [one.email_address, one.role_code]),
        [[email, null]],
      );
      const [letter, ...more] = await lettersTo(house, email);
      assert.deepEqual(more, []);
      assert.match(letter?.path ?? "", /^\/app\/invitations\/[0-9a-f]{64}$/);
      assert.equal(letter?.html_body.includes("<b>R&D</b>"), false);
      const {
        team_invites: [open],
      } = readAs(Invites, await crew.call(boss, "GET /team/invites"));
      assert.deepEqual([open?.email_address, open?.team_id, open?.role], [email, id, "Member"]);
      assert.equal(open !== undefined && "redeemed_at" in open, false);
      assert.equal((open?.expires_at ?? 0) - (open?.sent_at ?? 0), 7 * 86_400);

      const password = "a password that is long";
      const path = letter?.path ?? "";
      assert.equal((await visitorOf(house).post(path, { new: password, again: password })).status, 303);
      const joined = await crew.team(boss, "GET /team");
      assert.deepEqual(
        joined.accounts.map((one) => [one.email_address, one.role_code]),
        [
          [boss.email, "a"],
          [email, "m"],
        ],
      );
      assert.deepEqual(joined.invited_accounts, []);
      const {
        team_invites: [redeemed],
      } = readAs(Invites, await crew.call(boss, `GET /team/invites?email_address=${email}`));
      assert.ok((redeemed?.redeemed_at ?? 0) >= (redeemed?.sent_at ?? 1));
    });

    test("two who ask one address at once make one account, one invitation and one letter", async () => {
      const { boss } = await crew.ownTeam();
      const email = "at-once@example.com";
      const asked = { json: { email_address: email } };
      const answers = await Promise.all([1, 2, 3, 4].map(() => crew.call(boss, "PUT /team/add_member", asked)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200],
      );
      assert.equal((await lettersTo(house, email)).length, 1);
      const { team_invites: invites } = readAs(
        Invites,
        await crew.call(boss, `GET /team/invites?email_address=${email}`),
      );
      assert.equal(invites.length, 1);
      const rows = await house.store.read.selectFrom("accounts").select("email").where("email", "=", email).execute();
      assert.equal(rows.length, 1);
    });

    test("who is asked by two teams joins one of them; of two answers at once one counts", async () => {
      const [one, other] = [await crew.ownTeam(), await crew.ownTeam()];
      const who = await crew.somebody();
      for (const { boss } of [one, other]) await crew.team(boss, "PUT /team/add_member", { account_id: who.accountId });
      const letters = await lettersTo(house, who.email);
      const links = letters.filter(({ kind }) => kind === "account_invitation").map(({ path }) => path);
      assert.equal(links.length, 2);
      const password = { new: "a password that is long", again: "a password that is long" };
      await Promise.all(links.map((path) => visitorOf(house).post(path, password)));
      const inTeams = await house.store.read
        .selectFrom("team_members")
        .select("team_id")
        .where("account_id", "=", who.accountId)
        .execute();
      assert.equal(inTeams.length, 1);
      const { boss: left } = inTeams[0]?.team_id === one.id ? other : one;
      const again = await crew.call(left, "PUT /team/add_member", { json: { account_id: who.accountId } });
      assert.deepEqual(faultOf(again), [403, "team_invite_failed"]);
    });

    test("nobody is asked who is in the team already, is nobody, or is not said", async () => {
      const { boss } = await crew.ownTeam();
      const known = await crew.member(boss);
      for (const [json, fault] of [
        [{ email_address: known.email }, [403, "team_invite_failed"]],
        [{ email_address: known.email.toUpperCase() }, [403, "team_invite_failed"]],
        [{ email_address: boss.email }, [403, "team_invite_failed"]],
        [{ account_id: "0".repeat(40) }, [404, "not_found"]],
        [{ account_id: "0".repeat(40), email_address: "id-wins@example.com" }, [404, "not_found"]],
        [{}, [400, "bad_request", "email_address"]],
        [{ email_address: "no address" }, [400, "bad_request", "email_address"]],
        [{ email_address: "a@example.com\r\nBcc: b@example.com" }, [400, "bad_request", "email_address"]],
        [{ email_address: `${"x".repeat(250)}@example.com` }, [400, "bad_request", "email_address"]],
        [{ email_address: "role@example.com", role: "Owner" }, [400, "bad_request", "role"]],
      ] as const)
        assert.deepEqual(faultOf(await crew.call(boss, "PUT /team/add_member", { json })), fault, JSON.stringify(json));
    });

    test("a role is given only together with a team: else a warning says that it was ignored", async () => {
      const { boss, id } = await crew.ownTeam();
      const json = { email_address: "roles@example.com", role: "Developer" };
      const ignored = (await crew.call(boss, "PUT /team/add_member", { json })).json as { warnings?: object[] };
      assert.equal(ignored.warnings?.length, 1);
      const taken = (await crew.call(boss, `PUT /team/add_member?team_id=${id}`, { json })).json as {
        warnings?: object[];
      };
      assert.equal(taken.warnings, undefined);
      const {
        team_invites: [open],
      } = readAs(Invites, await crew.call(boss, "GET /team/invites"));
      assert.equal(open?.role, "Developer");
    });

    test("a Team Manager looks after people, but neither makes Admins nor touches them", async () => {
      const { boss, id } = await crew.ownTeam();
      const manager = await crew.member(boss, "Team Manager");
      const who = await crew.member(manager, "Developer");
      const deny = async (on: string, json: object) =>
        assert.deepEqual(faultOf(await crew.call(manager, on, { json })), [403, "forbidden"], JSON.stringify(json));
      await deny(`PUT /team/add_member?team_id=${id}`, { email_address: "x@example.com", role: "Admin" });
      await deny("POST /team/remove_member", { email_address: boss.email });
      await deny("POST /team/remove_member", { email_address: boss.email, new_team_id: id, new_role: "Member" });
      await deny("POST /team/remove_member", { email_address: who.email, new_team_id: id, new_role: "Admin" });
      await deny("POST /team/remove_member", { email_address: who.email, new_owner_email_address: manager.email });
      const answer = await crew.call(manager, "POST /team/remove_member", { json: { account_id: who.accountId } });
      assert.equal(answer.status, 201);
      assert.deepEqual(
        readAs(OneTeam, answer).team.accounts.map((one) => one.email_address),
        [boss.email, manager.email],
      );
      assert.deepEqual(faultOf(await crew.call(who, "GET /team")), [404, "not_found"]);
    });

    test("somebody with an open invitation is removed by letting it expire", async () => {
      const { boss } = await crew.ownTeam();
      const email = "open@example.com";
      await crew.team(boss, "PUT /team/add_member", { email_address: email });
      const path = await newestLink(house, email);
      const shown = await crew.team(boss, "POST /team/remove_member", { email_address: email });
      assert.deepEqual(shown.invited_accounts, []);
      const page = await visitorOf(house).get(path);
      assert.equal(page.status, 404);
      assert.match(page.text, /This invitation is over/);
      assert.deepEqual(faultOf(await crew.call(boss, "POST /team/remove_member", { json: { email_address: email } })), [
        404,
        "not_found",
      ]);
    });

    test("inviting and withdrawing in turns sends five letters an hour, and then is refused", async () => {
      const { boss } = await crew.ownTeam();
      const json = { email_address: "flooded@example.com" };
      for (let n = 0; n < 5; n += 1) {
        await crew.team(boss, "PUT /team/add_member", json);
        assert.equal((await crew.call(boss, "POST /team/remove_member", { json })).status, 201);
      }
      const refused = await crew.call(boss, "PUT /team/add_member", { json });
      assert.deepEqual(faultOf(refused), [403, "team_invite_failed"]);
      assert.equal((await lettersTo(house, json.email_address)).length, 5);
    });

    test("deleting the team and making another is no way around that, and neither is asking again once a letter has rested", async () => {
      const flooder = await crew.somebody();
      const address = { email_address: "flooded-twice@example.com" };
      const ask = async () => (await crew.call(flooder, "PUT /team/add_member", { json: address })).status;
      const rest = () =>
        house.store.transact((tx) =>
          tx
            .updateTable("team_invitations")
            .set((eb) => ({ sent_at: eb("sent_at", "-", limits.invitationRestMs) }))
            .where("invited_by", "=", flooder.email)
            .execute(),
        );
      for (let n = 0; n < 3; n += 1) {
        await crew.team(flooder, "POST /team/create", {});
        assert.equal(await ask(), 200);
        assert.equal((await crew.call(flooder, "DELETE /team/destroy")).status, 200);
      }
      await crew.team(flooder, "POST /team/create", {});
      const answers: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        answers.push(await ask());
        await rest();
      }
      assert.deepEqual(answers, [200, 200, 403, 403]);
      assert.equal((await lettersTo(house, address.email_address)).length, 5);
    });

    test("who looks after a team below takes over no invitation of the team above", async () => {
      const { boss, id } = await crew.ownTeam();
      const sub = await crew.subTeam(boss, id, "Below");
      const manager = await crew.member(boss, "Team Manager", sub);
      const who = await crew.somebody();
      const add = (by: typeof boss, team: string, role: string) =>
        crew.call(by, "PUT /team/add_member", { json: { email_address: who.email, role, team_id: team } });
      const invitation = () =>
        house.store.read
          .selectFrom("team_invitations")
          .select(["team_id", "role", "invited_by"])
          .where("account_id", "=", who.accountId)
          .execute();
      assert.equal((await add(boss, id, "Admin")).status, 200);
      assert.deepEqual(faultOf(await add(manager, sub, "Member")), [403, "forbidden"]);
      assert.deepEqual(await invitation(), [{ team_id: id, role: "Admin", invited_by: boss.email }]);
      assert.equal((await add(boss, sub, "Member")).status, 200, "those above may");
      assert.equal((await add(manager, sub, "Developer")).status, 200, "and then it is theirs");
      assert.deepEqual(await invitation(), [{ team_id: sub, role: "Developer", invited_by: manager.email }]);
    });

    test("the last Admin of the topmost team neither leaves nor steps down, and of the last two at once one stays", async () => {
      const { boss, id } = await crew.ownTeam();
      const second = await crew.member(boss, "Member");
      const sub = await crew.subTeam(boss, id, "Below");
      for (const json of [
        { email_address: boss.email },
        { email_address: boss.email, new_team_id: id, new_role: "Member" },
        { email_address: boss.email, new_team_id: sub },
      ])
        assert.deepEqual(faultOf(await crew.call(boss, "POST /team/remove_member", { json })), [400, "bad_request"]);
      await crew.team(boss, "POST /team/remove_member", {
        email_address: second.email,
        new_team_id: id,
        new_role: "Admin",
      });
      const both = await Promise.all(
        [boss, second].map((one) => crew.call(one, "POST /team/remove_member", { json: { email_address: one.email } })),
      );
      assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 400]);
    });
  });
}
