import assert from "node:assert/strict";
import { test } from "node:test";
import Type from "typebox";
import { Fault } from "../../src/base/faults.ts";
import { limits } from "../../src/base/limits.ts";
import { type Entry, foldBrackets } from "../../src/http/brackets.ts";
import { coerceInput, coerceParameters } from "../../src/http/input.ts";

const signer = Type.Object({
  name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  email_address: Type.String({ format: "email" }),
  order: Type.Optional(Type.Integer({ minimum: 0 })),
  pin: Type.Optional(Type.String({ minLength: 4, maxLength: 12, pattern: "^\\d+$", words: "digits only" })),
});
const schema = Type.Object({
  title: Type.Optional(Type.String({ maxLength: 255 })),
  signers: Type.Optional(Type.Array(signer, { minItems: 1, maxItems: 3 })),
  cc_email_addresses: Type.Optional(Type.Array(Type.String({ format: "email" }))),
  file_urls: Type.Optional(Type.Array(Type.String({ format: "uri" }))),
  metadata: Type.Optional(
    Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 1000 }), { maxProperties: 10 }),
  ),
  signing_options: Type.Optional(Type.Object({ draw: Type.Boolean(), default_type: Type.Enum(["draw", "type"]) })),
  custom_fields: Type.Optional(
    Type.Union([
      Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
      Type.Record(Type.String(), Type.String()),
    ]),
  ),
  test_mode: Type.Optional(Type.Boolean()),
  expires_at: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  scale: Type.Optional(Type.Number()),
  signer: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
});
const aliases = { file_url: "file_urls" };

const read = (raw: unknown) => coerceParameters(schema, { raw, aliases });
const readForm = (...entries: Entry[]) => {
  const { value, keys } = foldBrackets(entries);
  return coerceParameters(schema, { raw: value, aliases, keys });
};

function refused(run: () => unknown): readonly [path: string | undefined, message: string] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Fault, `a Fault, not ${String(error)}`);
    assert.equal(error.faultName, "bad_request");
    return [error.path, error.message];
  }
  return assert.fail("should have been refused");
}

test("objects and arrays may come as JSON text, as the official SDKs send them beside files", () => {
  const input = read({
    signers: '[{"name":"A","email_address":"a@x.com","order":0,"pin":"1234"}]',
    metadata: '{"k":"v"}',
    signing_options: '{"draw":true,"default_type":"type"}',
  });
  assert.deepEqual(input, {
    signers: [{ name: "A", email_address: "a@x.com", order: 0, pin: "1234" }],
    metadata: { k: "v" },
    signing_options: { draw: true, default_type: "type" },
  });
});

test("the same request means the same in brackets, in JSON text and in JSON", () => {
  const json = {
    title: "NDA",
    test_mode: true,
    signers: [{ name: "A", email_address: "a@x.com", order: 1 }],
    metadata: { 7: "x" },
  };
  const texts = { title: "NDA", test_mode: "True", signers: JSON.stringify(json.signers), metadata: '{"7":"x"}' };
  const form: Entry[] = [
    ["title", "NDA"],
    ["test_mode", "1"],
    ["signers[1][name]", "A"],
    ["signers[1][email_address]", "a@x.com"],
    ["signers[1][order]", "1"],
    ["metadata[7]", "x"],
  ];
  assert.deepEqual(read(json), json);
  assert.deepEqual(read(texts), json);
  assert.deepEqual(readForm(...form), json);
});

test("booleans are read however a caller spells them", () => {
  for (const yes of [true, 1, "1", "true", "True", "TRUE", "on"])
    assert.equal(read({ test_mode: yes }).test_mode, true);
  for (const no of [false, 0, "0", "false", "False", "off", ""]) assert.equal(read({ test_mode: no }).test_mode, false);
  assert.deepEqual(
    refused(() => read({ test_mode: "maybe" })),
    ["test_mode", "test_mode must be true or false (or 1 or 0)."],
  );
});

test("numbers are read from text within their bounds, and nothing else is a number", () => {
  assert.equal(read({ page_size: "20" }).page_size, 20);
  assert.equal(read({ scale: "1.5" }).scale, 1.5);
  for (const wrong of ["0", 101, 1.5, "1.5", "0x10", "1e3", " 7", true, [], "99999999999999999999"]) {
    assert.deepEqual(
      refused(() => read({ page_size: wrong })),
      ["page_size", "page_size must be a whole number from 1 to 100."],
    );
  }
  assert.equal(read({ signer: "2" }).signer, 2);
  assert.equal(read({ signer: "sender" }).signer, "sender");
});

test("null and empty optional values are absent, but an empty optional text stays, because it clears", () => {
  const empty = {
    title: "",
    page_size: "",
    signers: "",
    metadata: "",
    scale: null,
    expires_at: null,
    cc_email_addresses: null,
  };
  assert.deepEqual(read(empty), { title: "", expires_at: null });
});

test("a single text is read as a list of one, under the singular name too", () => {
  assert.deepEqual(read({ cc_email_addresses: "c@x.com" }), { cc_email_addresses: ["c@x.com"] });
  assert.deepEqual(read({ file_url: "https://x.com/a.pdf" }), { file_urls: ["https://x.com/a.pdf"] });
  assert.deepEqual(readForm(["file_url[0]", "https://x.com/a.pdf"]), { file_urls: ["https://x.com/a.pdf"] });
  assert.equal(refused(() => read({ file_url: "https://x.com/a", file_urls: [] }))[0], "file_url");
});

test("names that the schema does not know are ignored, even poisonous ones", () => {
  assert.deepEqual(read(JSON.parse('{"is_eid":false,"__proto__":{"title":"x"},"constructor":1}')), {});
  assert.deepEqual(refused(() => read({ metadata: '{"__proto__":"x"}' }))[0], "metadata[__proto__]");
});

test("a union takes the first form that fits", () => {
  assert.deepEqual(read({ custom_fields: '{"Cost":"$20"}' }), { custom_fields: { Cost: "$20" } });
  assert.deepEqual(readForm(["custom_fields[Cost]", "$20"]), { custom_fields: { Cost: "$20" } });
  assert.deepEqual(readForm(["custom_fields[0][name]", "Cost"], ["custom_fields[0][value]", "$20"]), {
    custom_fields: [{ name: "Cost", value: "$20" }],
  });
});

test("a blank item of a list is told in the words of the contract", () => {
  for (const item of ["", "  ", null]) {
    assert.deepEqual(
      refused(() => read({ cc_email_addresses: [item] })),
      ["cc_email_addresses[0]", "This value should not be blank"],
    );
  }
  assert.deepEqual(
    refused(() => readForm(["cc_email_addresses[]", "a@x.com"], ["cc_email_addresses[]", ""])),
    ["cc_email_addresses[1]", "This value should not be blank"],
  );
});

test("the first fault is told with its bracket path, in the keys that the caller wrote", () => {
  const who = (more: object) => ({ signers: [{ name: "A", email_address: "a@x.com", ...more }] });
  assert.deepEqual(
    refused(() => read({ signers: [{ name: "A" }] })),
    ["signers[0][email_address]", "email_address is required."],
  );
  assert.deepEqual(
    refused(() => readForm(["signers[1][name]", "A"], ["signers[1][email_address]", "no"])),
    ["signers[1][email_address]", "email_address not valid: give an address such as name@example.com."],
  );
  assert.deepEqual(
    refused(() => read(who({ name: "" }))),
    ["signers[0][name]", "This value should not be blank"],
  );
  assert.deepEqual(
    refused(() => read(who({ email_address: "" }))),
    ["signers[0][email_address]", "This value should not be blank"],
  );
  assert.deepEqual(
    refused(() => read(who({ pin: "12ab" }))),
    ["signers[0][pin]", "pin not valid: digits only."],
  );
  assert.equal(refused(() => read(who({ pin: "1" })))[1], "pin must have at least 4 characters.");
  assert.equal(refused(() => read({ signers: [] }))[1], "signers must have at least 1 item.");
  assert.equal(refused(() => read({ signers: [1, 2, 3, 4] }))[1], "signers may have at most 3 items.");
  assert.equal(refused(() => read({ title: "x".repeat(256) }))[1], "title is too long: at most 255 characters.");
  assert.equal(refused(() => read({ title: "a\0b" }))[1], "title must not contain a NUL character.");
  assert.equal(refused(() => read({ title: ["a", "b"] }))[1], "title must be one text.");
  assert.deepEqual(
    refused(() => read({ signing_options: { draw: 1, default_type: "paint" } })),
    ["signing_options[default_type]", "default_type must be draw or type."],
  );
  assert.equal(refused(() => read({ signers: "[{" }))[1], "signers is not valid JSON.");
});

test("lists with keys that are no indexes are refused at the guilty key", () => {
  assert.equal(refused(() => readForm(["signers[0][name]", "A"], ["signers[x][name]", "B"]))[0], "signers[x]");
  assert.equal(refused(() => readForm(["signers[99999][name]", "A"]))[0], "signers[99999]");
});

test("a text is counted in characters as people count them", () => {
  assert.equal(read({ title: "🖊".repeat(255) }).title, "🖊".repeat(255));
});

test("addresses that cannot be e-mail are refused and those that can are taken", () => {
  const cc = (address: string) => () => read({ cc_email_addresses: [address] });
  for (const good of ["a@x.com", "admin@localhost", "jo.o'neil+declined@mail.example.co.uk", "jürgen@bücher.de"])
    assert.doesNotThrow(cc(good));
  for (const bad of [
    "INVALID_EMAIL_ADDRESS@.com",
    "a",
    "a@",
    "@x.com",
    "a@b@c.com",
    "a b@x.com",
    "a@-x.com",
    "a@x..com",
    ".a@x.com",
  ]) {
    assert.match(refused(cc(bad))[1], /not valid/, bad);
  }
  assert.match(refused(cc('"A" <a@x.com>'))[1], /not valid/);
  assert.match(refused(cc("a@x.com\r\nBcc: b@x.com"))[1], /not valid/);
});

test("a body that is no object is refused, no body is an empty one", () => {
  assert.deepEqual(coerceInput(schema, undefined), {});
  assert.deepEqual(coerceInput(schema, null), {});
  for (const body of [[], "x", 1, true]) assert.match(refused(() => coerceInput(schema, body))[1], /one object/);
});

test("the words of a choice name every value but the empty one", () => {
  const choice = Type.Object({ scopes: Type.Array(Type.Enum(["one", "two", ""])) });
  assert.deepEqual(coerceInput(choice, { scopes: ["one", ""] }), { scopes: ["one", ""] });
  assert.match(refused(() => coerceInput(choice, { scopes: ["root"] }))[1], / must be one or two\.$/);
});
