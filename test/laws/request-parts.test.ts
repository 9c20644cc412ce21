import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field } from "../../src/documents/document.ts";
import { fieldsOfParts, pagesWithParts, type RequestPart } from "../../src/requests/parts.ts";

const page = { width: 612, height: 792 };
const group = { id: "g", label: "", least: 1, most: 1 };

function field(apiId: string, more: Partial<Field> = {}): Field {
  const box = { page: 1, x: 0, y: 0, width: 10, height: 10 };
  return { apiId, type: "text", name: "", signer: 0, required: false, box, ...more };
}

function part(fields: readonly Field[], pages = 1): RequestPart {
  return {
    name: "T",
    documentBlob: "b",
    files: 1,
    fields,
    pages: Array.from({ length: pages }, () => ({ ...page, file: 0 })),
  };
}

test("fields of later parts stand behind the pages of those before them", () => {
  const fields = fieldsOfParts([part([field("a")], 3), part([field("b")], 2), part([field("c")])]);
  assert.deepEqual(
    fields.map(({ apiId, box }) => [apiId, box.page]),
    [
      ["a", 1],
      ["b", 4],
      ["c", 6],
    ],
  );
});

test("a name that two parts use is told apart, and groups, links and conditions follow their own part", () => {
  const condition = { field: "a", operator: "is", values: ["x"], hides: false } as const;
  const one = part([field("a", { group, linkId: "l" }), field("b", { condition })]);
  const [, , a, b] = fieldsOfParts([one, one]);
  assert.deepEqual([a?.apiId, a?.group?.id, a?.linkId], ["a_2", "g_2", "l_2"]);
  assert.deepEqual([b?.apiId, b?.condition?.field], ["b_2", "a_2"]);
});

test("a name made to tell apart is never one that is taken", () => {
  const ids = fieldsOfParts([
    part([field("a"), field("a_2")]),
    part([field("a"), field("a_3")]),
    part([field("a")]),
  ]).map(({ apiId }) => apiId);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.slice(0, 2), ["a", "a_2"]);
  assert.ok(ids.includes("a_3"));
});

test("pages of a joined document lead to the files of the request, and added pages to none", () => {
  const two: RequestPart = {
    ...part([], 2),
    files: 2,
    pages: [
      { ...page, file: 0 },
      { ...page, file: 1 },
    ],
  };
  const joined = [0, 0, 1, 2, undefined].map((file) => (file === undefined ? page : { ...page, file }));
  assert.deepEqual(
    pagesWithParts(joined, [two, part([])]).map(({ file }) => file),
    [0, 1, 2, 3, undefined],
  );
});
