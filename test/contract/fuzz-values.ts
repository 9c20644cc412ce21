/**
 * What the fuzz run sends: values in the shape of a schema, and junk in their place. Both are small records that say what they
 * are (`{ $junk: "NUL" }`, `{ $id: "client_id" }`), so that a failing case can be read and typed in again; fuzz-asking.ts
 * makes bytes of them.
 */
import fc from "fast-check";

/** As much of JSON Schema as the operations' own schemas and the published document use. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
};

/** Whose id it is: of the account that the run calls with, of another one, or nobody's. `pick` chooses among them. */
export type IdMark = { readonly $id: string; readonly of: "own" | "other" | "nobody"; readonly pick: number };

/** Junk by its name in `junk`. */
export type JunkMark = { readonly $junk: string };

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Values that no parameter wants, by a name that a failing case prints. */
export const junk: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  "empty text": () => "",
  blanks: () => " \t ",
  NUL: () => "a\u0000b",
  "only NUL": () => "\u0000",
  "lone surrogate": () => "a\ud800b",
  "two lone surrogates the wrong way round": () => "\udc00\ud800",
  "odd characters": () => "\u202e\ufeff\u2028\u0007\u{1f58a}\u0301",
  "a long text": () => "x".repeat(100_000),
  "long beyond the plane": () => "\u{1f58a}".repeat(3000),
  "a quote that would end a string": () => `'); drop table accounts; -- "`,
  "a percent sign": () => "100%_\\%",
  "minus one": () => -1,
  zero: () => 0,
  "a fraction": () => 0.5,
  "more than 32 bits": () => 2 ** 31,
  "more than 64 bits": () => 2 ** 64,
  "not exact": () => 2 ** 53 + 2,
  huge: () => 1e308,
  "a very negative number": () => -1e308,
  "a number as text": () => "7",
  "a number with an exponent": () => "1e9",
  "a very long number": () => "9".repeat(400),
  true: () => true,
  false: () => false,
  "an empty list": () => [],
  "an empty object": () => ({}),
  "a list of null": () => [null],
  "a list of lists": () => [[[]]],
  "ten thousand numbers": () => Array.from({ length: 10_000 }, (_, index) => index),
  "ten thousand texts": () => Array.from({ length: 10_000 }, () => "a@example.com"),
  "ten thousand members": () => Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`m${index}`, "v"])),
  "an empty name": () => ({ "": "v" }),
  "a name with NUL": () => ({ "a\u0000b": "v" }),
  "a name with a lone surrogate": () => ({ "a\ud800": "v" }),
  "a long name": () => ({ ["n".repeat(5000)]: "v" }),
  "names of the language": () => ({ constructor: 1, toString: "x", hasOwnProperty: null, length: -1 }),
  "a poisoned prototype": () => JSON.parse('{"__proto__":{"admin":true}}') as unknown,
  "nested a little": () => nested(6),
  "nested deep": () => nested(2000),
  "the beginning of an object": () => "{",
  "the beginning of a list": () => '[{"a":',
  "a list in a text": () => "[1,2,3]",
  "an object in a text": () => '{"a":{"b":[]}}',
  "an address that goes nowhere": () => "http://",
  "an address with credentials": () => "http://a:b@127.0.0.1:9/?x#y",
  "an address of another kind": () => "file:///etc/passwd",
  "a script": () => "javascript:alert(1)",
  "a date": () => "02/30/2026",
  "a pattern that would take long": () => "(a+)+$",
};

/** Any junk. */
export const junkMark: fc.Arbitrary<JunkMark> = fc.constantFrom(...Object.keys(junk).map(($junk) => ({ $junk })));

/** An id for a parameter of this name; mostly one that is there. */
export function idMark($id: string): fc.Arbitrary<IdMark> {
  return fc.record({
    $id: fc.constant($id),
    of: fc.constantFrom("own", "own", "own", "other", "nobody"),
    pick: fc.nat(1000),
  });
}

/** What a schema is read with: the name of its parameter, how deep it stands, and who knows its references. */
export type Reading = {
  readonly name: string;
  readonly depth: number;
  readonly resolve: (schema: Schema) => Schema;
};

/** Values that fit a schema, as far as it says. */
export function fittingValue(given: Schema, reading: Reading): fc.Arbitrary<unknown> {
  const schema = given.$ref === undefined && given.allOf === undefined ? given : reading.resolve(given);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return fc.oneof(...variants.map((variant) => fittingValue(variant, reading)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const type = typeof schema.type === "object" ? schema.type[0] : schema.type;
  switch (type) {
    case "object":
      return objectOf(schema, reading);
    case "array":
      return listOf(schema, reading);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "integer":
    case "number":
      return numberOf(schema, reading);
    case "string":
      return textOf(schema, reading);
    default:
      return fc.constantFrom<unknown>("A", 1, true, {}, [], [{}], { A: "b" });
  }
}

function objectOf(schema: Schema, reading: Reading): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return fc.dictionary(fc.constantFrom("a", "b", "7"), fc.constantFrom("v", 1, true));
  if (reading.depth > 5) return fc.constant({});
  const inner = Object.fromEntries(
    properties.map(([name, property]) => [
      name,
      fittingValue(property, { ...reading, name, depth: reading.depth + 1 }),
    ]),
  );
  return fc.record(inner, { requiredKeys: [...(schema.required ?? [])].filter((name) => name in inner) });
}

function listOf({ items = {}, minItems = 0 }: Schema, reading: Reading): fc.Arbitrary<unknown> {
  const item = fittingValue(items, { ...reading, depth: reading.depth + 1 });
  return fc.array(item, { minLength: Math.min(minItems, 3), maxLength: 3 });
}

function numberOf({ minimum = 0, maximum = Infinity }: Schema, { name }: Reading): fc.Arbitrary<unknown> {
  // A call that waits is as good a call when it waits for a second.
  const most = name.startsWith("wait_") ? 1 : Math.min(maximum, Math.max(minimum, 0) + 100);
  const inside = fc.integer({ min: Math.min(minimum, most), max: most });
  const nextDays = fc.constantFrom(1, 3, 100).map((days) => Math.floor(Date.now() / 86_400_000 + days) * 86_400);
  return /_at$|since|until/.test(name) ? fc.oneof(nextDays, inside) : inside;
}

function textOf({ format, minLength = 0, maxLength = 1000 }: Schema, { name }: Reading): fc.Arbitrary<unknown> {
  if (/(^|_)(id|guid|ids)$/.test(name)) return idMark(name.replace(/ids$/, "id"));
  if (format === "email" || /email/.test(name))
    return fc.constantFrom("ann@example.com", "bob@example.com", "admin@localhost", "second@example.com");
  if (/url/.test(name)) return fc.constantFrom("http://127.0.0.1:9/a", "https://127.0.0.1:9/b?c=d");
  if (/color/.test(name)) return fc.constantFrom("#112233", "#FFFFFF");
  if (/date/.test(name)) return fc.constantFrom("11/01/2026", "11/30/2026", "2026-11-01");
  const most = Math.max(Math.min(maxLength, 30), minLength);
  const words = fc
    .constantFrom("A", "Agreement", "1234", "signature", "text")
    .filter((word) => word.length >= minLength);
  return fc.oneof(words, fc.string({ minLength, maxLength: most, unit: "binary" }));
}
