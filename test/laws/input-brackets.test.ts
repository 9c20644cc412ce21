import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/base/faults.ts";
import { limits } from "../../src/base/limits.ts";
import { type Entry, foldBrackets } from "../../src/http/brackets.ts";

const fold = (...entries: Entry[]) => foldBrackets(entries).value;

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Fault, `a Fault, not ${String(error)}`);
    return error;
  }
  return assert.fail("should have been refused");
}

test("brackets fold as PHP folds them", () => {
  assert.deepEqual(fold(["a", "1"]), { a: "1" });
  assert.deepEqual(fold(["a[]", "1"], ["a[]", "2"]), { a: ["1", "2"] });
  assert.deepEqual(fold(["a[0][b]", "1"], ["a[1][b]", "2"], ["a[0][c]", "3"]), { a: [{ b: "1", c: "3" }, { b: "2" }] });
  assert.deepEqual(fold(["a[x]", "1"], ["a[y][z]", "2"]), { a: { x: "1", y: { z: "2" } } });
  assert.deepEqual(fold(["a[][n]", "1"], ["a[][n]", "2"]), { a: [{ n: "1" }, { n: "2" }] });
  assert.deepEqual(fold(["a[3]", "d"], ["a[]", "e"]), { a: ["d", "e"] });
});

test("keys that count from 1, with holes or out of order make a list in the order of the numbers, and are remembered", () => {
  const { value, keys } = foldBrackets([
    ["signers[7][name]", "C"],
    ["signers[2][name]", "B"],
    ["signers[1][name]", "A"],
  ]);
  assert.deepEqual(value, { signers: [{ name: "A" }, { name: "B" }, { name: "C" }] });
  assert.deepEqual(keys.get("signers"), ["1", "2", "7"]);
});

test("a name given several times keeps every value", () => {
  assert.deepEqual(fold(["files", "a"], ["files", "b"]), { files: ["a", "b"] });
});

test("keys that are not all small numbers make an object", () => {
  assert.deepEqual(fold(["metadata[20240101]", "x"]), { metadata: { 20240101: "x" } });
  assert.deepEqual(fold(["a[0]", "x"], ["a[y]", "z"]), { a: { 0: "x", y: "z" } });
  assert.deepEqual(fold(["a[01]", "x"]), { a: { "01": "x" } });
});

test("a value and a group under one name contradict each other, whichever comes first", () => {
  assert.equal(faultOf(() => fold(["a", "1"], ["a[b]", "2"])).path, "a[b]");
  assert.equal(faultOf(() => fold(["a[b]", "2"], ["a", "1"])).path, "a");
  assert.equal(faultOf(() => fold(["a[b]", "1"], ["a[b][c]", "2"])).path, "a[b][c]");
});

test("malformed, too deep, too long and poisonous names are refused with the name as the path", () => {
  for (const name of ["", "[a]", "a]", "a[b", "a[b]c", "a[[b]]", "__proto__", "a[__proto__]", "a[b][__proto__][c]"]) {
    const fault = faultOf(() => fold([name, "1"]));
    assert.equal(fault.faultName, "bad_request", name);
    // No name is no path.
    assert.equal(fault.path, name === "" ? undefined : name);
  }
  assert.match(faultOf(() => fold([`a${"[x]".repeat(limits.bracketDepth)}`, "1"])).message, /deeper/);
  assert.match(faultOf(() => fold([`a[${"x".repeat(limits.parameterNameLength)}]`, "1"])).message, /too long/);
  assert.match(
    faultOf(() => foldBrackets(Array.from({ length: limits.formEntries + 1 }, (): Entry => ["a[]", "1"]))).message,
    /at most/,
  );
});

test("names of Object.prototype are plain data and poison nothing", () => {
  const folded = fold(["constructor[prototype][polluted]", "1"], ["toString", "2"]);
  assert.deepEqual(Object.keys(folded), ["constructor", "toString"]);
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

const key = fc.stringMatching(/^[a-z_][a-z0-9_ .-]{0,8}$/);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: limits.bracketDepth - 2, withCrossShrink: true },
    fc.string(),
    fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
}));

function entriesOf(path: string, value: unknown): Entry[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => entriesOf(path === "" ? name : `${path}[${name}]`, inner));
}

test("any nested value survives being spelled in brackets, in any order of the entries", () => {
  const whole = fc.dictionary(key, tree, { maxKeys: 5, noNullPrototype: true });
  fc.assert(
    fc.property(whole, fc.infiniteStream(fc.nat()), (value, dice) => {
      const entries = entriesOf("", value).map((entry) => ({ entry, at: dice.next().value ?? 0 }));
      const shuffled = entries.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
      assert.deepEqual(foldBrackets(shuffled).value, value);
    }),
  );
});

test("no list of names makes the parser throw anything but a Fault", () => {
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "b", "[", "]", "0", "1", "_") }),
    fc.string(),
    fc.constant("__proto__"),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 12 }), (entries) => {
      try {
        foldBrackets(entries);
      } catch (error) {
        assert.ok(error instanceof Fault);
      }
    }),
    { numRuns: 500 },
  );
});
