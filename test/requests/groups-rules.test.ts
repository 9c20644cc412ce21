import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { line } from "../documents/papers.ts";
import { ask } from "../support/ask.ts";
import { book } from "../support/book.ts";
import { english } from "../support/english.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, type Page, pageOf } from "../support/page.ts";
import { ann, bob, type NewRequest, requestOf, type Shown, sendAndWait, signatureOf } from "../support/requests.ts";

const place = { document_index: 0, required: false, signer: "0", x: 100, width: 160, height: 20, page: 1 };
const tick = { ...place, type: "checkbox", is_checked: false };
const ticks = ["a", "b", "c"].map((api_id, index) => ({ ...tick, api_id, y: 100 + index * 40, group: "extras" }));
const pet = { ...place, api_id: "pet", type: "dropdown", options: ["none", "cat", "dog"], y: 300, required: true };
const petName = { ...place, api_id: "pet_name", type: "text", y: 340, required: true };
const terms = {
  ...place,
  api_id: "terms",
  type: "hyperlink",
  content: "Pets",
  content_url: "https://example.com/",
  y: 380,
};
const sign = { ...place, api_id: "sign", type: "signature", y: 600, required: true };

const extras = (requirement: string) => [{ group_id: "extras", group_label: "Extras", requirement }];
const rule = (trigger: object, ...actions: readonly object[]) => ({
  id: "pets",
  trigger_operator: "AND",
  triggers: [trigger],
  actions: actions.length > 0 ? actions : [{ field_id: "pet_name", hidden: false, type: "change-field-visibility" }],
});
const hasPet = { id: "pet", operator: "any", values: ["cat", "dog"] };

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function ready(parameters: NewRequest): Promise<{ readonly shown: Shown; readonly page: Page }> {
      const shown = await sendAndWait(house, parameters);
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
      return { shown, page: await pageOf(house, signatureOf(shown).signature_id) };
    }

    const flawsOf = (said: unknown) => {
      const { fields = {} } = said as RefusalView;
      return Object.fromEntries(Object.entries(fields).map(([apiId, says]) => [apiId, english(says)]));
    };

    for (const [requirement, refused, accepted] of [
      ["require_0-1", { b: true, c: true }, {}],
      ["require_1", {}, { b: true }],
      ["require_1-ormore", {}, { a: true, b: true, c: true }],
    ] as const)
      test(`a checkbox group of ${requirement} is checked as a whole`, async () => {
        const fields = { form_fields_per_document: [...ticks, sign], form_field_groups: extras(requirement) };
        const { page } = await ready(fields);
        const { fields: shown } = await open(page);
        assert.deepEqual(shown[0]?.group?.label, "Extras");
        assert.deepEqual(Object.keys(flawsOf(await page.finish({ ...refused, sign: "Ann" }))).length, 1);
        assert.deepEqual(await page.finish({ a: false, b: false, c: false, ...accepted, sign: "Ann" }), {
          ok: true,
          state: "signed",
        });
      });

    test("groups in the legacy form, an object by their ids, are the same groups", async () => {
      const { page } = await ready({
        form_fields_per_document: [...ticks, sign],
        form_field_groups: { extras: { group_label: "Extras", requirement: "require_1" } },
      });
      const { fields } = await open(page);
      assert.deepEqual(fields[0]?.group, { id: "extras", label: "Extras", least: 1, most: 1 });
    });

    test("the boxes of a counted tag definition are a group", async () => {
      const text = ["[def:$x|check|req1-2|signer1|Extra]", "[$x]", "[$x]", "[$x]", "[sig|req|signer1||sign]"];
      const file = book(text.map((words, index) => line(72, 700 - index * 40, words)).join(""));
      const { page } = await ready({ files: [file], use_text_tags: true });
      const { fields } = await open(page);
      const boxes = fields.filter(({ type }) => type === "checkbox").map(({ apiId }) => apiId);
      assert.equal(boxes.length, 3);
      const ticked = (count: number) => Object.fromEntries(boxes.map((apiId, index) => [apiId, index < count]));
      assert.deepEqual(Object.values(flawsOf(await page.finish({ ...ticked(0), sign: "A" }))), ["Choose 1 to 2."]);
      assert.deepEqual(Object.values(flawsOf(await page.finish({ ...ticked(3), sign: "A" }))), ["Choose 1 to 2."]);
      assert.deepEqual(await page.finish({ ...ticked(2), sign: "A" }), { ok: true, state: "signed" });
    });

    test("a field that a rule hides is not required, takes no value and is empty in the end", async () => {
      const actions = ["pet_name", "terms"].map((field_id) => ({
        field_id,
        hidden: false,
        type: "change-field-visibility",
      }));
      const fields = {
        form_fields_per_document: [pet, petName, terms, sign],
        form_field_rules: [rule(hasPet, ...actions)],
      };
      const { shown, page } = await ready({ signers: [ann, bob], ...fields });
      await open(page);
      assert.deepEqual(flawsOf(await page.finish({ pet: "cat", sign: "Ann" })), {
        pet_name: "This field needs an answer.",
      });
      assert.deepEqual(await page.finish({ pet: "none", pet_name: "Tom", sign: "Ann" }), { ok: true, state: "signed" });
      const { response_data } = requestOf(await ask(house, `GET /signature_request/${shown.signature_request_id}`));
      assert.deepEqual(
        response_data.map(({ api_id, value }) => [api_id, value]),
        [
          ["pet", "none"],
          ["pet_name", ""],
          ["sign", "Ann"],
        ],
      );
    });

    test("a rule may hide while it holds, may ask for a pattern, and goes on through a chain", async () => {
      const name = { ...petName, api_id: "city", y: 420, required: false };
      const hide = (id: string) => [{ field_id: id, hidden: true, type: "change-field-visibility" }];
      const rules = [
        { ...rule({ id: "pet", operator: "is", value: "none" }), actions: hide("pet_name") },
        {
          ...rule({ id: "pet_name", operator: "match", value: "T.*" }),
          id: "chain",
          actions: [{ field_id: "city", hidden: false, type: "change-field-visibility" }],
        },
      ];
      const { page } = await ready({
        form_fields_per_document: [pet, petName, { ...name, required: true }, sign],
        form_field_rules: rules,
      });
      const { fields } = await open(page);
      assert.deepEqual(fields.find(({ apiId }) => apiId === "city")?.condition, {
        field: "pet_name",
        operator: "match",
        values: ["T.*"],
        hides: false,
      });
      assert.deepEqual(Object.keys(flawsOf(await page.finish({ pet: "cat", pet_name: "Tom", sign: "A" }))), ["city"]);
      assert.deepEqual(await page.finish({ pet: "none", pet_name: "Tom", sign: "A" }), { ok: true, state: "signed" });
    });

    test("a group can be hidden as a whole, and asks for nothing then", async () => {
      const action = { group_id: "extras", hidden: false, type: "change-group-visibility" };
      const { page } = await ready({
        form_fields_per_document: [pet, ...ticks, sign],
        form_field_groups: extras("require_1"),
        form_field_rules: [rule(hasPet, action)],
      });
      await open(page);
      assert.deepEqual(Object.keys(flawsOf(await page.finish({ pet: "dog", sign: "A" }))), ["a"]);
      assert.deepEqual(await page.finish({ pet: "none", sign: "A" }), { ok: true, state: "signed" });
    });
  });
}
