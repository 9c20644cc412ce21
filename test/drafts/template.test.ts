import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf, readAs } from "../support/ask.ts";
import { edit, OneEditUrl, openEditor, saveOf, signatureField, templateDraft, untilOpen } from "../support/editor.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage, requestOf } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import {
  cast,
  clientAndWitness,
  makeTemplate,
  sendWith,
  shownTemplate,
  templateEventsOf,
} from "../support/templates.ts";

const both = [signatureField(0), signatureField(1)];

for (const ground of grounds()) {
  describe(`templates in the editor, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;
    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });
    after(() => house.close());

    async function editUrlOf(id: string, json: object = {}): Promise<string> {
      return readAs(OneEditUrl, await ask(house, `POST /embedded/edit_url/${id}`, { json })).embedded.edit_url;
    }

    test("a draft becomes a template when it is saved there: until then there is none, then template_created tells", async () => {
      const made = await templateDraft(house, {
        cc_roles: ["Lawyer"],
        merge_fields: [{ name: "Company", type: "text" }],
        message: "Please sign",
        metadata: { a: "b" },
        skip_me_now: true,
        field_options: { date_format: "DD / MM / YYYY" },
        editor_options: { allow_edit_signers: true },
      });
      assert.match(made.edit_url, /\/editor\/embeddedTemplate\?token=\w+&guid=/);
      assert.deepEqual(faultOf(await ask(house, `GET /template/${made.template_id}`)), [404, "not_found"]);
      const editor = openEditor(house, { link: made.edit_url });
      const view = await edit(editor);
      assert.deepEqual(
        [view.kind, view.templateId, view.requestId, view.allow.meNow, view.dateFormat],
        ["template", made.template_id, null, false, "DD / MM / YYYY"],
      );
      assert.deepEqual(
        view.signers.map(({ role, name }) => [role, name]),
        [
          ["Client", ""],
          ["Witness", ""],
        ],
      );
      const none = await editor.finish(saveOf(view));
      assert.ok(!none.ok && "faults" in none);
      assert.deepEqual(
        none.faults.map(({ code }) => code),
        ["no_field"],
      );
      const twice = view.signers.map((signer) => ({ ...signer, role: "Same" }));
      const same = await editor.finish({ ...saveOf(view), fields: both, signers: twice });
      assert.ok(!same.ok && "faults" in same);
      assert.deepEqual(
        same.faults.map(({ code }) => code),
        ["twice"],
      );

      const company = {
        ...signatureField(0),
        apiId: "company",
        type: "text-merge",
        name: "Company",
        signer: null,
        y: 300,
      } as const;
      const done = await editor.finish({ ...saveOf(view), title: "Deal", fields: [...both, company] });
      assert.deepEqual(done, {
        ok: true,
        state: "done",
        kind: "template",
        templateId: made.template_id,
        requestId: null,
        signatureId: null,
        isHeld: false,
      });
      const events = await templateEventsOf(house, made.template_id);
      assert.deepEqual([events.account, events.app], [["template_created"], ["template_created"]]);
      const template = await shownTemplate(house, made.template_id);
      assert.deepEqual(
        [template.title, template.message, template.is_embedded, template.cc_roles.map(({ name }) => name)],
        ["Deal", "Please sign", true, ["Lawyer"]],
      );
      const [document] = template.documents;
      assert.deepEqual(
        document?.form_fields.map(({ type, signer }) => [type, signer]),
        [
          ["signature", "1"],
          ["signature", "2"],
        ],
      );
      assert.deepEqual(
        document?.custom_fields.map(({ name }) => name),
        ["Company"],
      );
      const ccs = [{ role: "Lawyer", email_address: "law@example.com" }];
      const asked = {
        template_ids: [made.template_id],
        signers: cast,
        ccs,
        custom_fields: [{ name: "Company", value: "Acme" }],
      };
      const { signature_request_id: id } = requestOf(await sendWith(house, asked));
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
    });

    test("without roles the sender names them, also those whom text tags or form fields ask for", async () => {
      const made = await templateDraft(house, { signer_roles: [], form_fields_per_document: clientAndWitness });
      const editor = openEditor(house, { link: made.edit_url });
      const view = await edit(editor);
      assert.deepEqual([view.allow.signers, view.signers.map(({ role }) => role)], [true, ["Role 1", "Role 2"]]);
      assert.equal(view.fields.length, 4);
      assert.ok((await editor.finish(saveOf(view))).ok);
    });

    test("a draft of a template whose link is spent gets a fresh one, which finds what was saved; the old tab is out", async () => {
      const made = await templateDraft(house);
      const editor = openEditor(house, { link: made.edit_url });
      await editor.save({ ...saveOf(await edit(editor)), title: "Half" });
      const link = await editUrlOf(made.template_id);
      assert.notEqual(link, made.edit_url);
      const old = await editor.draft();
      assert.ok(!old.ok && "code" in old && old.code === "sign_url_invalid");
      const next = openEditor(house, { link });
      const view = await edit(next);
      assert.equal(view.title, "Half");
      assert.ok((await next.finish({ ...saveOf(view), fields: both })).ok);
    });

    test("a template that is there is changed in the editor: no event, and requests made of it before stay", async () => {
      const id = await makeTemplate(house, { client_id: house.clientId, cc_roles: ["Lawyer"] });
      await house.quiet();
      const link = await editUrlOf(id, {
        cc_roles: [""],
        merge_fields: [],
        force_subject_message: true,
        editor_options: { allow_edit_documents: true },
      });
      const editor = openEditor(house, { link });
      const view = await edit(editor);
      assert.deepEqual([view.ccs, view.fields.length, view.revision, view.show.subjectFirst], [[], 4, 0, true]);
      const longer = await untilOpen(editor, await editor.add([onePage]));
      const more = { ...signatureField(1), apiId: "new", page: 2 };
      const done = await editor.finish({ ...saveOf(longer), title: "Changed", fields: [...longer.fields, more] });
      assert.ok(done.ok && done.templateId === id, JSON.stringify(done));
      const template = await shownTemplate(house, id);
      assert.deepEqual([template.title, template.cc_roles, template.documents.length], ["Changed", [], 2]);
      assert.deepEqual(
        template.documents[1]?.form_fields.map(({ api_id }) => api_id),
        ["new"],
      );
      assert.deepEqual((await templateEventsOf(house, id)).account, ["template_created"]);
      const { signature_request_id: request } = requestOf(await sendWith(house, { template_ids: [id] }));
      assert.deepEqual(await eventsOf(house, request), ["signature_request_sent"]);
    });

    test("what somebody else has changed meanwhile is not written over, and what was deleted does not come back", async () => {
      const id = await makeTemplate(house, { client_id: house.clientId });
      const [one, two] = [await editUrlOf(id), await editUrlOf(id)].map((link) => openEditor(house, { link }));
      assert.ok(one && two);
      const [first, second] = [await edit(one), await edit(two)];
      assert.ok((await one.finish({ ...saveOf(first), title: "One" })).ok);
      const late = await two.finish({ ...saveOf(second), title: "Two" });
      assert.ok(!late.ok && "code" in late && late.code === "draft_behind");
      assert.equal((await shownTemplate(house, id)).title, "One");
      const third = openEditor(house, { link: await editUrlOf(id) });
      const view = await edit(third);
      assert.equal((await ask(house, `POST /template/delete/${id}`)).status, 200);
      const gone = await third.finish(saveOf(view));
      assert.ok(!gone.ok && "code" in gone && gone.code === "sign_url_invalid");
      const left = await house.store.read
        .selectFrom("drafts")
        .select("said_json")
        .where("template_id", "=", id)
        .execute();
      assert.deepEqual(left, [], "nothing of it stays in what was to change it");
    });

    test("a draft whose file is of no use has failed: template_error says why", async () => {
      const made = await templateDraft(house, { files: [Buffer.from("%PDF-1.4\nbroken\n")] });
      await house.quiet();
      const { account, app, message } = await templateEventsOf(house, made.template_id);
      assert.deepEqual([account, app], [["template_error"], ["template_error"]]);
      assert.match(message ?? "", /paper-1\.pdf/);
      assert.deepEqual(faultOf(await ask(house, `POST /embedded/edit_url/${made.template_id}`, { json: {} })), [
        422,
        "unprocessable_entity",
      ]);
    });

    test("another account's draft or template is a 404, one that belongs to no app a 400, and one that is shared is not changed", async () => {
      const made = await templateDraft(house);
      const [mine, plain] = [await makeTemplate(house, { client_id: house.clientId }), await makeTemplate(house)];
      const url = (id: string, key?: string) =>
        ask(house, `POST /embedded/edit_url/${id}`, { json: {}, ...(key ? { key } : {}) });
      for (const id of [made.template_id, mine])
        assert.deepEqual(faultOf(await url(id, other.apiKey)), [404, "not_found"]);
      assert.deepEqual(faultOf(await url("0".repeat(40))), [404, "not_found"]);
      assert.deepEqual(faultOf(await url(plain)), [400, "bad_request", "template_id"]);
    });
  });
}
