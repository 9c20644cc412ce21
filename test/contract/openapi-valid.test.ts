import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { jsonApi, operations } from "../../src/api/catalogue.ts";
import { describeApi } from "../../src/api/openapi.ts";
import { coerceParameters } from "../../src/http/input.ts";
import { type OpenApi, operationsOf, type Schema } from "../../src/web/docs/document.ts";
import { skip } from "./published.ts";

const description = JSON.parse(JSON.stringify(describeApi("https://sign.example.com"))) as OpenApi;
const shown = operationsOf(description);

test("the OpenAPI document is valid by the schema of OpenAPI 3.1 itself", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(description)));
  assert.ok(valid, JSON.stringify(errors, null, 2));
});

test("it tells of every operation that there is", () => {
  const ids = [...operations, ...jsonApi.operations].map(({ id }) => id);
  assert.deepEqual(shown.map(({ id }) => id).toSorted(), ids.toSorted());
});

test("it says of every parameter, also within others, what it means (src/api/parameter-words.ts)", () => {
  const silent = shown.flatMap(({ id, parameters }) =>
    parameters.flatMap(({ name, description: words, schema }) => [
      ...(words === "" ? [`${id}: ${name}`] : []),
      ...silentIn(schema, `${id}: ${name}`),
    ]),
  );
  assert.deepEqual(silent, []);
});

function silentIn({ properties = {}, items, anyOf = [] }: Schema, path: string): readonly string[] {
  const own = Object.entries(properties).flatMap(([name, schema]) => [
    ...(schema.description ? [] : [`${path}.${name}`]),
    ...silentIn(schema, `${path}.${name}`),
  ]);
  return [...own, ...[...(items ? [items] : []), ...anyOf].flatMap((inner) => silentIn(inner, path))];
}

const examples = new URL("../../../shared/contract/examples/json/", import.meta.url);

/** Examples of the contract that ask for what is not built, by what they are refused for. */
const refused: Readonly<Record<string, RegExp>> = {};

test("every example request of the contract is taken by the schema of its operation", { skip }, () => {
  const files = existsSync(examples) ? readdirSync(examples) : [];
  let taken = 0;
  for (const { id, input, aliases, on } of operations) {
    const prefix = `${id.charAt(0).toUpperCase()}${id.slice(1)}Request`;
    const inPath = Object.fromEntries([...on.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, "x"]));
    for (const file of files.filter((name) => name.startsWith(prefix) && name.endsWith(".json"))) {
      const { files: _, ...given } = JSON.parse(readFileSync(new URL(file, examples), "utf8")) as Record<
        string,
        unknown
      >;
      const read = () => coerceParameters(input, { raw: { ...given, ...inPath }, ...(aliases ? { aliases } : {}) });
      const why = refused[file];
      if (why === undefined) assert.doesNotThrow(read, file);
      else assert.throws(read, why, file);
      taken += 1;
    }
  }
  assert.ok(taken > 5, `${taken} examples were read`);
});
