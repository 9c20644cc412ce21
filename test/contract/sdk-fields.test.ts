import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EmbeddedApi, SignatureRequestApi, SignatureRequestCreateEmbeddedRequest } from "@dropbox/sign";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { onePage, untilState } from "../support/requests.ts";

const file = { value: Buffer.from(onePage), options: { filename: "lease.pdf", contentType: "application/pdf" } };
const place = { document_index: 0, required: false, signer: "0", page: 1, x: 100, width: 160, height: 20 };
const box = { ...place, type: "checkbox", group: "extras", is_checked: false };

/** Groups, rules and merge values, each as the contract's schemas spell them. */
const asked = {
  title: "Lease",
  test_mode: true,
  signers: [{ name: "Ann Lee", email_address: "ann@example.com" }],
  form_fields_per_document: [
    { ...place, api_id: "company", type: "text-merge", signer: "sender", name: "Company", y: 60 },
    { ...place, api_id: "rent", type: "text-merge", signer: "sender", y: 100, font_family: "roboto", font_size: 11 },
    { ...place, api_id: "member", type: "checkbox-merge", signer: "sender", y: 140 },
    { ...place, api_id: "pet", type: "dropdown", options: ["none", "cat"], required: true, y: 180 },
    { ...place, api_id: "pet_name", type: "text", required: true, y: 220 },
    { ...box, api_id: "garage", y: 260 },
    { ...box, api_id: "garden", y: 300 },
    { ...place, api_id: "sign", type: "signature", required: true, y: 500 },
  ],
  form_field_groups: [{ group_id: "extras", group_label: "Extras", requirement: "require_1" }],
  form_field_rules: [
    {
      id: "pets",
      trigger_operator: "AND",
      triggers: [{ id: "pet", operator: "is", value: "cat" }],
      actions: [{ field_id: "pet_name", hidden: false, type: "change-field-visibility" }],
    },
  ],
  custom_fields: [
    { name: "Company", value: "Acme Co." },
    { name: "rent", value: "1,000", editor: "signer1", required: true },
    { name: "member", value: "1" },
  ],
};

for (const ground of grounds()) {
  describe(`fields of the official SDK on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let requests: SignatureRequestApi;
    let embedded: EmbeddedApi;

    before(async () => {
      house = await openHeardHouse(ground);
      requests = new SignatureRequestApi(`${house.url}/v3`);
      embedded = new EmbeddedApi(`${house.url}/v3`);
      for (const api of [requests, embedded]) api.username = house.apiKey;
    });

    after(() => house.close());

    test("groups, rules and merge values go out, are kept, and come back in the SDK's own classes", async () => {
      const given = SignatureRequestCreateEmbeddedRequest.init({ ...asked, client_id: house.clientId });
      const made = (await requests.signatureRequestCreateEmbedded({ ...given, files: [file] })).body;
      assert.deepEqual(made.warnings ?? [], []);
      const { signatureRequestId: id, signatures } = made.signatureRequest;
      const signatureId = signatures?.[0]?.signatureId;
      assert.ok(id && signatureId);
      await untilState(house, { id, not: ["processing"] });
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.ok((await embedded.embeddedSignUrl(signatureId)).body.embedded.signUrl);

      const page = await pageOf(house, signatureId);
      const { fields, filled, answers } = await open(page);
      assert.deepEqual(
        filled.map(({ text }) => text),
        ["Acme Co.", "✓"],
      );
      assert.equal(answers.rent, "1,000");
      const byId = new Map(fields.map((field) => [field.apiId, field]));
      assert.deepEqual(byId.get("garage")?.group, { id: "extras", label: "Extras", least: 1, most: 1 });
      assert.deepEqual(byId.get("pet_name")?.condition, {
        field: "pet",
        operator: "is",
        values: ["cat"],
        hides: false,
      });
      assert.deepEqual([byId.get("rent")?.fontFamily, byId.get("rent")?.fontSize], ["roboto", 11]);

      const signed = await page.finish({ rent: "900", pet: "none", pet_name: "Tom", garden: true, sign: "Ann Lee" });
      assert.deepEqual(signed, { ok: true, state: "signed" });
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      const complete = (await requests.signatureRequestGet(id)).body.signatureRequest;
      assert.deepEqual(
        complete.customFields?.map(({ name, type, apiId, editor, required, ...more }) => [
          name,
          type,
          "value" in more ? more.value : undefined,
          apiId,
          editor,
          required,
        ]),
        [
          ["Company", "text", "Acme Co.", "company", null, false],
          ["rent", "text", "1,000", "rent", "signer1", true],
          ["member", "checkbox", true, "member", null, false],
        ],
      );
      assert.deepEqual(
        complete.responseData?.map((data) => [data.apiId, data.type, "value" in data ? data.value : undefined]),
        [
          ["rent", "text-merge", "900"],
          ["pet", "dropdown", "none"],
          ["pet_name", "text", ""],
          ["garage", "checkbox", false],
          ["garden", "checkbox", true],
          ["sign", "signature", "Ann Lee"],
        ],
      );
    });
  });
}
