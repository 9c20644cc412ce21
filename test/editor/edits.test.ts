import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inReadingOrder, withoutFields } from "../../src/web/browser/editor/draft.ts";
import { edited, redone, rested, startHistory, undone } from "../../src/web/browser/editor/history.ts";
import { commandAnywhere, commandAtField } from "../../src/web/browser/editor/keys.ts";
import { copiesOf, madeFields } from "../../src/web/browser/editor/making.ts";
import { draftOf, fieldAt, letter } from "./paper.ts";

const words = { options: ["One", "Two"], link: "Link" };
const bare = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };

test("as many steps back as there were edits lead to the start, and as many forward to the end", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 30 }), (drafts) => {
      const start = startHistory<number>(Number.NaN);
      let history = start;
      for (const draft of drafts) history = edited(history, { draft, key: null, most: 100 });
      const end = history.present;
      const steps = history.past.length;
      for (let step = 0; step < steps; step += 1) history = undone(history);
      assert.ok(Number.isNaN(history.present));
      for (let step = 0; step < steps; step += 1) history = redone(history);
      assert.equal(history.present, end);
    }),
  );
});

test("edits under one key are one step, until there was a rest", () => {
  let history = startHistory("");
  for (const draft of ["a", "ab", "abc"]) history = edited(history, { draft, key: "name", most: 9 });
  assert.equal(undone(history).present, "");
  history = edited(rested(history), { draft: "abcd", key: "name", most: 9 });
  assert.equal(undone(history).present, "abc");
});

test("an edit after a step back forgets what was taken back, and only so many steps are kept", () => {
  let history = startHistory(0);
  for (const draft of [1, 2, 3, 4]) history = edited(history, { draft, key: null, most: 2 });
  assert.deepEqual(history.past, [2, 3]);
  history = edited(undone(history), { draft: 9, key: null, most: 2 });
  assert.deepEqual([history.present, history.future], [9, []]);
});

test("fields are read line by line, and a field that stands a little lower is in the same line", () => {
  const fields = [
    fieldAt("late", { page: 2, y: 10 }),
    fieldAt("right", { x: 300, y: 98 }),
    fieldAt("left", { x: 100, y: 102 }),
    fieldAt("low", { y: 400 }),
  ];
  assert.deepEqual(
    inReadingOrder(fields).map(({ apiId }) => apiId),
    ["left", "right", "low", "late"],
  );
});

test("a new field has an id that no other has, and lies on its page wherever it was dropped", () => {
  const draft = draftOf(fieldAt("field_1"));
  const placing = { kind: "signature", signer: 0, page: 1, x: 610, y: -40 } as const;
  const [field] = madeFields(draft, { placing, page: letter, words });
  assert.ok(field);
  assert.equal(field.apiId, "field_2");
  assert.deepEqual([field.x, field.y], [612 - field.width, 0]);
});

test("radio buttons come as two of one group, of which exactly one is chosen", () => {
  const placing = { kind: "radio", signer: 0, page: 1, x: 300, y: 300 } as const;
  const made = madeFields(draftOf(), { placing, page: letter, words });
  assert.equal(made.length, 2);
  assert.deepEqual(new Set(made.map(({ group }) => group?.id)), new Set(["group_1"]));
  assert.equal(new Set(made.map(({ apiId }) => apiId)).size, 2);
});

test("a copied radio button joins its group; a group that is copied whole is a group of its own", () => {
  const made = madeFields(draftOf(), {
    placing: { kind: "radio", signer: 0, page: 1, x: 300, y: 300 },
    page: letter,
    words,
  });
  const draft = draftOf(...made);
  const one = copiesOf(draft, { fields: made.slice(0, 1), pages: [letter] });
  assert.equal(one[0]?.group?.id, "group_1");
  const both = copiesOf(draft, { fields: made, pages: [letter] });
  assert.deepEqual(
    both.map(({ group }) => group?.id),
    ["group_2", "group_2"],
  );
});

test("a rule that is copied with the field it asks for asks for the copy", () => {
  const asked = fieldAt("asked", { type: "checkbox" });
  const ruled = fieldAt("ruled", { condition: { field: "asked", operator: "is", values: ["1"], hides: false } });
  const [copy, copyOfRuled] = copiesOf(draftOf(asked, ruled), { fields: [asked, ruled], pages: [letter] });
  assert.equal(copyOfRuled?.condition?.field, copy?.apiId);
  const [alone] = copiesOf(draftOf(asked, ruled), { fields: [ruled], pages: [letter] });
  assert.equal(alone?.condition?.field, "asked");
});

test("with a field the rules go that asked for it", () => {
  const asked = fieldAt("asked");
  const ruled = fieldAt("ruled", { condition: { field: "asked", operator: "is", values: ["x"], hides: false } });
  assert.deepEqual(withoutFields(draftOf(asked, ruled), new Set(["asked"])).fields, [fieldAt("ruled")]);
});

test("arrows move by a point, with Shift by ten; with Alt they resize; Delete removes; Ctrl and Command do the rest", () => {
  assert.deepEqual(commandAtField({ ...bare, key: "ArrowLeft" }), { kind: "move", dx: -1, dy: 0 });
  assert.deepEqual(commandAtField({ ...bare, key: "ArrowDown", shiftKey: true }), { kind: "move", dx: 0, dy: 10 });
  assert.deepEqual(commandAtField({ ...bare, key: "ArrowUp", altKey: true }), { kind: "resize", dx: 0, dy: -1 });
  assert.deepEqual(commandAtField({ ...bare, key: "Delete" }), { kind: "remove" });
  assert.deepEqual(commandAnywhere({ ...bare, key: "Z", ctrlKey: true, shiftKey: true }), { kind: "redo" });
  assert.deepEqual(commandAnywhere({ ...bare, key: "z", metaKey: true }), { kind: "undo" });
  assert.equal(commandAnywhere({ ...bare, key: "z" }), null);
  assert.equal(commandAtField({ ...bare, key: "Tab" }), null);
});
