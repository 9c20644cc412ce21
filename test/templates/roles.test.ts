import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { OneRequest, requestOf, type Shown, signatureOf } from "../support/requests.ts";
import { cast, makeTemplate, sendWith } from "../support/templates.ts";

for (const ground of grounds()) {
  describe(`roles of templates are filled, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let deal: string;
    before(async () => {
      house = await openHeardHouse(ground);
      deal = await makeTemplate(house, {
        message: "Sign the deal",
        subject: "Deal",
        field_options: { date_format: "DD / MM / YYYY" },
      });
    });
    after(() => house.close());

    async function sent(parameters: Parameters<typeof sendWith>[1]): Promise<Shown> {
      const { signature_request_id: id } = requestOf(await sendWith(house, parameters));
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      return requestOf(await ask(house, `GET /signature_request/${id}`));
    }

    test("merge fields go to the role that is named as editor, where it is the only one or the first in order", async () => {
      const id = await makeTemplate(house, {
        signer_roles: [
          { name: "Client", order: 0 },
          { name: "Witness", order: 1 },
        ],
      });
      const shown = await sent({
        template_ids: [id],
        custom_fields: [{ name: "Company", value: "Acme", editor: "Client", required: true }],
      });
      assert.deepEqual(
        shown.signatures.map(({ order }) => order),
        [0, 1],
      );
      const view = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.ok(view.fields.some(({ apiId }) => apiId === "company"));
      assert.deepEqual(shown.custom_fields, [
        { name: "Company", type: "text", value: "Acme", required: true, api_id: "company", editor: "Client" },
      ]);
    });

    test("cc roles get their addresses, and attachments are asked of whoever plays the role", async () => {
      const id = await makeTemplate(house, {
        cc_roles: ["Lawyer"],
        attachments: [{ name: "Passport", signer_index: 1, required: true, instructions: "Both sides" }],
      });
      const shown = await sent({
        template_ids: [id],
        signers: cast.toReversed(),
        ccs: [{ role: "Lawyer", email_address: "law@example.com" }],
      });
      assert.deepEqual(shown.cc_email_addresses, ["law@example.com"]);
      assert.deepEqual(
        shown.attachments.map(({ signer, name }) => [signer, name]),
        [["0", "Passport"]],
      );
      for (const [ccs, path] of [
        [undefined, "ccs"],
        [[{ role: "Judge", email_address: "law@example.com" }], "ccs[0][role]"],
        [
          [
            { role: "Lawyer", email_address: "law@example.com" },
            { role: "Lawyer", email_address: "law@example.com" },
          ],
          "ccs[1][role]",
        ],
        [[{ role: "Lawyer", email_address: "nobody" }], "ccs[0][email_address]"],
      ] as const)
        assert.deepEqual(faultOf(await sendWith(house, { template_ids: [id], ccs })), [400, "bad_request", path]);
    });

    test("older callers name people by role in brackets", async () => {
      const form = new FormData();
      form.set("test_mode", "1");
      form.set("client_id", house.clientId);
      form.set("template_id", deal);
      form.set("signers[Client][name]", "Ann Lee");
      form.set("signers[Client][email_address]", "ann@example.com");
      form.set("signers[Witness][name]", "Bob Ray");
      form.set("signers[Witness][email_address]", "bob@example.com");
      form.set("custom_fields", JSON.stringify({ Company: "Acme" }));
      const answer = await ask(house, "POST /signature_request/create_embedded_with_template", { form });
      const shown = readAs(OneRequest, answer).signature_request;
      assert.deepEqual(
        shown.signatures.map(({ signer_role }) => signer_role),
        ["Client", "Witness"],
      );
    });

    test("what does not fit the templates is refused by the name of its parameter, and leaves nothing behind", async () => {
      const before = await tracesOf(house);
      const [client, witness] = cast;
      for (const [parameters, fault] of [
        [{ template_ids: undefined }, [400, "bad_request", "template_ids"]],
        [{ template_ids: [] }, [400, "bad_request", "template_ids"]],
        [{ template_ids: ["0".repeat(40)] }, [404, "not_found"]],
        [{ signers: [client] }, [400, "bad_request", "signers"]],
        [{ signers: [] }, [400, "bad_request", "signers"]],
        [{ signers: undefined }, [400, "bad_request", "signers"]],
        [{ signers: [client, { ...witness, role: "witness" }] }, [400, "bad_request", "signers[1][role]"]],
        [{ signers: [client, witness, { ...witness, name: "Cy" }] }, [400, "bad_request", "signers[2][role]"]],
        [{ signers: [client, { ...witness, email_address: "x" }] }, [400, "bad_request", "signers[1][email_address]"]],
        [{ signers: [{ ...client, pin: "1" }, witness] }, [400, "bad_request", "signers[0][pin]"]],
        [{ client_id: "e".repeat(32) }, [400, "bad_request", "client_id"]],
        [{ file_urls: ["ftp://example.com/x"] }, [400, "bad_request", "file_urls[0]"]],
        [
          { custom_fields: [{ name: "Company", value: "x", editor: "Judge" }], template_ids: [] },
          [400, "bad_request", "template_ids"],
        ],
        [{ custom_fields: [{ name: "Company", required: true }] }, [400, "bad_request", "custom_fields[0][editor]"]],
      ] as const) {
        const answer = await sendWith(house, { template_ids: [deal], ...parameters });
        assert.deepEqual(faultOf(answer), fault, wordsOf(answer));
      }
      assert.deepEqual(await tracesOf(house), before);
    });

    test("a template that is named twice counts once, and a value for no field is told, and a use of no phone", async () => {
      const answer = await sendWith(house, {
        template_ids: [deal, deal],
        signers: [cast[0], { ...cast[1], sms_phone_number_type: "authentication" }],
        custom_fields: [{ name: "Nobody", value: "x" }],
      });
      const { warnings = [], signature_request: shown } = readAs(OneRequest, answer);
      assert.deepEqual(
        warnings.map(({ warning_name: name }) => name),
        ["duplicate_template_ids", "parameter_ignored", "parameter_ignored"],
      );
      assert.deepEqual(shown.template_ids, [deal]);
    });
  });
}
