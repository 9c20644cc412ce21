import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { Account } from "../../src/wire/account.ts";
import { faultOf, readAs, wordsOf } from "../support/ask.ts";
import { type Crew, crewOf, Invites, Members } from "../support/crew.ts";
import { grounds, type House } from "../support/house.ts";
import { firstOf, lettersTo, type Somebody } from "../support/people.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: House;
    let crew: Crew;
    let admin: Somebody;

    before(async () => {
      house = await ground.open();
      crew = crewOf(house);
      admin = await firstOf(house);
    });

    after(() => house.close());

    test("without a team every look at one's own is the contract's 404", async () => {
      const alone = await crew.somebody();
      for (const on of ["GET /team", "GET /team/info", "PUT /team", "DELETE /team/destroy"]) {
        const answer = await crew.call(alone, on, on.startsWith("PUT") ? { json: { name: "x" } } : {});
        assert.deepEqual(faultOf(answer), [404, "not_found"], on);
        assert.equal(wordsOf(answer), "Team does not exist", on);
      }
      assert.deepEqual(readAs(Invites, await crew.call(alone, "GET /team/invites")), { team_invites: [] });
    });

    test("who makes a team is its first Admin, and is in no second one", async () => {
      const made = await crew.team(admin, "POST /team/create", { name: "  Acme " });
      assert.equal(made.name, "Acme");
      assert.deepEqual(
        made.accounts.map((one) => [one.account_id, one.email_address, one.role_code]),
        [[admin.accountId, admin.email, "a"]],
      );
      assert.deepEqual([made.invited_accounts, made.invited_emails], [[], []]);
      const { account } = readAs(Type.Object({ account: Account }), await crew.call(admin, "GET /account"));
      const shown = await crew.info(admin);
      assert.deepEqual([account.role_code, account.team_id], ["a", shown.team_id]);
      assert.deepEqual(shown, {
        team_id: shown.team_id,
        team_parent: null,
        name: "Acme",
        num_members: 1,
        num_sub_teams: 0,
      });
      assert.match(shown.team_id, /^[0-9a-f]{40}$/);
      assert.deepEqual(faultOf(await crew.call(admin, "POST /team/create", { json: {} })), [400, "bad_request"]);
    });

    test("a team has a name of its own unless none is given, and no blank or overlong one", async () => {
      const { boss } = await crew.ownTeam();
      assert.equal((await crew.team(boss, "PUT /team", { name: "Renamed" })).name, "Renamed");
      assert.equal((await crew.team(boss, "PUT /team", {})).name, "Renamed");
      for (const name of ["  ", "x".repeat(256), "", { a: 1 }])
        assert.deepEqual(
          faultOf(await crew.call(boss, "PUT /team", { json: { name } })),
          [400, "bad_request", "name"],
          JSON.stringify(name),
        );
      const other = await crew.somebody();
      assert.equal((await crew.team(other, "POST /team/create", {})).name, "Untitled Team");
    });

    test("a Member and a Developer see the team, and change nothing in it", async () => {
      const { boss, id } = await crew.ownTeam();
      for (const role of ["Member", "Developer"]) {
        const who = await crew.member(boss, role);
        assert.equal(
          (await crew.team(who, "GET /team")).accounts.length,
          (await crew.team(boss, "GET /team")).accounts.length,
        );
        for (const [on, json] of [
          ["PUT /team/add_member", { email_address: "asked.by.member@example.com" }],
          ["POST /team/remove_member", { email_address: boss.email }],
          ["POST /team/remove_member", { email_address: who.email, new_team_id: id, new_role: "Admin" }],
          ["PUT /team", { name: "Mine" }],
          ["POST /team/create", { name: "Below", parent_team_id: id }],
          ["DELETE /team/destroy", undefined],
        ] as const)
          assert.deepEqual(
            faultOf(await crew.call(who, on, json === undefined ? {} : { json })),
            [403, "forbidden"],
            `${role}: ${on}`,
          );
      }
      assert.deepEqual(await lettersTo(house, "asked.by.member@example.com"), []);
    });

    test("anybody may leave, and a team goes with the last who is in it", async () => {
      const { boss, id } = await crew.ownTeam();
      const who = await crew.member(boss);
      await crew.subTeam(boss, id, "Below");
      assert.deepEqual(faultOf(await crew.call(boss, "DELETE /team/destroy")), [400, "bad_request"]);
      assert.equal(
        (await crew.call(who, "POST /team/remove_member", { json: { account_id: who.accountId } })).status,
        201,
      );
      await crew.team(boss, "PUT /team/add_member", { email_address: "never.joined@example.com" });
      const gone = await crew.call(boss, "DELETE /team/destroy");
      assert.deepEqual([gone.status, gone.bytes.length], [200, 0]);
      assert.deepEqual(faultOf(await crew.call(boss, "GET /team")), [404, "not_found"]);
      assert.deepEqual(faultOf(await crew.call(boss, `GET /team/members/${id}`)), [404, "not_found"]);
    });

    test("teams stand below teams, three levels deep, and are looked after from above", async () => {
      const { boss, id } = await crew.ownTeam("Top");
      const sub = await crew.subTeam(boss, id, "Middle");
      const deep = await crew.subTeam(boss, sub, "Deep");
      const below = { json: { name: "Too deep", parent_team_id: deep } };
      assert.deepEqual(faultOf(await crew.call(boss, "POST /team/create", below)), [
        400,
        "bad_request",
        "parent_team_id",
      ]);
      assert.deepEqual((await crew.info(boss, sub)).team_parent, { team_id: id, name: "Top" });
      assert.deepEqual([(await crew.info(boss)).num_sub_teams, (await crew.info(boss, sub)).num_sub_teams], [1, 1]);

      const manager = await crew.member(boss, "Team Manager", sub);
      assert.deepEqual(
        [(await crew.info(manager)).team_id, (await crew.team(manager, "GET /team")).name],
        [sub, "Middle"],
      );
      const who = await crew.member(manager, "Member", deep);
      assert.equal((await crew.info(who)).name, "Deep");
      const asking = { json: { email_address: "above@example.com" } };
      assert.deepEqual(faultOf(await crew.call(manager, `PUT /team/add_member?team_id=${id}`, asking)), [
        403,
        "forbidden",
      ]);
      assert.deepEqual(faultOf(await crew.call(who, `PUT /team/add_member?team_id=${deep}`, asking)), [
        403,
        "forbidden",
      ]);

      const moved = { email_address: who.email, new_team_id: sub, new_role: "Developer" };
      await crew.team(manager, "POST /team/remove_member", moved);
      const { team_members: members } = readAs(Members, await crew.call(who, `GET /team/members/${sub}`));
      assert.deepEqual(
        members.map((one) => [one.email_address, one.role]),
        [
          [manager.email, "Team Manager"],
          [who.email, "Developer"],
        ],
      );
      assert.deepEqual(faultOf(await crew.call(boss, "DELETE /team/destroy")), [400, "bad_request"]);
    });

    test("another team's teams, members and people are a 404, like those that never were", async () => {
      const [one, other] = [await crew.ownTeam(), await crew.ownTeam()];
      const theirs = await crew.member(other.boss);
      for (const id of [other.id, "0".repeat(40)]) {
        for (const [on, json] of [
          [`GET /team/info?team_id=${id}`],
          [`GET /team/members/${id}`],
          [`GET /team/sub_teams/${id}`],
          [`PUT /team/add_member?team_id=${id}`, { email_address: "x@example.com" }],
          ["POST /team/create", { parent_team_id: id }],
          ["POST /team/remove_member", { email_address: one.boss.email, new_team_id: id }],
        ] as const)
          assert.deepEqual(
            faultOf(await crew.call(one.boss, on, json === undefined ? {} : { json })),
            [404, "not_found"],
            on,
          );
      }
      for (const json of [{ email_address: theirs.email }, { account_id: theirs.accountId }, { account_id: "x" }])
        assert.deepEqual(faultOf(await crew.call(one.boss, "POST /team/remove_member", { json })), [404, "not_found"]);
      const invites = readAs(Invites, await crew.call(one.boss, `GET /team/invites?email_address=${theirs.email}`));
      assert.deepEqual(invites.team_invites, []);
    });

    test("members and sub teams come in pages, and past the last there is nothing", async () => {
      const { boss, id } = await crew.ownTeam();
      for (let n = 0; n < 3; n += 1) {
        await crew.member(boss);
        await crew.subTeam(boss, id, `Below ${n}`);
      }
      for (const [path, list, count] of [
        ["members", "team_members", 4],
        ["sub_teams", "sub_teams", 3],
      ] as const) {
        const read = async (query: string) =>
          (await crew.call(boss, `GET /team/${path}/${id}?${query}`)).json as Readonly<Record<string, unknown[]>>;
        const pages = [await read("page_size=2"), await read("page_size=2&page=2"), await read("page_size=2&page=3")];
        assert.deepEqual(
          pages.map((page) => page[list]?.length),
          [2, count - 2, 0],
        );
        assert.deepEqual(pages[0]?.list_info, { page: 1, num_pages: 2, num_results: count, page_size: 2 });
        for (const [query, at] of [
          ["page=0", "page"],
          ["page_size=101", "page_size"],
          ["page_size=x", "page_size"],
        ])
          assert.deepEqual(faultOf(await crew.call(boss, `GET /team/${path}/${id}?${query}`)), [
            400,
            "bad_request",
            at,
          ]);
      }
    });
  });
}
