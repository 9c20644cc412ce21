import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import { type CheckedTrail, checkTrail } from "../../src/evidence/verify/check-trail.ts";
import { line, paper } from "../documents/papers.ts";
import { runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { cleo, fields, grouped, statesOf, two } from "../support/groups.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, pageOf } from "../support/page.ts";
import { ann, bob, requestOf, sendAndWait, signatureOf, untilState } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(`Groups of signers, ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const show = async (id: string) => requestOf(await ask(house, `GET /signature_request/${id}`));
    const linkOf = (requestId: string, to: typeof ann) => mailedLinkOf(house, { requestId, to: to.email_address });

    test("everybody in a group is asked, the first who signs signs for all, and the next group's turn comes", async () => {
      const shown = await sendAndWait(house, { ...two, mailed: true, form_fields_per_document: fields });
      const { signature_request_id: id } = shown;
      const [first, second, third] = shown.signatures.map((one) => one.signer_group_guid);
      assert.match(first ?? "", /^[0-9a-f-]{36}$/);
      assert.ok(first === second && third !== null && third !== first);
      assert.deepEqual(
        shown.signatures.map(({ order }) => order),
        [0, 0, 1],
      );

      const [anns, bobs] = [
        openPage(house, { link: await linkOf(id, ann) }),
        openPage(house, { link: await linkOf(id, bob) }),
      ];
      const seen = await open(anns);
      assert.deepEqual(
        seen.fields.map(({ apiId }) => apiId),
        ["sign_0", "note_0"],
      );
      await anns.save({ note_0: "of Ann alone" });
      assert.deepEqual((await open(bobs)).answers, {}, "what one has typed is not shown to another");
      await bobs.save({ note_0: "of Bob alone" });
      assert.equal((await open(anns)).answers.note_0, "of Ann alone");
      assert.deepEqual((await show(id)).response_data, []);

      const finished = await bobs.finish({ ...answersTo(seen), sign_0: bob.name, note_0: "Signed by Bob" });
      assert.deepEqual(finished, { ok: true, state: "signed" });
      const after = await show(id);
      assert.deepEqual(statesOf(after), ["success", "signed", "awaiting_signature"]);
      const bobId = signatureOf(after, 1).signature_id;
      assert.deepEqual(
        after.response_data.map(({ api_id: field, signature_id: by, value }) => [field, by, value]),
        [
          ["sign_0", bobId, bob.name],
          ["note_0", bobId, "Signed by Bob"],
        ],
      );
      for (const said of [
        await anns.claim(),
        await anns.save({ note_0: "late" }),
        await anns.finish(answersTo(seen)),
        await anns.decline(""),
      ])
        assert.ok("code" in said && said.code === "group_signed" && said.says.key === "refusal.group_signed");
      assert.equal((await open(bobs)).state, "signed");
      const reminded = await ask(house, `POST /signature_request/remind/${id}`, {
        json: { email_address: ann.email_address },
      });
      assert.match(JSON.stringify(reminded.json), /Somebody else has signed for the group of Ann Lee/);
      const changed = await ask(house, `POST /signature_request/update/${id}`, {
        json: { signature_id: signatureOf(after).signature_id, name: "Anna" },
      });
      assert.equal(changed.status, 400);

      const last = openPage(house, { link: await linkOf(id, cleo) });
      await last.finish(answersTo(await open(last)));
      const done = await untilState(house, { id, not: ["awaiting", "sealing"] });
      assert.deepEqual([done.is_complete, statesOf(done)], [true, ["success", "signed", "signed"]]);
      await house.quiet();
      assert.deepEqual((await eventsOf(house, id)).filter((type) => type === "signature_request_signed").length, 2);
      const told = house.receiver.heard.find(
        ({ payload: { event, signature_request: of } }) =>
          event.event_type === "signature_request_signed" && of?.signature_request_id === id,
      );
      assert.equal(told?.payload.event.event_metadata.related_signature_id, bobId);
      const step = (await findTrail(house.store.read, id)).find(({ kind }) => kind === "group_signed");
      assert.equal(step?.signature_id, bobId);
      assert.match(step?.facts_json ?? "", /Group Sales; not needed any more: Ann Lee \(ann@example\.com\)/);
      const { bytes } = await ask(house, `GET /signature_request/files/${id}?file_type=pdf`);
      assert.equal(((await checkTrail(bytes, id)) as CheckedTrail).report.isSound, true);
      assert.match(runOn(bytes, "pdftotext", "{}", "-"), /Bob Ray, for Sales/);
      const kept = await house.store.read
        .selectFrom("group_answers")
        .selectAll()
        .where("request_id", "=", id)
        .execute();
      assert.deepEqual(kept, [], "nothing is kept of what the others have typed");
    });

    test("of two members who finish at the same moment one signs, and the other is told that somebody has", async () => {
      const shown = await sendAndWait(house, { ...grouped, form_fields_per_document: fields.slice(0, 2) });
      const { signature_request_id: id } = shown;
      const pages = await Promise.all(shown.signatures.map((one) => pageOf(house, one.signature_id)));
      const views = await Promise.all(pages.map((page) => open(page)));
      const said = await Promise.all(pages.map((page, index) => page.finish(answersTo(views[index] ?? assert.fail()))));
      assert.deepEqual(said.map((one) => one.ok || one.code).toSorted(), ["group_signed", true]);
      const done = await untilState(house, { id, not: ["awaiting", "sealing"] });
      assert.deepEqual(statesOf(done).toSorted(), ["signed", "success"]);
      const winner = signatureOf(
        done,
        said.findIndex(({ ok }) => ok),
      );
      assert.ok(done.response_data.every(({ signature_id: by }) => by === winner.signature_id));
      const spared = done.signatures.find(({ status_code: code }) => code === "success");
      const refused = await ask(house, `GET /embedded/sign_url/${spared?.signature_id}`);
      assert.equal(refused.status, 409);
    });

    test("a text tag's signer1 is the first group, and a file that it is to bring is the group's", async () => {
      const tagged = paper({ content: `${line(72, 700, "[sig|req|signer1]")}${line(72, 600, "[sig|req|signer2]")}` });
      const shown = await sendAndWait(house, {
        ...two,
        files: [tagged],
        use_text_tags: true,
        attachments: [{ name: "Licence", signer_index: 0 }],
      });
      assert.equal(shown.has_error, false);
      const view = await open(await pageOf(house, signatureOf(shown, 1).signature_id));
      assert.deepEqual(
        view.fields.map(({ type }) => type),
        ["signature", "attachment"],
      );
      assert.equal((await ask(house, `GET /embedded/sign_url/${signatureOf(shown, 2).signature_id}`)).status, 409);
      const three = paper({ content: line(72, 700, "[sig|req|signer3]") });
      const wrong = await sendAndWait(house, { ...two, files: [three], use_text_tags: true });
      assert.equal(wrong.has_error, true, "three people in two groups are two signers");
    });

    test("without fields the page for signatures has one line for a group, and names it with its members", async () => {
      const shown = await sendAndWait(house, { ...two, files: [paper({ content: line(72, 700, "Plain") })] });
      const view = await open(await pageOf(house, signatureOf(shown, 1).signature_id));
      assert.deepEqual(
        view.fields.map(({ type }) => type),
        ["signature", "date_signed"],
      );
      const { pages } = view;
      const text = await (await fetch(new URL(pages.at(-1)?.textUrl ?? "", house.url))).text();
      assert.match(text, /Sales: Ann Lee or Bob Ray/);
    });
  });
}
