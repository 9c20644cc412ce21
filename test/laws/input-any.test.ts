import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import Type from "typebox";
import { Value } from "typebox/value";
import { Fault } from "../../src/base/faults.ts";
import { coerceInput } from "../../src/http/input.ts";

const schema = Type.Object({
  title: Type.Optional(Type.String({ maxLength: 255 })),
  signers: Type.Optional(Type.Array(Type.Object({ name: Type.String() }), { maxItems: 3 })),
  metadata: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String(), { maxProperties: 10 })),
  signing_options: Type.Optional(Type.Object({ draw: Type.Boolean(), default_type: Type.Enum(["draw", "type"]) })),
  custom_fields: Type.Optional(
    Type.Union([Type.Array(Type.Object({ name: Type.String() })), Type.Record(Type.String(), Type.String())]),
  ),
  test_mode: Type.Optional(Type.Boolean()),
  expires_at: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  scale: Type.Optional(Type.Number()),
  signer: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
});

test("whatever comes in, what comes out fits the schema, or a Fault says why not", () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.json({ maxDepth: 3 }),
    fc.constantFrom("1", "on", "", "[]", "{}", [{ name: "x" }]),
  );
  let accepted = 0;
  const names = [...Object.keys(schema.properties), "__proto__", "other"];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 }), (pairs) => {
      try {
        const input = coerceInput(schema, Object.fromEntries(pairs));
        assert.ok(Value.Check(schema, input), JSON.stringify(input));
        accepted += Object.keys(input).length;
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(accepted > 100, "many inputs were accepted");
});
