import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../src/base/faults.ts";
import { limits } from "../../src/base/limits.ts";
import { readQuery } from "../../src/requests/query.ts";

const me = { email: "Me@House.example" };
const read = (text: string) => readQuery(text, me);
const text = (field: string, words: string) => ({ kind: "text", field, text: words, isWhole: false });

test("the example of the contract reads as its words say: every term must hold, and from:me holds of all", () => {
  const everything = { kind: "and", of: [] };
  assert.deepEqual(read("title:Field Trip Release AND from:me"), {
    kind: "and",
    of: [text("title", "field"), text("any", "trip"), text("any", "release"), everything],
  });
  assert.deepEqual(read("  "), everything);
  assert.deepEqual(read("from:somebody"), { kind: "or", of: [] });
  assert.deepEqual(read("to:me"), { kind: "text", field: "to", text: "me@house.example", isWhole: true });
});

test("AND binds closer than OR, NOT closer than both, and a field before parentheses is that of all in them", () => {
  const [a, b, c] = ["a", "b", "c"].map((word) =>
    text("any", word === "a" ? "alpha" : word === "b" ? "beta!" : "gamma"),
  );
  assert.deepEqual(read("alpha OR beta! gamma"), { kind: "or", of: [a, { kind: "and", of: [b, c] }] });
  assert.deepEqual(read("(alpha OR beta!) AND gamma"), { kind: "and", of: [{ kind: "or", of: [a, b] }, c] });
  assert.deepEqual(read("NOT alpha beta!"), { kind: "and", of: [{ kind: "not", of: a }, b] });
  assert.deepEqual(read("-alpha OR -(beta!)"), {
    kind: "or",
    of: [
      { kind: "not", of: a },
      { kind: "not", of: b },
    ],
  });
  assert.deepEqual(read("title:(alpha OR message:gamma)"), {
    kind: "or",
    of: [text("title", "alpha"), text("message", "gamma")],
  });
  assert.deepEqual(read('"and or" and OR - 12:30'), {
    kind: "or",
    of: [
      { kind: "and", of: [text("any", "and or"), text("any", "and")] },
      { kind: "and", of: [text("any", "-"), text("any", "12:30")] },
    ],
  });
});

test("days, minutes and seconds are spans in UTC or in the zone that is said; a range takes its ends in or leaves them out", () => {
  const at = (moment: string) => Date.parse(moment);
  for (const [query, since, until] of [
    ["2026-05-31", "2026-05-31T00:00Z", "2026-06-01T00:00Z"],
    ["2026-05-31T14:00", "2026-05-31T14:00Z", "2026-05-31T14:01Z"],
    ["2026-05-31T14:00:07+02:00", "2026-05-31T12:00:07Z", "2026-05-31T12:00:08Z"],
    ["[2026-05-01 TO 2026-05-31]", "2026-05-01T00:00Z", "2026-06-01T00:00Z"],
    ["{2026-05-01 TO 2026-05-31}", "2026-05-02T00:00Z", "2026-05-31T00:00Z"],
    ["[ 2026-05-01 TO 2026-05-31 }", "2026-05-01T00:00Z", "2026-05-31T00:00Z"],
  ] as const)
    assert.deepEqual(read(`created:${query}`), { kind: "created", since: at(since), until: at(until) }, query);
  assert.deepEqual(read("created:[* TO 2026-05-31}"), { kind: "created", since: null, until: at("2026-05-31") });
});

test("what cannot be read is told in words that name the place", () => {
  for (const [query, words] of [
    ["title:", /at its end: title: has no value/],
    ["tittle:x", /at character 1, "tittle:x": there is no field "tittle"; the fields are title, /],
    ["owner:me", /there is no field "owner"/],
    ["a AND", /at its end: a term is missing/],
    ["AND a", /at character 1, "AND a": AND must stand between two terms/],
    ["a OR OR b", /at character 6, "OR b": OR must stand/],
    ["(a OR b", /at character 1, "\(a OR b": this parenthesis is not closed/],
    ["a ) b", /at character 3, "\) b": this parenthesis closes nothing/],
    ["()", /at character 2, "\)": a term is missing before this parenthesis/],
    ['title:"no end', /at character 7, ""no end": this quotation mark is not closed/],
    ["*ase", /at character 1, "\*ase": a \* may only stand at the end/],
    ["le*se", /at character 3, "\*se": a \*/],
    ['""', /there is nothing to look for/],
    ["complete:yes", /complete must be true or false/],
    ["created:yesterday", /created must be a date such as/],
    ["created:2026-02-30", /created must be a date/],
    ["created:[2026-01-01 2026-02-01]", /at character 9, .* a range is written \[from TO to\]/],
    ["created:[a TO b]", /each end of the range must be a date/],
    ["title:[a TO b]", /only created takes a range, title does not/],
    ["NOT", /a term is missing/],
    ["x ".repeat(limits.queryTerms + 1), /at most 50 terms/],
    ["(".repeat(limits.queryDepth + 1), /at most 10 deep/],
    ["x".repeat(limits.queryLength + 1), /at most 1000 characters/],
    ["NOT ".repeat(200), /at most 50 terms/],
  ] as const)
    assert.throws(
      () => read(query),
      (error) => error instanceof Fault && error.path === "query" && error.status === 400 && words.test(error.message),
      query,
    );
});

test("any text at all is read or refused in words, never otherwise", () => {
  const signs = [
    "(",
    ")",
    '"',
    "\\",
    ":",
    "*",
    "-",
    " ",
    "a",
    "title",
    "AND",
    "OR",
    "NOT",
    "[",
    "]",
    "{",
    "TO",
    "created",
    "true",
    "\0",
    "\ud800",
    "😀",
  ];
  for (let n = 0; n < 4000; n += 1) {
    const made = Array.from({ length: 1 + (n % 12) }, () => signs[Math.floor(Math.random() * signs.length)]).join("");
    try {
      read(made);
    } catch (error) {
      assert.ok(
        error instanceof Fault && error.faultName === "bad_request",
        `${JSON.stringify(made)}: ${String(error)}`,
      );
    }
  }
});
