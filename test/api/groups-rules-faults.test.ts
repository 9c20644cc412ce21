import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { faultOf, wordsOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, bob, type NewRequest, send } from "../support/requests.ts";

const place = { document_index: 0, required: false, signer: "0", x: 100, width: 160, height: 20, page: 1 };
const tick = { ...place, type: "checkbox", is_checked: false };
const ticks = ["a", "b", "c"].map((api_id, index) => ({ ...tick, api_id, y: 100 + index * 40, group: "extras" }));
const pet = { ...place, api_id: "pet", type: "dropdown", options: ["none", "cat", "dog"], y: 300, required: true };
const petName = { ...place, api_id: "pet_name", type: "text", y: 340, required: true };
const sign = { ...place, api_id: "sign", type: "signature", y: 600, required: true };

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

    test("groups and rules that do not fit are refused with their path and words", async () => {
      const group = (more: object) => ({
        group_id: "extras",
        group_label: "Extras",
        requirement: "require_1",
        ...more,
      });
      const fields = [pet, petName, ...ticks, sign];
      const ruled = (...rules: readonly object[]) => ({ form_fields_per_document: fields, form_field_rules: rules });
      const grouped = (...groups: readonly object[]) => ({
        form_fields_per_document: fields,
        form_field_groups: groups,
      });
      const inRule = (path: string) => `form_field_rules[0]${path}`;
      const action = (more: object) =>
        rule(hasPet, { field_id: "pet_name", hidden: true, type: "change-field-visibility", ...more });
      const wrong: readonly (readonly [what: string, request: NewRequest, path: string])[] = [
        ["a group without a label", grouped(group({ group_label: undefined })), "form_field_groups[0][group_label]"],
        ["a group twice", grouped(group({}), group({})), "form_field_groups[1][group_id]"],
        ["an unknown requirement", grouped(group({ requirement: "require_2" })), "form_field_groups[0][requirement]"],
        ["a rule without an id", ruled({ ...rule(hasPet), id: undefined }), inRule("[id]")],
        ["two rules of one id", ruled(rule(hasPet), { ...rule(hasPet) }), "form_field_rules[1][id]"],
        ["a rule with OR", ruled({ ...rule(hasPet), trigger_operator: "OR" }), inRule("[trigger_operator]")],
        ["two triggers", ruled({ ...rule(hasPet), triggers: [hasPet, hasPet] }), inRule("[triggers]")],
        ["no action", ruled({ ...rule(hasPet), actions: [] }), inRule("[actions]")],
        ["an unknown trigger", ruled(rule({ ...hasPet, id: "cow" })), inRule("[triggers][0][id]")],
        [
          "a signature as trigger",
          ruled(rule({ id: "sign", operator: "is", value: "A" })),
          inRule("[triggers][0][operator]"),
        ],
        [
          "a pattern for a dropdown",
          ruled(rule({ ...hasPet, operator: "match", value: "c.*" })),
          inRule("[triggers][0][operator]"),
        ],
        ["any without values", ruled(rule({ id: "pet", operator: "any" })), inRule("[triggers][0][values]")],
        ["a value that is no option", ruled(rule({ ...hasPet, values: ["cow"] })), inRule("[triggers][0][values]")],
        [
          "a checkbox that is maybe",
          ruled(rule({ id: "a", operator: "is", value: "maybe" })),
          inRule("[triggers][0][value]"),
        ],
        [
          "a broken pattern",
          ruled(
            rule(
              { id: "pet_name", operator: "match", value: "(" },
              { field_id: "a", hidden: true, type: "change-field-visibility" },
            ),
          ),
          inRule("[triggers][0][value]"),
        ],
        ["an unknown target", ruled(action({ field_id: "cow" })), inRule("[actions][0][field_id]")],
        [
          "an unknown group",
          ruled(action({ field_id: undefined, group_id: "cows", type: "change-group-visibility" })),
          inRule("[actions][0][group_id]"),
        ],
        ["field and group at once", ruled(action({ group_id: "extras" })), inRule("[actions][0]")],
        [
          "a field that two rules rule",
          ruled(rule(hasPet), { ...rule(hasPet), id: "again" }),
          "form_field_rules[1][actions][0]",
        ],
        ["a rule on its own trigger", ruled(action({ field_id: "pet" })), "form_field_rules"],
        [
          "a target of another signer",
          {
            signers: [ann, bob],
            ...ruled(rule(hasPet)),
            form_fields_per_document: [pet, { ...petName, signer: "1" }, sign],
          },
          inRule("[actions][0]"),
        ],
      ];
      for (const [what, request, path] of wrong) {
        const answer = await send(house, request);
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], `${what}: ${answer.bytes.toString()}`);
        assert.match(wordsOf(answer), /^.{10,}[^ ]$/);
      }
    });
  });
}
