/** What holds for every answer to every call, whatever was sent. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Value } from "typebox/value";
import type { AnyOperation } from "../../src/api/operation.ts";
import { type FaultName, faultStatuses } from "../../src/base/faults.ts";
import { ErrorResponse } from "../../src/wire/shapes.ts";
import type { Back } from "./fuzz-asking.ts";

const errorsPage = new URL("../../../shared/contract/errors.md", import.meta.url);

/** The names that the contract lists; where it is not here, those of the house. */
const contractNames: ReadonlySet<string> = existsSync(errorsPage)
  ? new Set(
      // In a table, and those of OAuth in a line.
      [...readFileSync(errorsPage, "utf8").matchAll(/(?:^\| |; |^)([a-z_]+) (?:\| )?\d{3}/gm)].map(
        ([, name = ""]) => name,
      ),
    )
  : new Set(Object.keys(faultStatuses));

/** What any call may meet before its operation is asked. */
const anywhere: ReadonlySet<FaultName> = new Set(["bad_request", "unauthorized", "not_found", "method_not_supported"]);

/** Words of a stack, of a database, of a file of ours. */
const inside =
  /\bat (?:async )?[\w.<>]+ \(|node:internal|node_modules|\.ts:\d|file:\/\/\/work|\/src\/|SQLITE_|SqliteError|syntax error at|violates \w+ constraint|invalid byte sequence|invalid input syntax|out of range for type|\b(?:select|insert into|update) "|Cannot read prop|is not a function|undefined \(reading|\[object Object\]/;

/** Asserts that an answer is one of the contract's; `isPlain` says that its address is the operation's own. */
export function checkAnswer(operation: AnyOperation, { status, type, text }: Back, isPlain: boolean): void {
  assert.ok(status < 500, `${status} ${text.slice(0, 500)}`);
  if (status >= 400) checkRefusal(operation, { status, type, text });
  else if (isPlain) checkSuccess(operation, { status, type, text });
}

function checkSuccess({ output, status: expected = 200 }: AnyOperation, { status, type, text }: Back): void {
  assert.equal(status, expected);
  if (output === "nothing") {
    assert.equal(text, "");
  } else if ("files" in output) {
    assert.ok(output.files.includes(type.split(";")[0] ?? ""), type);
  } else {
    assert.match(type, /^application\/json/);
    assert.deepEqual(Value.Errors(output, JSON.parse(text)).slice(0, 3), []);
  }
}

function checkRefusal(operation: AnyOperation, { status, type, text }: Back): void {
  assert.match(type, /^application\/json/, text.slice(0, 200));
  const body = JSON.parse(text) as unknown;
  assert.ok(Value.Check(ErrorResponse, body), text.slice(0, 500));
  const { error, ...rest } = body;
  const { error_msg: words, error_name: name, error_path: path, ...more } = error;
  assert.deepEqual([rest, more], [{}, {}]);
  assert.ok(contractNames.has(name), `${name} is a name of the contract`);
  assert.equal(faultStatuses[name as FaultName], status, name);
  const told = new Set<string>([...operation.faults, ...anywhere]);
  assert.ok(told.has(name), `${operation.id} tells of ${name}`);
  assert.match(words, /\S/);
  assert.ok(words.length < 3000, `the words are few: ${words.length}`);
  assert.doesNotMatch(words, inside);
  assert.ok(words.isWellFormed() && (path ?? "").isWellFormed(), "the words can be written down");
  if (name !== "bad_request") return;
  // A parameter is named by its path, or it is the request as a whole that does not fit, or what the caller is.
  if (path === undefined)
    assert.match(words, /\b(body|request|multipart|parameters?|address|UTF-8|Content)\b|Give |Say |^You are /i);
  else assert.match(path, /\S/);
}
