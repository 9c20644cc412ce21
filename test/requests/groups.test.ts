import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fitsQuery } from "../../src/requests/query-sql.ts";
import { ask, faultOf } from "../support/ask.ts";
import { cleo, fields, grouped, sales, statesOf, two } from "../support/groups.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, open, pageOf, sign } from "../support/page.ts";
import { ann, bob, edit, requestOf, send, sendAndWait, signatureOf, stateOf, untilState } from "../support/requests.ts";
import { knownPassword, signIn } from "../web/visitor.ts";

for (const ground of grounds()) {
  describe(`Groups of signers asked, ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
    });
    after(() => house.close());

    const show = async (id: string) => requestOf(await ask(house, `GET /signature_request/${id}`));

    test("one of a group who declines ends the request for everybody", async () => {
      const shown = await sendAndWait(house, {
        ...grouped,
        allow_decline: true,
        form_fields_per_document: fields.slice(0, 1),
      });
      const page = await pageOf(house, signatureOf(shown, 1).signature_id);
      await open(page);
      assert.ok((await page.decline("No")).ok);
      const { is_declined: isDeclined, ...after } = await show(shown.signature_request_id);
      assert.deepEqual(
        [isDeclined, statesOf({ is_declined: isDeclined, ...after })],
        [true, ["awaiting_signature", "declined"]],
      );
    });

    test("who is handed a member's place stands in the same group", async () => {
      const shown = await sendAndWait(house, {
        ...grouped,
        allow_reassign: true,
        form_fields_per_document: fields.slice(0, 1),
      });
      const { signature_request_id: id } = shown;
      const page = await pageOf(house, signatureOf(shown).signature_id);
      await open(page);
      assert.ok((await page.reassign({ name: cleo.name, email: cleo.email_address, reason: "" })).ok);
      const handed = await show(id);
      assert.equal(signatureOf(handed).signer_name, cleo.name);
      assert.equal(signatureOf(handed).signer_group_guid, signatureOf(shown, 1).signer_group_guid);
      const other = await pageOf(house, signatureOf(handed).signature_id);
      await other.finish(answersTo(await open(other)));
      assert.deepEqual(statesOf(await untilState(house, { id, not: ["awaiting", "sealing"] })), ["signed", "success"]);
    });

    test("an edit puts groups in the place of signers, and of groups", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { signers: [cleo] });
      const asked = { id, ...grouped, form_fields_per_document: fields.slice(0, 1) };
      assert.equal((await edit(house, asked)).status, 200);
      const shown = await untilState(house, { id, not: ["processing"] });
      assert.deepEqual(
        shown.signatures.map(({ signer_name: who }) => who),
        [ann.name, bob.name],
      );
      assert.equal((await edit(house, { id, signers: [cleo] })).status, 200);
      const back = await untilState(house, { id, not: ["processing"] });
      assert.deepEqual(
        back.signatures.map(({ signer_group_guid: guid }) => guid),
        [null],
      );
      assert.equal(await stateOf(house, id), "awaiting");
    });

    test("the dashboard names the group of each signer, and who has signed for the others", async () => {
      const visitor = await signIn(house);
      const shown = await sendAndWait(house, { ...two, form_fields_per_document: fields });
      const page = async () => (await visitor.get(`/app/requests/${shown.signature_request_id}`)).text;
      const row = (of: string, who: string) => of.split("<tr>").find((one) => one.includes(who)) ?? "";
      assert.match(row(await page(), bob.email_address), /group Sales, of whom one signs for all/);
      await sign(house, signatureOf(shown, 1).signature_id);
      assert.match(row(await page(), ann.email_address), /Not needed[\s\S]*Bob Ray signed for the group/);
      assert.match((await visitor.get("/app/requests")).text, /1 of 2 signed/);
      const condition = (email: string) => fitsQuery({ kind: "waits_for", email });
      for (const [email, count] of [
        [ann.email_address, 0],
        [cleo.email_address, 1],
      ] as const) {
        const rows = await house.store.read
          .selectFrom("signature_requests as r")
          .select("r.request_id")
          .where("r.request_id", "=", shown.signature_request_id)
          .where(condition(email))
          .execute();
        assert.equal(rows.length, count);
      }
    });

    test("a wrong group is refused by the path of what is wrong", async () => {
      const faulty: readonly (readonly [object, string])[] = [
        [{ ...grouped, signers: [cleo] }, "grouped_signers"],
        [{ ...grouped, grouped_signers: [{ group: " ", signers: [ann] }] }, "grouped_signers[0][group]"],
        [{ ...grouped, grouped_signers: [{ signers: [ann] }] }, "grouped_signers[0][group]"],
        [{ ...grouped, grouped_signers: [{ group: "A", signers: [] }] }, "grouped_signers[0][signers]"],
        [
          { ...grouped, grouped_signers: [sales, { group: "B", signers: [bob] }] },
          "grouped_signers[1][signers][0][email_address]",
        ],
        [
          { ...grouped, grouped_signers: [sales, { group: "B", order: 1, signers: [cleo] }] },
          "grouped_signers[0][order]",
        ],
        [
          { ...grouped, grouped_signers: [{ group: "A", signers: [{ ...ann, pin: "1" }] }] },
          "grouped_signers[0][signers][0][pin]",
        ],
        [{ ...grouped, attachments: [{ name: "ID", signer_index: 1 }] }, "attachments[0][signer_index]"],
      ];
      for (const [parameters, path] of faulty) {
        const answer = await send(house, { ...parameters, form_fields_per_document: undefined });
        assert.deepEqual(faultOf(answer), [400, "bad_request", path]);
      }
    });
  });
}
