/**
 * Every operation of the catalogue, called with what its schema and the published document describe, and with that spoilt. A failure
 * prints the seed, the path and the smallest case: `COUNTERSIGN_FUZZ_SEED=… node --test test/contract/fuzz.test.ts` meets it again.
 * fast-check rather than json-schema-faker: a faker makes values that fit, and shrinks nothing.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { jsonApi, v3 } from "../../src/api/catalogue.ts";
import type { AnyOperation } from "../../src/api/operation.ts";
import { grounds } from "../support/house.ts";
import { type Case, exchange, idOf, type Known, type Mutation, write } from "./fuzz-asking.ts";
import { type FuzzedHouse, openFuzzedHouse } from "./fuzz-house.ts";
import { checkAnswer } from "./fuzz-laws.ts";
import { oddFiles, oddSegments, quirks } from "./fuzz-odd.ts";
import { fittingValue, idMark, junkMark, type Schema } from "./fuzz-values.ts";
import { publishedOperations, resolve } from "./published.ts";

const everything = [v3, jsonApi].flatMap(({ base, operations }) =>
  operations.map((operation) => ({ base, operation })),
);

const isTorture = process.env.COUNTERSIGN_TORTURE === "1";
/** Cases of one operation: unless said, a thousand on each database are shared by all. */
const runs = Number(process.env.COUNTERSIGN_FUZZ_RUNS ?? (isTorture ? 2000 : Math.ceil(1000 / everything.length)));
/** The same in every run of the suite, another one in each torture. */
const seed = Number(process.env.COUNTERSIGN_FUZZ_SEED ?? (isTorture ? Date.now() % 2 ** 31 : 20_261_130));

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let fuzzed: FuzzedHouse;

    before(async () => {
      fuzzed = await openFuzzedHouse(ground);
    });

    after(() => fuzzed.close());

    for (const { base, operation } of everything) {
      const [method = "", pattern = ""] = operation.on.split(" ");
      const on = `${method} ${base}${pattern}`;

      test(`${operation.id} answers as the contract says, whatever it is sent, and what it refuses changes nothing`, async () => {
        const law = fc.asyncProperty(caseOf(operation), async (given) => {
          const rows = await fuzzed.countRows();
          const back = await exchange(fuzzed.house.url, write(on, given, fuzzed));
          const isPlain = given.path.every((part) => "$id" in part);
          checkAnswer(operation, back, isPlain);
          if (back.status >= 400) assert.deepEqual(await fuzzed.countRows(), rows);
          else if (back.text.startsWith("{"))
            fuzzed.learn(given.key === "other" ? "other" : "own", JSON.parse(back.text));
          assert.ok(back.status >= 400 || !asksForForeign(given, fuzzed), "nobody is given what is another account's");
        });
        await fc.assert(law, { numRuns: runs, seed, includeErrorInReport: true });
      });
    }

    for (const { base, operation } of everything.filter(({ operation: { on } }) => on.includes("{"))) {
      const [method = "", pattern = ""] = operation.on.split(" ");

      test(`${operation.id} answers about another account's object as about nobody's`, async () => {
        const ask = async (given: Case, of: "other" | "nobody") => {
          const path = given.path.map((part) => ("odd" in part ? part : { ...part, of }));
          const outgoing = write(`${method} ${base}${pattern}`, { ...given, path, ...straight }, fuzzed);
          const { status, text } = await exchange(fuzzed.house.url, outgoing);
          return { status, text: text.replaceAll(/[0-9a-f-]{16,}/g, "id") };
        };
        const law = fc.asyncProperty(caseOf(operation), async (given) => {
          if (given.path.some((part) => "odd" in part)) return;
          assert.deepEqual(await ask(given, "other"), await ask(given, "nobody"));
        });
        await fc.assert(law, { numRuns: Math.ceil(runs / 4), seed, includeErrorInReport: true });
        const path = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, $id = ""]) => ({ $id, of: "own" as const, pick: 0 }));
        if ((operation.input.required ?? []).length > path.length) return;
        const { status } = await ask({ ...straight, path, input: {}, as: "json" }, "other");
        assert.equal(status, 404);
      });
    }

    test("what was accepted on the way is worked off, and the house still stands", async () => {
      await fuzzed.workOff();
      for (const key of [fuzzed.keys.own, fuzzed.keys.other]) {
        const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` };
        assert.equal((await fetch(`${fuzzed.house.url}/v3/account`, { headers })).status, 200);
      }
      assert.equal((await fetch(`${fuzzed.house.url}/readyz`)).status, 200);
    });
  });
}

/** A case that nothing is wrong with. */
const straight = { mutations: [], files: [], quirk: "", key: "own" } as const;

/** Whether an id of the path is the other account's alone. */
function asksForForeign({ path, key }: Case, known: Known): boolean {
  if (key !== "own" && key !== "other") return false;
  const [mine, theirs] = key === "own" ? [known.own, known.other] : [known.other, known.own];
  return path.some((part) => {
    if ("odd" in part) return false;
    const id = idOf(part, known);
    const isIn = (ids: Known["own"]) => (ids.get(part.$id) ?? []).includes(id);
    return isIn(theirs) && !isIn(mine);
  });
}

function caseOf({ input, on }: AnyOperation): fc.Arbitrary<Case> {
  const names = [...on.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const segment = (name: string) =>
    fc.oneof(
      { weight: 5, arbitrary: idMark(name) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(oddSegments).map((odd) => ({ odd }))) },
    );
  const own = fittingValue(input as Schema, { name: "", depth: 0, resolve: sameSchema }).map((value) =>
    without(value, names),
  );
  return fc.record({
    path: fc.tuple(...names.map(segment)),
    input: fc.oneof(own, ...publishedInputsOf(on)),
    mutations: fc.array(mutation, { maxLength: 2 }),
    as: fc.constantFrom("json", "form", "multipart"),
    files: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(file, { maxLength: 2 }) },
    ),
    quirk: fc.oneof(
      { weight: 4, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(quirks)) },
    ),
    key: fc.constantFrom("own", "own", "own", "own", "own", "own", "other", "none", "wrong", "token"),
  });
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(60),
  to: fc.oneof({ weight: 1, arbitrary: fc.constantFrom("gone", "doubled") }, { weight: 4, arbitrary: junkMark }),
});

const file = fc.record({
  field: fc.constantFrom("files[0]", "files[1]", "file", "files[a]", "custom_logo_file", "title", "files[99999]", ""),
  file: fc.constantFrom(...Object.keys(oddFiles)),
  name: fc.constantFrom("a.pdf", "", "../../etc/passwd", "a\u202efdp.exe", "x".repeat(3000), "a.docx", "\u0000"),
});

/** What the published document says of the body and the query, where it is here and has the operation. */
function publishedInputsOf(on: string): readonly fc.Arbitrary<unknown>[] {
  const published = publishedOperations.get(on);
  const bodies = Object.values(published?.requestBody?.content ?? {});
  const schemas = bodies.map(({ schema }) => schema as Schema);
  return schemas.map((schema) => fittingValue(schema, { name: "", depth: 0, resolve: resolve }));
}

function sameSchema(schema: Schema): Schema {
  return schema;
}

function without(value: unknown, names: readonly string[]): unknown {
  const entries = Object.entries(value as object).filter(([name]) => !names.includes(name));
  return Object.fromEntries(entries);
}
