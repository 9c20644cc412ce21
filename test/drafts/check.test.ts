import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EditorField, EditorSave } from "../../src/wire/editor-view.ts";
import { type Editor, edit, embeddedDraft, openEditor, saveOf, signatureField } from "../support/editor.ts";
import { grounds, type House } from "../support/house.ts";

const [ground] = grounds();

/** Something that is wrong, the code of what is told, and where: a field's id, a signer's index, or a kind. */
type Wrong = readonly [what: string, change: Partial<EditorSave>, code: string, at: string | number];

const sign = signatureField(0);
const place = { page: 1, x: 72, y: 300, width: 100, height: 20, signer: 0, required: false, name: "" };
const text: EditorField = { ...place, apiId: "t", type: "text" };
const box: EditorField = { ...place, apiId: "c", type: "checkbox" };
const radio: EditorField = { ...place, apiId: "r", type: "radio" };
const list: EditorField = { ...place, apiId: "d", type: "dropdown", options: ["a", "b"] };
const link: EditorField = { ...place, apiId: "h", type: "hyperlink", content: "Go", contentUrl: "https://example.com" };
const one = { id: "g", label: "", least: 0, most: 1 };
const ann = { name: "Ann Lee", email: "ann@example.com", order: null, was: 0 };
const bob = { name: "Bob Ray", email: "bob@example.com", order: null, was: 1 };
const when = (field: string, more: object = {}) => ({
  condition: { field, operator: "is", values: ["1"], hides: false, ...more } as EditorField["condition"] & object,
});
const with_ = (...fields: readonly EditorField[]) => ({ fields: [sign, ...fields] });

const wrongs: readonly Wrong[] = [
  ["nobody signs", { signers: [], fields: [] }, "no_signer", "signers"],
  ["a signer without a name", { signers: [{ ...ann, name: " " }] }, "signer_without_name", 0],
  ["a signer without an address", { signers: [{ ...ann, email: "ann" }] }, "signer_without_email", 0],
  ["a name that cannot be drawn", { signers: [{ ...ann, name: "Ann \u{12345}" }] }, "undrawable", 0],
  ["the same signer twice", { signers: [ann, ann], fields: [sign, signatureField(1)] }, "twice", 1],
  [
    "an order for one of two",
    { signers: [ann, { ...bob, order: 1 }], fields: [sign, signatureField(1)] },
    "mixed_order",
    "signers",
  ],
  ["a signer without a signature", { signers: [ann, bob] }, "signer_without_field", 1],
  ["a title that is too long", { title: "x".repeat(256) }, "too_long", "title"],
  ["a title that cannot be drawn", { title: "\u{12345}" }, "undrawable", "title"],
  ["a message that is too long", { message: "x".repeat(5001) }, "too_long", "message"],
  ["a copy for no address", { ccs: [{ email: "law" }] }, "cc_email", "ccs"],
  ["a field on no page", with_({ ...text, page: 2 }), "off_page", "t"],
  ["a field beyond the right edge", with_({ ...text, x: 600 }), "off_page", "t"],
  ["a field above its page", with_({ ...text, y: -5 }), "off_page", "t"],
  ["a field of no size", with_({ ...text, width: 0 }), "too_small", "t"],
  ["a field of a signer who is gone", with_({ ...text, signer: 4 }), "no_owner", "t"],
  ["a signature of nobody", { fields: [sign, { ...sign, apiId: "s", signer: null }] }, "no_owner", "s"],
  ["an id that is there twice", with_(text, { ...text, y: 400 }), "twice", "t"],
  ["an id that every object has", with_({ ...text, apiId: "constructor" }), "bad_id", "constructor"],
  ["what the sender has to fill in and has not", with_({ ...text, signer: null, required: true }), "empty", "t"],
  ["a preset that cannot be drawn", with_({ ...text, content: "\u{12345}" }), "undrawable", "t"],
  ["a list without choices", with_({ ...list, options: [] }), "no_options", "d"],
  ["a preset that is no choice", with_({ ...list, content: "z" }), "not_an_option", "d"],
  ["a link without an address", with_({ ...link, contentUrl: "javascript:1" }), "no_link", "h"],
  ["a link without words", with_({ ...link, content: "" }), "no_link", "h"],
  [
    "a pattern that is none",
    with_({ ...text, validation: { type: "custom_regex", pattern: "(" } }),
    "bad_pattern",
    "t",
  ],
  ["a radio button without a group", with_(radio), "no_group", "r"],
  ["a radio button alone in its group", with_({ ...radio, group: one }), "no_group", "r"],
  ["a group of two kinds", with_({ ...radio, group: one }, { ...box, group: one }), "bad_group", "r"],
  [
    "a group of two signers' fields",
    {
      signers: [ann, bob],
      fields: [sign, signatureField(1), { ...box, group: one }, { ...box, apiId: "e", signer: 1, group: one }],
    },
    "bad_group",
    "c",
  ],
  [
    "two radio buttons that are chosen",
    with_({ ...radio, group: one, checked: true }, { ...radio, apiId: "q", group: one, checked: true }),
    "bad_group",
    "r",
  ],
  ["a group of a text", with_({ ...text, group: one }), "bad_group", "t"],
  ["a group that wants more than it has", with_({ ...box, group: { ...one, least: 2, most: 2 } }), "bad_group", "c"],
  ["a condition on a field that is gone", with_({ ...text, ...when("gone") }), "bad_condition", "t"],
  [
    "a condition on another signer's field",
    { signers: [ann, bob], fields: [sign, signatureField(1), { ...text, ...when("c") }, { ...box, signer: 1 }] },
    "bad_condition",
    "t",
  ],
  ["a condition on a signature", with_({ ...text, ...when("sign_0") }), "bad_condition", "t"],
  [
    "a condition that a box cannot meet",
    with_({ ...text, ...when("c", { values: ["yes"] }) }, box),
    "bad_condition",
    "t",
  ],
  ["a condition on no choice", with_({ ...text, ...when("d", { values: ["z"] }) }, list), "bad_condition", "t"],
  ["a condition of two values", with_({ ...text, ...when("c", { values: ["1", "0"] }) }, box), "bad_condition", "t"],
  [
    "conditions in a circle",
    with_({ ...text, ...when("d", { values: ["a"] }) }, { ...list, ...when("t") }),
    "bad_condition",
    "t",
  ],
];

describe("a draft is finished only when nothing is wrong with it", { skip: ground?.skip ?? "no ground" }, () => {
  let house: House;
  let editor: Editor;
  let good: EditorSave;
  before(async () => {
    assert.ok(ground);
    house = await ground.open();
    editor = openEditor(house, {
      link: (await embeddedDraft(house, { editor_options: { allow_edit_signers: true } })).claim_url,
    });
    good = { ...saveOf(await edit(editor)), fields: [sign] };
  });
  after(() => house.close());

  for (const [what, change, code, at] of wrongs)
    test(`${what}: ${code}, and where`, async () => {
      const answer = await editor.finish({ ...good, ...change });
      assert.ok(!answer.ok && "faults" in answer, JSON.stringify(answer));
      const told = answer.faults.map((fault) => {
        const { at: place } = fault;
        const where = "apiId" in place ? place.apiId : "index" in place ? place.index : place.kind;
        return [fault.code, where] as const;
      });
      assert.ok(
        told.some((one_) => one_[0] === code && one_[1] === at),
        JSON.stringify(told),
      );
      for (const { words } of answer.faults) assert.match(words, /[.…?]$/);
    });

  test("every fault is told at once; what is right then goes out, and a fault has kept nothing", async () => {
    const bad = await editor.finish({
      ...good,
      title: "x".repeat(300),
      signers: [{ ...ann, name: "" }],
      fields: [{ ...sign, page: 9 }],
    });
    assert.ok(!bad.ok && "faults" in bad);
    assert.deepEqual(
      bad.faults.map(({ code }) => code),
      ["too_long", "signer_without_name", "off_page"],
    );
    const held = { ...one, least: 1 };
    const done = await editor.finish({
      ...good,
      ...with_(
        text,
        { ...list, content: "a" },
        { ...link, signer: null },
        { ...radio, group: held },
        { ...radio, apiId: "q", group: held },
        { ...box, ...when("d", { operator: "any", values: ["a", "b"] }) },
      ),
    });
    assert.ok(done.ok, JSON.stringify(done));
  });
});
