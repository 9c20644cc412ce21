import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { limits } from "../../src/base/limits.ts";
import { ListInfo } from "../../src/wire/shapes.ts";
import { SignatureRequest } from "../../src/wire/signature-request.ts";
import { writeRequestRow } from "../callbacks/finding-world.ts";
import { faultOf, readAs } from "../support/ask.ts";
import { type Crew, crewOf } from "../support/crew.ts";
import { faxTo, OneFax } from "../support/faxes.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import type { Somebody } from "../support/people.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { openJsonApi } from "./json-api.ts";

const Listed = Type.Object({ signature_requests: Type.Array(SignatureRequest), list_info: ListInfo });

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let crew: Crew;

    before(async () => {
      house = await openHeardHouse(ground);
      crew = crewOf(house);
    });

    after(() => house.close());

    /** An app of somebody's own, whose callbacks are heard at a path. */
    async function appOf(who: Somebody, name: string): Promise<string> {
      const json = { name, domains: ["localhost"], callback_url: `${house.receiver.url}/${who.accountId}` };
      const { json: made } = await crew.call(who, "POST /api_app", { json });
      return (made as { api_app: { client_id: string } }).api_app.client_id;
    }

    const sendAs = (who: Somebody, title: string, clientId: string) =>
      sendAndWait({ ...house, apiKey: who.apiKey, clientId }, { title });

    async function titles(who: Somebody, accountId?: string): Promise<readonly (readonly [string, string | null])[]> {
      const query = accountId === undefined ? "" : `?account_id=${accountId}`;
      const answer = await crew.call(who, `GET /signature_request/list${query}`);
      const { signature_requests: listed, list_info: info } = readAs(Listed, answer);
      assert.equal(info.num_results, listed.length);
      return listed.map((one) => [one.title, one.requester_email_address] as const).toSorted();
    }

    test("who looks after a team lists its members' requests, one by one or all; a Member lists their own", async () => {
      const { boss, id } = await crew.ownTeam();
      const sub = await crew.subTeam(boss, id, "Below");
      const one = await crew.member(boss, "Member");
      const manager = await crew.member(boss, "Team Manager", sub);
      const stranger = await crew.somebody();
      for (const [who, title] of [
        [boss, "Of the boss"],
        [one, "Of one"],
        [manager, "Of the manager"],
        [stranger, "Of a stranger"],
      ] as const)
        await sendAs(who, title, await appOf(who, title));

      const [bosss, ones, managers] = [
        ["Of the boss", boss.email],
        ["Of one", one.email],
        ["Of the manager", manager.email],
      ];
      assert.deepEqual(await titles(boss), [bosss]);
      assert.deepEqual(await titles(boss, one.accountId), [ones]);
      assert.deepEqual(await titles(boss, "all"), [ones, bosss, managers]);
      assert.deepEqual(await titles(manager, "all"), [managers], "not those above");
      assert.deepEqual(await titles(one, "all"), [ones]);
      for (const [who, accountId] of [
        [one, boss.accountId],
        [manager, boss.accountId],
        [boss, stranger.accountId],
        [boss, "0".repeat(40)],
        [stranger, one.accountId],
      ] as const)
        assert.deepEqual(faultOf(await crew.call(who, `GET /signature_request/list?account_id=${accountId}`)), [
          400,
          "bad_request",
          "account_id",
        ]);
    });

    test("a member is removed with all they have going to another, who then answers for it", async () => {
      const { boss } = await crew.ownTeam();
      const [leaver, heir] = [await crew.member(boss), await crew.member(boss)];
      await appOf(heir, "Same name");
      const clientId = await appOf(leaver, "Same name");
      const sent = await sendAs(leaver, "Handed over", clientId);
      const id = sent.signature_request_id;
      const mailed = await sendAndWait({ ...house, apiKey: leaver.apiKey }, { title: "By mail", mailed: true });
      const faxed = await faxTo(house, { key: leaver.apiKey, recipient: "ann@example.com" });
      const { fax_id: faxId } = readAs(OneFax, faxed).fax;
      await house.quiet();

      const json = { email_address: leaver.email, new_owner_email_address: heir.email };
      const removed = await crew.call(boss, "POST /team/remove_member", { json });
      assert.equal(removed.status, 201);
      assert.deepEqual(await titles(leaver), []);
      assert.deepEqual(faultOf(await crew.call(leaver, `GET /signature_request/${id}`)), [404, "not_found"]);
      assert.deepEqual(await titles(heir), [
        ["By mail", heir.email],
        ["Handed over", heir.email],
      ]);
      const letters = await house.store.read
        .selectFrom("letters")
        .select(["request_id", "account_id"])
        .where("request_id", "in", [mailed.signature_request_id, faxId])
        .execute();
      const whose = new Map(letters.map(({ request_id: about, account_id: who }) => [about, who]));
      assert.deepEqual(
        [whose.get(mailed.signature_request_id), whose.get(faxId)],
        [heir.accountId, leaver.accountId],
        "the letter of a fax stays with the fax",
      );
      assert.equal((await crew.call(leaver, `GET /fax/${faxId}`)).status, 200);
      assert.deepEqual(faultOf(await crew.call(leaver, `GET /api_app/${clientId}`)), [404, "not_found"]);
      const { json: app } = await crew.call(heir, `GET /api_app/${clientId}`);
      const { name, owner_account: owner } = (app as { api_app: { name: string; owner_account: object } }).api_app;
      assert.deepEqual([name, owner], ["Same name", { account_id: heir.accountId, email_address: heir.email }]);

      house.receiver.heard.length = 0;
      await sign({ ...house, apiKey: heir.apiKey, clientId }, signatureOf(sent).signature_id);
      await house.quiet();
      const types = house.receiver.types(id, `/${leaver.accountId}`);
      assert.ok(types.includes("signature_request_all_signed"), `the app's URL still hears: ${types.join(", ")}`);
    });

    test("a command line of the former owner hears nothing of an app that was handed over, neither what waited nor what comes", async () => {
      const { boss } = await crew.ownTeam();
      const [leaver, heir] = [await crew.member(boss), await crew.member(boss)];
      const clientId = await appOf(leaver, "Listened to");
      const own = await openJsonApi({ ...house, apiKey: leaver.apiKey });
      const open = (name: string) =>
        own.ok<{ listener: { listener_id: string } }>("POST /listeners", { json: { name, client_id: clientId } });
      const { listener } = await open("mine");
      await sendAs(leaver, "Of before", clientId);
      const json = { email_address: leaver.email, new_owner_email_address: heir.email };
      assert.equal((await crew.call(boss, "POST /team/remove_member", { json })).status, 201);
      const taken = await own.ask(`POST /listeners/${listener.listener_id}/take`, { json: {} });
      assert.deepEqual(faultOf(taken), [404, "not_found"]);

      // As if it had been opened at the very moment of the hand-over.
      await house.store.transact((tx) =>
        tx.updateTable("endpoints").set({ state: "active" }).where("listener", "=", "mine").execute(),
      );
      await sendAs(heir, "Of the heir", clientId);
      const deliveries = await house.store.read
        .selectFrom("deliveries")
        .innerJoin("endpoints", "endpoints.endpoint_id", "deliveries.endpoint_id")
        .select(["deliveries.state"])
        .where("listener", "=", "mine")
        .execute();
      assert.deepEqual(
        deliveries.map(({ state }) => state),
        ["skipped"],
        "of before, and none of the heir's",
      );
    });

    test("more than a slice of requests goes over behind the answer, and who hands over what is still coming hands that on", async () => {
      const { boss } = await crew.ownTeam();
      const [leaver, heir, last] = [await crew.member(boss), await crew.member(boss), await crew.member(boss)];
      const count = 2 * limits.transferSlice + 1;
      await house.store.transact(async (tx) => {
        for (let n = 0; n < count; n += 1)
          await writeRequestRow(tx, {
            requestId: `${n % 10}${leaver.accountId}${n}`,
            accountId: leaver.accountId,
            clientId: null,
            title: "One of many",
          });
      });
      const ownedBy = async ({ accountId }: Somebody) =>
        (
          await house.store.read
            .selectFrom("signature_requests")
            .select("request_id")
            .where("account_id", "=", accountId)
            .execute()
        ).length;
      const handOver = async (from: Somebody, to: Somebody) => {
        const json = { email_address: from.email, new_owner_email_address: to.email };
        assert.equal((await crew.call(boss, "POST /team/remove_member", { json })).status, 201);
      };
      await handOver(leaver, heir);
      assert.ok((await ownedBy(heir)) >= limits.transferSlice, "the first at once");
      await handOver(heir, last);
      await house.quiet();
      assert.deepEqual([await ownedBy(leaver), await ownedBy(heir), await ownedBy(last)], [0, 0, count]);
      const { list_info: info } = readAs(Listed, await crew.call(last, "GET /signature_request/list?page_size=1"));
      assert.equal(info.num_results, count, "counted where they are");
      assert.deepEqual(await house.store.read.selectFrom("transfers").selectAll().execute(), []);
    });

    test("what somebody has goes to a member only, not to themselves nor to a stranger, and then nothing happens", async () => {
      const { boss } = await crew.ownTeam();
      const leaver = await crew.member(boss);
      const stranger = await crew.somebody();
      for (const heir of [leaver.email, stranger.email, "nobody@example.com"]) {
        const json = { email_address: leaver.email, new_owner_email_address: heir };
        assert.deepEqual(faultOf(await crew.call(boss, "POST /team/remove_member", { json })), [
          400,
          "bad_request",
          "new_owner_email_address",
        ]);
      }
      assert.equal((await crew.team(boss, "GET /team")).accounts.length, 2);
    });
  });
}
