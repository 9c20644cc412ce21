import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import {
  type Asked,
  type Change,
  draftBy,
  edit,
  finishDraft,
  openEditor,
  saveOf,
  unclaimedDraft,
} from "../support/editor.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { ann, bob, sendAndWait, shownRequest, signatureOf, untilState } from "../support/requests.ts";
import { cast, makeTemplate } from "../support/templates.ts";

const sent = "signature_request_sent";

for (const ground of grounds()) {
  describe(`drafts of templates and of requests, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const shown = (id: string) => shownRequest(house, id);
    const finish = (link: string, change?: Change) => finishDraft(house, { link, ...(change ? { change } : {}) });
    const draftOf = (on: string, asked: Asked) => unclaimedDraft(house, { on, asked });

    test("of templates: roles that the caller names stand, the others are cast in the editor, and every field is there", async () => {
      const template = await makeTemplate(house, { cc_roles: ["Lawyer"] });
      const made = await draftOf("create_embedded_with_template", {
        files: [],
        client_id: house.clientId,
        requester_email_address: "sender@example.com",
        template_ids: [template],
        signers: cast.slice(1),
        custom_fields: [{ name: "Company", value: "Acme" }],
        is_for_embedded_signing: true,
      });
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      assert.equal(view.revision, 0, "one template alone needs no preparing");
      assert.deepEqual(
        view.signers.map(({ role, email }) => [role, email]),
        [
          ["Witness", "bob@example.com"],
          ["Client", ""],
        ],
      );
      assert.deepEqual([view.ccs, view.allow.signers, view.allow.ccs], [[{ role: "Lawyer" }], false, true]);
      const [bobs, client] = view.signers;
      assert.ok(bobs && client);
      const changed = await editor.call("PUT /draft", {
        ...saveOf(view),
        signers: [{ ...bobs, name: "Else" }, client],
      });
      assert.deepEqual(faultOf(changed), [400, "bad_request", "signers"]);
      const missing = await editor.finish(saveOf(view));
      assert.ok(!missing.ok && "faults" in missing);
      assert.deepEqual(
        missing.faults.map(({ code, at }) => [code, at]),
        [
          ["signer_without_name", { kind: "signer", index: 1 }],
          ["signer_without_email", { kind: "signer", index: 1 }],
        ],
      );
      const id = await finish(made.claim_url).catch(() => null);
      assert.equal(id, null, "another tab has it");
      const done = await editor.finish({
        ...saveOf(view),
        signers: [bobs, { ...client, name: "Ann Lee", email: "ann@example.com" }],
        ccs: [{ role: "Lawyer", email: "law@example.com" }],
      });
      assert.ok(done.ok, JSON.stringify(done));
      const request = await untilState(house, { id: done.requestId ?? "", not: ["processing"] });
      assert.deepEqual(
        [request.template_ids, request.cc_email_addresses, request.signatures.map(({ signer_role }) => signer_role)],
        [[template], ["law@example.com"], ["Witness", "Client"]],
      );
      const page = await open(await pageOf(house, signatureOf(request, 1).signature_id));
      assert.deepEqual(
        [page.fields.map(({ apiId }) => apiId), page.filled.map(({ text }) => text)],
        [["sign_client", "day_client"], ["Acme"]],
      );
    });

    test("of several templates and a file of one's own: one document of all", async () => {
      const [one, two] = [await makeTemplate(house), await makeTemplate(house, { title: "Annex" })];
      const made = await draftOf("create_embedded_with_template", {
        files: [paper({ content: line(72, 700, "Own") })],
        client_id: house.clientId,
        requester_email_address: "sender@example.com",
        template_ids: [one, two],
        signers: cast,
        preview_only: true,
      });
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      assert.deepEqual([view.pages.length, view.files.length, view.fields.length, view.allow.fields], [3, 3, 8, false]);
      assert.deepEqual(faultOf(await editor.call("PUT /draft", { ...saveOf(view), fields: [] })), [
        400,
        "bad_request",
        "fields",
      ]);
      const done = await editor.finish(saveOf(view));
      assert.ok(done.ok, JSON.stringify(done));
      assert.deepEqual(await eventsOf(house, done.requestId ?? ""), [sent]);
    });

    test("edit_and_resend makes a new request that says all that the other one says, which stays as it is", async () => {
      const before = await sendAndWait(house, { signers: [ann, bob], message: "Sign", metadata: { a: "b" } });
      const made = await draftOf(`edit_and_resend/${before.signature_request_id}`, {
        files: [],
        client_id: house.clientId,
        requester_email_address: "other@example.com",
      });
      assert.notEqual(made.signature_request_id, before.signature_request_id);
      const id = await finish(made.claim_url, (view) => {
        assert.deepEqual([view.message, view.signers.length, view.fields.length, view.revision], ["Sign", 2, 4, 0]);
        return {
          title: "Again",
          signers: view.signers.slice(0, 1),
          fields: view.fields.filter(({ signer }) => signer === 0),
        };
      });
      assert.deepEqual(await eventsOf(house, id), [sent]);
      const after = await shown(id);
      assert.deepEqual(
        [after.title, after.metadata, after.signatures.length, after.requester_email_address],
        ["Again", { a: "b" }, 1, "other@example.com"],
      );
      assert.deepEqual(await shown(before.signature_request_id), before);
      const resend = async (given: Readonly<Record<string, unknown>>) => {
        const { signature_request_id: other } = await sendAndWait(house, given);
        const json = { client_id: house.clientId };
        return ask(house, `POST /unclaimed_draft/edit_and_resend/${other}`, { json });
      };
      for (const [given, words] of [
        [{ signers: [{ ...ann, pin: "1234" }] }, /access codes/],
        [{ signers: [ann], is_eid: true, test_mode: false }, /electronic identity/],
      ] as const) {
        const refused = await resend(given);
        assert.deepEqual(faultOf(refused), [409, "conflict"]);
        assert.match(wordsOf(refused), words);
      }
    });

    test("a code for a signer is refused at its place: nothing in a draft would keep it", async () => {
      const template = await makeTemplate(house);
      const app = { client_id: house.clientId, requester_email_address: "sender@example.com" };
      for (const code of [{ pin: "1234" }, { sms_phone_number: "+14155550100" }]) {
        const [name = ""] = Object.keys(code);
        for (const [on, asked] of [
          ["create", { type: "request_signature", signers: [ann, { ...bob, ...code }] }],
          ["create_embedded", { ...app, signers: [ann, { ...bob, ...code }] }],
          [
            "create_embedded_with_template",
            { ...app, files: [], template_ids: [template], signers: [cast[0], { ...cast[1], ...code }] },
          ],
        ] as const) {
          const refused = await draftBy(house, { on: `/unclaimed_draft/${on}`, asked });
          assert.deepEqual(faultOf(refused), [400, "bad_request", `signers[1][${name}]`], on);
          assert.match(wordsOf(refused), /a draft's signers cannot be given codes/);
        }
      }
    });

    test("what does not fit the parameters is refused with its path before anything is kept", async () => {
      const count = async () => (await house.store.read.selectFrom("drafts").select("draft_id").execute()).length;
      const before = await count();
      const app = { client_id: house.clientId, requester_email_address: "sender@example.com" };
      for (const [on, asked, path] of [
        ["create", {}, "type"],
        ["create", { type: "other" }, "type"],
        ["create_embedded", { requester_email_address: "sender@example.com" }, "client_id"],
        ["create_embedded", { client_id: house.clientId }, "requester_email_address"],
        ["create_embedded", { ...app, requester_email_address: "x" }, "requester_email_address"],
        ["create_embedded", { ...app, client_id: "f".repeat(32) }, "client_id"],
        ["create_embedded", { ...app, subject: "x".repeat(201) }, "subject"],
        ["create_embedded", { ...app, requesting_redirect_url: "javascript:1" }, "requesting_redirect_url"],
        ["create_embedded", { ...app, signers: [ann, ann] }, "signers[1][email_address]"],
        ["create_embedded", { ...app, files: [] }, "files"],
      ] as const)
        assert.deepEqual(
          faultOf(await draftBy(house, { on: `/unclaimed_draft/${on}`, asked })),
          [400, "bad_request", path],
          on,
        );
      assert.equal(await count(), before);
    });
  });
}
