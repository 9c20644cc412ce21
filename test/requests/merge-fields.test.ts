import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { line } from "../documents/papers.ts";
import { runOn } from "../evidence/tools.ts";
import { ask, readAs } from "../support/ask.ts";
import { book } from "../support/book.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import {
  ann,
  bob,
  type NewRequest,
  OneRequest,
  requestOf,
  type Shown,
  send,
  sendAndWait,
  signatureOf,
  untilState,
} from "../support/requests.ts";

const place = { document_index: 0, required: true, x: 100, width: 200, height: 20, page: 1 };

/** A page with these lines, tags counting. */
const tagged = (...lines: readonly string[]) => ({
  use_text_tags: true,
  files: [book(lines.map((text, index) => line(72, 700 - index * 40, text)).join(""))],
});

const company = "[text-merge|req|sender|company|company_id]";
const member = "[checkbox-merge|req|sender|member]";
const salary = "[text-merge|req|signer1|salary]";
const sign = "[sig|req|signer1||sign]";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const show = async ({ signature_request_id: id }: Shown) =>
      requestOf(await ask(house, `GET /signature_request/${id}`));

    async function sent(parameters: NewRequest): Promise<Shown> {
      const shown = await sendAndWait(house, parameters);
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
      return shown;
    }

    async function pageOfSigner(shown: Shown) {
      const page = await pageOf(house, signatureOf(shown).signature_id);
      return { page, view: await open(page) };
    }

    test("the sender's values stand on the page, are not the signer's to change, and are in the finished document", async () => {
      const custom_fields = [
        { name: "company", value: "Acme Co." },
        { name: "member", value: true },
      ];
      const shown = await sent({ ...tagged(company, member, sign), custom_fields });
      assert.deepEqual((await show(shown)).custom_fields, [
        { name: "company", type: "text", value: "Acme Co.", required: false, api_id: "company_id", editor: null },
        { name: "member", type: "checkbox", value: true, required: false, api_id: "tag_2", editor: null },
      ]);
      const { page, view } = await pageOfSigner(shown);
      assert.deepEqual(
        view.fields.map(({ apiId }) => apiId),
        ["sign"],
      );
      assert.deepEqual(
        view.filled.map(({ text }) => text),
        ["Acme Co.", "✓"],
      );
      assert.deepEqual(await page.finish({ sign: "Ann" }), { ok: true, state: "signed" });
      await untilState(house, { id: shown.signature_request_id, not: ["awaiting", "sealing"] });
      const file = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`);
      assert.match(runOn(file.bytes, "pdftotext", "{}", "-"), /Acme Co\./);
    });

    test("a value that the signer may edit is there before, and the answer is theirs", async () => {
      const custom_fields = [{ name: "salary", value: "1,000", editor: "signer1", required: true }];
      const shown = await sent({ ...tagged(salary, sign), custom_fields });
      const { page, view } = await pageOfSigner(shown);
      assert.deepEqual(view.answers, { tag_1: "1,000" });
      assert.deepEqual(
        view.fields.map(({ apiId, type, required }) => [apiId, type, required]),
        [
          ["tag_1", "text", true],
          ["sign", "signature", true],
        ],
      );
      assert.deepEqual(await page.finish({ tag_1: "2,000", sign: "Ann" }), { ok: true, state: "signed" });
      const { response_data } = await show(shown);
      assert.deepEqual(
        response_data.map(({ api_id, type, value }) => [api_id, type, value]),
        [
          ["tag_1", "text-merge", "2,000"],
          ["sign", "signature", "Ann"],
        ],
      );
    });

    test("form fields of the merge types take values by their name or their api_id, or stay empty", async () => {
      const fields = [
        { ...place, api_id: "city", type: "text-merge", signer: "sender", name: "City", y: 100 },
        { ...place, api_id: "zip", type: "text-merge", signer: "sender", y: 140 },
        { ...place, api_id: "vip", type: "checkbox-merge", signer: "sender", y: 180 },
        { ...place, api_id: "none", type: "text-merge", signer: "sender", y: 220 },
        { ...place, api_id: "sign", type: "signature", signer: "0", y: 300 },
      ];
      const custom_fields = { City: "Zagreb", zip: 10000, vip: "1" };
      const shown = await sent({ form_fields_per_document: fields, custom_fields });
      const { view } = await pageOfSigner(shown);
      assert.deepEqual(
        view.filled.map(({ text }) => text),
        ["Zagreb", "10000", "✓"],
      );
      assert.deepEqual(
        (await show(shown)).custom_fields.map((one) => Object.values(one as object)),
        [
          ["City", "text", "Zagreb", false, "city", null],
          ["zip", "text", "10000", false, "zip", null],
          ["vip", "checkbox", true, false, "vip", null],
        ],
      );
    });

    test("a form field of the sender's whose value names an editor is that signer's to change", async () => {
      const fields = [
        { ...place, api_id: "city", type: "text-merge", signer: "sender", y: 100 },
        { ...place, api_id: "vip", type: "checkbox-merge", signer: "sender", y: 140 },
        { ...place, api_id: "sign", type: "signature", signer: "0", y: 300 },
      ];
      const custom_fields = [
        { name: "city", value: "Zagreb", editor: "signer1", required: true },
        { name: "vip", value: "1", editor: "signer1" },
      ];
      const shown = await sent({ form_fields_per_document: fields, custom_fields });
      const { page, view } = await pageOfSigner(shown);
      assert.deepEqual(view.answers, { city: "Zagreb", vip: true });
      assert.deepEqual(Object.keys(((await page.finish({ city: "", sign: "Ann" })) as RefusalView).fields ?? {}), [
        "city",
      ]);
      assert.deepEqual(await page.finish({ city: "Split", vip: false, sign: "Ann" }), { ok: true, state: "signed" });
      assert.deepEqual(
        (await show(shown)).response_data.map(({ api_id, type, value }) => [api_id, type, value]),
        [
          ["city", "text-merge", "Split"],
          ["vip", "checkbox-merge", "false"],
          ["sign", "signature", "Ann"],
        ],
      );
    });

    for (const [what, parameters, warnings] of [
      ["a value for no field", { custom_fields: { nobody: "x" } }, ["parameter_ignored"]],
      ["a value that the document may take", { custom_fields: { nobody: "x" }, use_text_tags: true }, []],
      ["a value that fits", { custom_fields: { city: "Zagreb" } }, []],
      [
        "a value that fits only in tiny letters",
        { custom_fields: { city: "x".repeat(200) } },
        ["custom_field_value_too_long", "custom_field_values_too_long"],
      ],
      [
        "an editor among signers in no order",
        { custom_fields: [{ name: "city", value: "Zagreb", editor: "signer1" }], signers: [ann, bob] },
        ["parameter_ignored"],
      ],
      [
        "the first of ordered signers as an editor",
        {
          custom_fields: [{ name: "city", value: "Zagreb", editor: "signer1" }],
          signers: [
            { ...ann, order: 0 },
            { ...bob, order: 1 },
          ],
        },
        [],
      ],
    ] as const)
      test(`${what} is answered with ${warnings.length === 0 ? "no warning" : warnings.join(" and ")}, and is sent`, async () => {
        const fields = [
          { ...place, api_id: "city", type: "text-merge", signer: "sender", y: 100 },
          { ...place, api_id: "sign", type: "signature", signer: "0", y: 300 },
        ];
        const answer = readAs(OneRequest, await send(house, { form_fields_per_document: fields, ...parameters }));
        assert.deepEqual(
          (answer.warnings ?? []).map(({ warning_name }) => warning_name),
          warnings,
        );
        const { signature_request_id: id } = answer.signature_request;
        await untilState(house, { id, not: ["processing"] });
        assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      });

    test("custom_fields as a JSON text is the same list", async () => {
      const custom_fields = JSON.stringify([{ name: "company", value: "Acme Co." }]);
      const shown = await sent({ ...tagged(company, sign), custom_fields });
      assert.equal((await pageOfSigner(shown)).view.filled[0]?.text, "Acme Co.");
    });

    for (const [what, tag, custom_fields, words] of [
      ["a tag without a value", company, [], /custom_fields has no value with the name "company"/],
      ["an empty value of the sender's", company, [{ name: "company" }], /gives "company" no value/],
      ["a value without an editor", salary, [{ name: "salary", value: "1" }], /must name signer1 as the editor/],
      ["a tick that is neither", member, [{ name: "member", value: "maybe" }], /must be "1" or "0"/],
    ] as const)
      test(`${what} ends in one signature_request_invalid with page and tag`, async () => {
        const shown = await sendAndWait(house, { ...tagged(tag, sign), custom_fields });
        assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_invalid"]);
        assert.deepEqual(new Set(shown.signatures.map(({ status_code }) => status_code)), new Set(["error_text_tag"]));
        const message = messageOf(house, shown.signature_request_id);
        assert.ok(message.startsWith(`paper-1.pdf, page 1, ${tag}: `), message);
        assert.match(message, words);
      });

    test("a field that lies nowhere on its page ends in one signature_request_invalid; one that leans out is moved in", async () => {
      const field = { ...place, api_id: "sign", type: "signature", signer: "0", y: 100 };
      const outside = await sendAndWait(house, { form_fields_per_document: [{ ...field, x: 700 }] });
      assert.deepEqual(await eventsOf(house, outside.signature_request_id), ["signature_request_invalid"]);
      assert.deepEqual(
        outside.signatures.map(({ status_code }) => status_code),
        ["error_component_position"],
      );
      const leaning = await sent({ form_fields_per_document: [{ ...field, x: 530, width: 120 }] });
      const { view } = await pageOfSigner(leaning);
      assert.deepEqual([view.fields[0]?.x, view.fields[0]?.width], [612 - 108, 108]);
    });
  });
}
