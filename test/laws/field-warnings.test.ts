import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldWarnings } from "../../src/api/field-warnings.ts";

type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function warned(page: number | null, { x, y, width, height }: Place): readonly string[] {
  const field = { documentIndex: 0, apiId: "f", type: "text", name: "", signer: 0, required: true, page } as const;
  return fieldWarnings([{ ...field, x, y, width, height }], []).map(({ warning_name }) => warning_name);
}

test("a field that may leave its page, taken for Letter, is told in either system of places, and no other", () => {
  const small = { x: 200, y: 200, width: 100, height: 20 };
  for (const [page, change, isOutside] of [
    [1, {}, false],
    [1, { x: 0, y: 0 }, false],
    [1, { x: -1 }, true],
    [1, { y: -1 }, true],
    // Sizes are of 80 DPI: 90 and 18 points here.
    [1, { x: 612 - 90, y: 792 - 18 }, false],
    [1, { x: 612 - 89 }, true],
    [1, { y: 792 - 17 }, true],
    [1, { x: 530, width: 120 }, true],
    [1, { x: 5000 }, true],
    [null, {}, false],
    [null, { x: 100 }, false],
    [null, { x: 99 }, true],
    [null, { x: 680 }, false],
    [null, { x: 681 }, true],
    [null, { y: -1 }, true],
    [null, { y: 860 }, false],
    [null, { y: 861 }, true],
    [null, { y: 1750 }, false],
  ] as const)
    assert.deepEqual(
      warned(page, { ...small, ...change }),
      isOutside ? ["form_fields_placement"] : [],
      JSON.stringify({ page, ...change }),
    );
});
