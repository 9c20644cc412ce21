import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { holding, startFileHost } from "../support/file-host.ts";
import { type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage } from "../support/requests.ts";
import {
  clientAndWitness,
  createTemplate,
  MadeTemplate,
  makeTemplate,
  shownTemplate,
  templateEventsOf,
  templateIdOf,
} from "../support/templates.ts";

for (const ground of grounds()) {
  describe(`templates are made, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    test("a template answers its id at once and calls back once: template_created, with itself", async () => {
      const answer = await createTemplate(house, { metadata: { deal: "7" }, message: "Please sign", subject: "Deal" });
      const made = readAs(MadeTemplate, answer);
      assert.deepEqual(Object.keys(made), ["template"]);
      assert.deepEqual(Object.keys(made.template), ["template_id"]);
      const id = made.template.template_id;

      assert.deepEqual(await templateEventsOf(house, id), { account: ["template_created"], app: [], message: null });
      const heard = house.receiver.heard.find(({ payload }) => payload.template?.template_id === id);
      assert.ok(heard);
      assert.equal(heard.payload.signature_request, undefined);
      assert.equal(heard.payload.client_id, null);
      assert.deepEqual(heard.payload.template, await shownTemplate(house, id));
    });

    test("a template for an app calls back to the account and to the app, and is embedded", async () => {
      const id = await makeTemplate(house, { client_id: house.clientId });
      const both = { account: ["template_created"], app: ["template_created"], message: null };
      assert.deepEqual(await templateEventsOf(house, id), both);
      assert.equal((await shownTemplate(house, id)).is_embedded, true);
    });

    test("a template is shown with its roles, documents and fields, places in units of 80 DPI from 100 on", async () => {
      const id = await makeTemplate(house, {
        signer_roles: [
          { name: "Client", order: 0 },
          { name: "Witness", order: 1 },
        ],
        cc_roles: ["Lawyer"],
        merge_fields: [
          { name: "Company", type: "text" },
          { name: "Nowhere", type: "checkbox" },
        ],
        message: "Please sign",
        attachments: [{ name: "Passport", signer_index: 1, required: true }],
        signer_experience: { form_view: "enabled" },
      });
      const shown = await shownTemplate(house, id);
      assert.deepEqual(shown.signer_roles, [
        { name: "Client", order: 0 },
        { name: "Witness", order: 1 },
      ]);
      assert.deepEqual(shown.cc_roles, [{ name: "Lawyer" }]);
      assert.deepEqual(
        [shown.title, shown.message, shown.is_creator, shown.can_edit, shown.is_embedded],
        ["Agreement", "Please sign", true, true, false],
      );
      const [document, ...others] = shown.documents;
      assert.ok(document);
      assert.deepEqual([document.name, document.index, others.length], ["paper-1.pdf", 0, 0]);
      const [sign] = document.form_fields;
      assert.deepEqual(sign, {
        api_id: "sign_client",
        name: "Client signs",
        type: "signature",
        signer: "1",
        x: 180,
        y: 67,
        width: 160,
        height: 18,
        required: true,
        group: null,
      });
      assert.deepEqual(
        document.form_fields.map(({ api_id, signer }) => [api_id, signer]),
        [
          ["sign_client", "1"],
          ["day_client", "1"],
          ["sign_witness", "2"],
        ],
      );
      assert.deepEqual(
        document.custom_fields.map(({ name, type, signer }) => [name, type, signer]),
        [
          ["Company", "text", null],
          ["Nowhere", "checkbox", undefined],
        ],
      );
      assert.deepEqual(
        shown.attachments.map(({ signer, name, required }) => [signer, name, required]),
        [["Witness", "Passport", true]],
      );
      assert.equal(shown.signer_experience.form_view, "enabled");
      const [account] = shown.accounts;
      assert.equal(account?.email_address, "admin@localhost");
    });

    test("text tags make the fields of a template, merge tags without a value too", async () => {
      const page = paper({
        content: [
          line(72, 700, "[sig|req|signer1]"),
          line(72, 600, "[sig|req|signer2]"),
          line(72, 500, "[text-merge|noreq|sender|Company]"),
        ].join(""),
      });
      const id = await makeTemplate(house, {
        files: [page],
        use_text_tags: true,
        hide_text_tags: true,
        form_fields_per_document: undefined,
      });
      assert.deepEqual((await templateEventsOf(house, id)).account, ["template_created"]);
      const [document] = (await shownTemplate(house, id)).documents;
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
    });

    for (const [what, parameters, words] of [
      ["a broken file", { files: [Buffer.from("%PDF-1.4\nbroken\n")] }, /paper-1\.pdf/],
      [
        "a malformed tag",
        {
          files: [paper({ content: line(72, 700, "[sig|req]") })],
          use_text_tags: true,
          form_fields_per_document: undefined,
        },
        /paper-1\.pdf, page 1, \[sig\|req\]/,
      ],
      [
        "a tag of a role that is not there",
        {
          files: [paper({ content: line(72, 700, "[sig|req|signer3]") })],
          use_text_tags: true,
          form_fields_per_document: undefined,
        },
        /signer3/,
      ],
      ["no tag at all", { use_text_tags: true, form_fields_per_document: undefined }, /has no field/],
      [
        "a field on a page that is not there",
        { form_fields_per_document: [{ ...clientAndWitness[0], page: 9 }] },
        /there is no page 9/,
      ],
      ["a file that cannot be fetched", { files: [], file_urls: ["http://127.0.0.1:1/x.pdf"] }, /file_urls\[0\]/],
    ] as const)
      test(`${what} ends in one template_error that says what is wrong, and the template cannot be used`, async () => {
        const id = await makeTemplate(house, parameters);
        const { account, app, message } = await templateEventsOf(house, id);
        assert.deepEqual([account, app], [["template_error"], []]);
        assert.match(message ?? "", words);
        const used = await ask(house, "POST /signature_request/send_with_template", {
          json: { template_ids: [id], signers: [] },
        });
        assert.deepEqual(faultOf(used), [422, "unprocessable_entity"]);
        assert.deepEqual(faultOf(await ask(house, `GET /template/files/${id}`)), [422, "unprocessable_entity"]);
      });

    test("what does not fit is refused by the name of its parameter, and leaves nothing behind", async () => {
      const before = await tracesOf(house);
      const [field] = clientAndWitness;
      for (const [parameters, path] of [
        [{ signer_roles: undefined }, "signer_roles"],
        [{ signer_roles: [{ name: "A" }, { name: "A" }] }, "signer_roles[1][name]"],
        [{ signer_roles: [{ name: "A", order: 0 }, { name: "B" }] }, "signer_roles[1][order]"],
        [{ signer_roles: [{ name: " " }] }, "signer_roles[0][name]"],
        [{ cc_roles: ["A", "A"] }, "cc_roles[1]"],
        [
          {
            merge_fields: [
              { name: "A", type: "text" },
              { name: "A", type: "text" },
            ],
          },
          "merge_fields[1][name]",
        ],
        [{ merge_fields: [{ name: "A", type: "date" }] }, "merge_fields[0][type]"],
        [{ form_fields_per_document: undefined }, "form_fields_per_document"],
        [{ form_fields_per_document: [{ ...field, signer: 2 }] }, "form_fields_per_document[0][signer]"],
        [{ files: [] }, "files"],
        [{ client_id: "e".repeat(32) }, "client_id"],
        [{ subject: "x".repeat(201) }, "subject"],
        [{ use_text_tags: true, use_preexisting_fields: true }, "use_preexisting_fields"],
        [{ attachments: [{ name: "A", signer_index: 2 }] }, "attachments[0][signer_index]"],
      ] as const) {
        const answer = await createTemplate(house, parameters);
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], wordsOf(answer));
      }
      assert.deepEqual(await tracesOf(house), before);
    });

    test("while a template is prepared it is shown without fields, and cannot be used, changed or deleted", async () => {
      const host = await startFileHost();
      const held = holding(onePage);
      const id = templateIdOf(
        await createTemplate(house, { files: [], file_urls: [host.at("/paper.pdf", held.listener)] }),
      );
      const [document] = (await shownTemplate(house, id)).documents;
      assert.deepEqual([document?.name, document?.form_fields], ["paper.pdf", []]);
      for (const [on, json] of [
        [`POST /template/delete/${id}`, {}],
        [`POST /template/update/${id}`, { title: "Other" }],
        ["POST /signature_request/send_with_template", { template_ids: [id], signers: [] }],
      ] as const)
        assert.deepEqual(faultOf(await ask(house, on, { json })), [409, "conflict"], on);
      assert.deepEqual(faultOf(await ask(house, `GET /template/files/${id}`)), [409, "conflict"]);
      held.release();
      assert.deepEqual((await templateEventsOf(house, id)).account, ["template_created"]);
      await host.close();
    });
  });
}
