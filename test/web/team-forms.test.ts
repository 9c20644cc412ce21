import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newUuid } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import { type Crew, crewOf, joinedPassword } from "../support/crew.ts";
import { grounds, type House } from "../support/house.ts";
import { lettersTo, newestLink, type Somebody } from "../support/people.ts";
import { type PageAnswer, type Visitor, visitorOf } from "./visitor.ts";

const team = "/app/settings/team";

for (const ground of grounds()) {
  describe(`forms of the team on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let crew: Crew;

    before(async () => {
      house = await ground.open();
      crew = crewOf(house);
    });

    after(() => house.close());

    /** Signs somebody in, with the password that their letter set or sets now. */
    async function enter({ email }: Somebody, isJoined: boolean): Promise<Visitor> {
      const answer = isJoined
        ? await visitorOf(house).post("/app/sign-in", { email, password: joinedPassword })
        : await visitorOf(house).post(await newestLink(house, email), { new: joinedPassword, again: joinedPassword });
      assert.equal(answer.status, 303, answer.text);
      return visitorOf(house, answer.cookie?.split(";")[0] ?? "");
    }

    async function send(visitor: Visitor, path: string, form: Readonly<Record<string, string>>): Promise<PageAnswer> {
      return visitor.post(path, { ...form, key: await visitor.key() });
    }

    test("a Member who sends an Admin's forms by hand is refused, and nothing changes", async () => {
      const { boss, id } = await crew.ownTeam();
      const member = await crew.member(boss);
      const visitor = await enter(member, true);
      const sub = await crew.subTeam(boss, id, "Below");
      await crew.team(boss, "PUT /team/add_member", { email_address: "waiting@example.com" });
      const { invitation_id: open } = await house.store.read
        .selectFrom("team_invitations")
        .select("invitation_id")
        .where("redeemed_at", "is", null)
        .where("team_id", "=", id)
        .executeTakeFirstOrThrow();
      const before = JSON.stringify(await crew.team(boss, "GET /team"));
      for (const [path, form] of [
        [`${team}/name`, { team: id, name: "Mine" }],
        [`${team}/below`, { team: id, name: "Mine" }],
        [`${team}/invitations`, { team: id, email: "x@example.com", role: "Admin" }],
        [`${team}/invitations/${open}/withdraw`, {}],
        [`${team}/members/${boss.accountId}`, { team: id, role: "Member" }],
        [`${team}/members/${boss.accountId}/remove`, {}],
        [`${team}/delete/${sub}`, {}],
      ] as const)
        assert.equal((await send(visitor, path, form)).status, 403, path);
      for (const path of [`${team}/members/${boss.accountId}`, `${team}/delete/${sub}`])
        assert.equal((await visitor.get(path)).status, 403, path);
      assert.equal(JSON.stringify(await crew.team(boss, "GET /team")), before);
      assert.equal((await visitor.get(`${team}?team=${sub}`)).status, 200, "but sees the teams below");
    });

    test("an open invitation stays on the team's page, however many newer ones are over, for who looks after the team", async () => {
      const { boss, id } = await crew.ownTeam();
      const visitor = await enter(boss, false);
      await crew.team(boss, "PUT /team/add_member", { email_address: "still-waiting@example.com" });
      const at = Date.now() + 60_000;
      const over = Array.from({ length: limits.invitationsShown }, () => {
        const invitation_id = newUuid(at);
        const letter = { token_hash: invitation_id, sent_at: at, expires_at: at, redeemed_at: at };
        return { ...letter, invitation_id, team_id: id, account_id: boss.accountId, role: "Member", invited_by: "x" };
      });
      await house.store.transact(async (tx) => {
        for (let from = 0; from < over.length; from += 100)
          await tx
            .insertInto("team_invitations")
            .values(over.slice(from, from + 100))
            .execute();
      });
      assert.match((await visitor.get(team)).text, /still-waiting@example\.com/);
      const member = await enter(await crew.member(boss), true);
      assert.ok(!(await member.get(team)).text.includes("still-waiting"));
    });

    test("another team's pages and forms are a 404, like those that never were", async () => {
      const [own, other] = [await crew.ownTeam(), await crew.ownTeam()];
      const theirs = await crew.member(other.boss);
      const visitor = await enter(own.boss, false);
      for (const [id, accountId] of [
        [other.id, theirs.accountId],
        ["0".repeat(40), "0".repeat(40)],
      ] as const) {
        for (const path of [`${team}?team=${id}`, `${team}/members/${accountId}`, `${team}/delete/${id}`])
          assert.equal((await visitor.get(path)).status, 404, path);
        for (const [path, form] of [
          [`${team}/name`, { team: id, name: "Mine" }],
          [`${team}/invitations`, { team: id, email: "x@example.com" }],
          [`${team}/members/${accountId}/remove`, {}],
          [`${team}/members/${own.boss.accountId}`, { team: id, role: "Admin" }],
          [`${team}/invitations/${id}/withdraw`, {}],
          [`${team}/join`, { invitation: id }],
        ] as const)
          assert.equal((await send(visitor, path, form)).status, 404, path);
      }
    });

    test("a form without its session's key, or from another site, changes nothing", async () => {
      const { boss } = await crew.ownTeam("Kept");
      const visitor = await enter(boss, false);
      const form = { name: "Changed" };
      assert.equal((await visitor.post(`${team}/name`, form)).status, 403);
      const foreign = { origin: "https://evil.example" };
      const key = await visitor.key();
      assert.equal((await visitor.post(`${team}/name`, { ...form, key }, foreign)).status, 403);
      assert.equal((await crew.team(boss, "GET /team")).name, "Kept");
    });

    test("names are shown as text, in the page and in the letter", async () => {
      const name = `<img src=x onerror=alert(1)>"'&`;
      const { boss } = await crew.ownTeam(name);
      await crew.team(boss, "PUT /team/add_member", { email_address: "shown@example.com" });
      const visitor = await enter(boss, false);
      const invitation = await visitorOf(house).get(await newestLink(house, "shown@example.com"));
      const [letter] = await lettersTo(house, "shown@example.com");
      for (const text of [(await visitor.get(team)).text, invitation.text, letter?.html_body ?? ""]) {
        assert.ok(text.includes("&lt;img src=x onerror=alert(1)&gt;"));
        assert.ok(!text.includes("<img src=x"));
      }
    });

    test("without a mail server a letter is kept for who had the account made, until its holder can sign in", async () => {
      const [first, second] = [await crew.ownTeam(), await crew.ownTeam()];
      const email = "kept@example.com";
      await crew.team(first.boss, "PUT /team/add_member", { email_address: email });
      await crew.team(second.boss, "PUT /team/add_member", { email_address: email });
      const holders = async () => (await lettersTo(house, email)).map((letter) => letter.account_id);
      assert.deepEqual(await holders(), [first.boss.accountId, first.boss.accountId]);
      await crew.join({ email });
      const third = await crew.ownTeam();
      await visitorOf(house).post("/app/forgot", { email });
      await house.quiet();
      const { account_id: own } = await house.store.read
        .selectFrom("accounts")
        .select("account_id")
        .where("email", "=", email)
        .executeTakeFirstOrThrow();
      assert.equal((await holders()).at(-1), own);
      const asked = await crew.call(third.boss, "PUT /team/add_member", { json: { email_address: email } });
      assert.equal(asked.status, 403);
    });
  });
}
