import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unzipSync } from "fflate";
import { Type } from "typebox";
import { findTrail } from "../../src/evidence/trail.ts";
import { faultOf, readAs } from "../support/ask.ts";
import { joinedPassword } from "../support/crew.ts";
import { eventsOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { allow, askTokens, clientOf, codeIn, setUpOauth, tokensOf } from "../support/oauth.ts";
import { open, pageOf } from "../support/page.ts";
import type { Somebody } from "../support/people.ts";
import { ann, edit, requestOf, sendAndWait, signatureOf, untilState } from "../support/requests.ts";
import { visitorOf } from "../web/visitor.ts";
import { cleo, fileDoors, idsOf, missing, openReceivedDesk, type ReceivedDesk } from "./received-desk.ts";
import { receivedListLaws, receivedTransferLaws } from "./received-laws.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let opened: ReceivedDesk;
    const desk = () => opened;
    before(async () => {
      opened = await openReceivedDesk(ground);
    });
    after(() => opened.house.close());

    receivedListLaws(desk);

    test("what only the sender does is not found by a signer's account", async () => {
      const { house, annHerself, by } = desk();
      const shown = await sendAndWait(house, { signers: [ann] });
      const { signature_request_id: id } = shown;
      const [{ signature_id: signatureId }, update] = [signatureOf(shown), { name: "Anna", signature_id: "" }];
      for (const answer of [
        await by(annHerself, `POST /signature_request/update/${id}`, { ...update, signature_id: signatureId }),
        await by(annHerself, `POST /signature_request/release_hold/${id}`),
        await by(annHerself, `GET /embedded/sign_url/${signatureId}`),
        await edit({ ...house, apiKey: annHerself.apiKey }, { id }),
      ])
        assert.deepEqual(faultOf(answer), missing);
    });

    test("who is replaced loses the request with its links to the document, and who takes the place finds it", async () => {
      const { house, annHerself, sender, by, get, list } = desk();
      const shown = await sendAndWait(house, { signers: [ann] });
      const { signature_request_id: id } = shown;
      const answer = await by(annHerself, `GET /signature_request/files_as_file_url/${id}`);
      const { file_url: link } = readAs(Type.Object({ file_url: Type.String() }), answer);
      assert.equal((await fetch(link)).status, 200);
      const replace = (email: string, signatureId: string) =>
        by(sender, `POST /signature_request/update/${id}`, { email_address: email, signature_id: signatureId });
      const replaced = requestOf(await replace(cleo.email_address, signatureOf(shown).signature_id));
      assert.deepEqual(faultOf(await get(annHerself, id)), missing);
      assert.equal((await fetch(link)).status, 404);
      assert.equal((await fetch(link.replace(/&signature_id=\w+/, ""))).status, 404);
      await replace(ann.email_address, signatureOf(replaced).signature_id);
      assert.equal((await get(annHerself, id)).status, 200);
      assert.deepEqual(idsOf(await list({ page_size: "1" })), [id]);

      await edit(house, { id, signers: [cleo] });
      await untilState(house, { id, not: ["processing"] });
      assert.deepEqual(faultOf(await get(annHerself, id)), missing);
      await edit(house, { id, signers: [ann, cleo], allow_reassign: true });
      const again = await untilState(house, { id, not: ["processing"] });
      assert.equal((await get(annHerself, id)).status, 200);
      const page = await pageOf(house, signatureOf(again).signature_id);
      await open(page);
      await page.reassign({ name: "Dan Roe", email: "dan@example.com", reason: "Away" });
      assert.deepEqual(faultOf(await get(annHerself, id)), missing);
      assert.ok(!idsOf(await list()).includes(id));
    });

    test("a signer is given the document, behind a pin only once all have signed, and nothing that the sender uploaded; each time is told in the trail", async () => {
      const { house, annHerself, sender, by, get, files, complete } = desk();
      const shown = await sendAndWait(house, { signers: [{ ...ann, pin: "abcd12" }, cleo] });
      const { signature_request_id: id } = shown;
      assert.deepEqual(
        await files(annHerself, id),
        fileDoors.map(() => [409, "conflict"]),
      );
      assert.equal((await get(annHerself, id)).status, 200);
      const open1 = await sendAndWait(house, { signers: [ann] });
      assert.deepEqual(
        await files(annHerself, open1.signature_request_id),
        fileDoors.map(() => 200),
      );

      const filled = requestOf(await get(sender, (await complete(open1)).signature_request_id));
      const mine = requestOf(await get(annHerself, filled.signature_request_id));
      assert.deepEqual(mine, filled);
      assert.deepEqual(
        await files(annHerself, filled.signature_request_id),
        fileDoors.map(() => 200),
      );
      const entries = async (who: Somebody) => {
        const { bytes } = await by(who, `GET /signature_request/files/${filled.signature_request_id}?file_type=zip`);
        return Object.keys(unzipSync(bytes));
      };
      assert.deepEqual(await entries(sender), ["Agreement.pdf", "uploaded/1 paper-1.pdf"]);
      assert.deepEqual(await entries(annHerself), ["Agreement.pdf"]);
      const told = (await findTrail(house.store.read, filled.signature_request_id)).filter(
        ({ kind, who }) => kind === "downloaded" && who === annHerself.email,
      );
      assert.ok(told.length > 0);
    });

    test("a signer gives up what has ended, and nobody else loses it; its sender's remove takes nothing from signers", async () => {
      const { house, annHerself, sender, by, get, list, files, complete } = desk();
      const shown = await sendAndWait(house, { signers: [ann] });
      const { signature_request_id: id } = shown;
      const remove = (who: Somebody) => by(who, `POST /signature_request/remove/${id}`);
      assert.deepEqual(faultOf(await remove(annHerself)), [400, "signature_request_remove_failed"]);
      await complete(shown);
      const events = await eventsOf(house, id);
      const { list_info: before } = await list();
      assert.equal((await remove(sender)).status, 200);
      assert.equal((await get(annHerself, id)).status, 200);
      assert.deepEqual(
        await files(annHerself, id),
        fileDoors.map(() => 200),
      );
      await house.store.transact((tx) =>
        tx.updateTable("signature_requests").set({ removed_at: null }).where("request_id", "=", id).execute(),
      );
      assert.equal((await remove(annHerself)).status, 200);
      assert.deepEqual(faultOf(await get(annHerself, id)), missing);
      assert.deepEqual(
        await files(annHerself, id),
        fileDoors.map(() => missing),
      );
      assert.deepEqual(faultOf(await remove(annHerself)), missing);
      const now = await list();
      assert.equal(now.list_info.num_results, (before.num_results ?? 0) - 1);
      assert.ok(!idsOf(now).includes(id));
      assert.equal((await get(sender, id)).status, 200);
      assert.deepEqual(await eventsOf(house, id), events);
      assert.equal((await findTrail(house.store.read, id)).at(-1)?.kind, "given_up");
    });

    test("an app sees what its account has received with the scope for all of its requests only", async () => {
      const { house, annHerself } = desk();
      const { signature_request_id: id } = await sendAndWait(house, { signers: [ann] });
      const form = { email: annHerself.email, password: joinedPassword };
      const { cookie } = await visitorOf(house).post("/app/sign-in", form);
      const visitor = visitorOf(house, cookie?.split(";")[0] ?? assert.fail());
      for (const [scope, answers] of [
        ["request_signature", missing],
        ["signature_request_access", 200],
      ] as const) {
        const app = await setUpOauth(house, { clientId: house.clientId, scopes: ["basic_account_info", scope] });
        const code = codeIn(await allow(visitor, app));
        const asked = { grant_type: "authorization_code", state: "s1", code, ...clientOf(app) };
        const { access_token: token } = tokensOf(await askTokens(house, asked));
        const headers = { authorization: `Bearer ${token}` };
        const seen = await fetch(`${house.url}/v3/signature_request/${id}`, { headers });
        assert.equal(seen.status, answers === 200 ? 200 : answers[0]);
        const listed = await (await fetch(`${house.url}/v3/signature_request/list`, { headers })).text();
        assert.equal(listed.includes(id), answers === 200);
      }
    });

    receivedTransferLaws(desk);
  });
}
