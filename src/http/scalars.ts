import { assert } from "../base/assert.ts";
import { badRequest } from "../base/faults.ts";
import { isEmail, isWebAddress } from "./formats.ts";
import type { At, Shape } from "./shape.ts";

const truths = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ["1", true],
  ["true", true],
  ["on", true],
  [false, false],
  [0, false],
  ["0", false],
  ["false", false],
  ["off", false],
  ["", false],
]);

/** A truth value, however the caller spells it: JSON's, Python's `True`, a form's `on`, `1` or nothing. */
export function coerceBoolean(value: unknown, at: At): boolean {
  const truth = truths.get(typeof value === "string" ? value.toLowerCase() : value);
  if (truth === undefined) throw badRequest(`${at.name} must be true or false (or 1 or 0).`, at.path);
  return truth;
}

/** A number, or an integer, or its decimal text, within the schema's bounds. */
export function coerceNumber(shape: Shape, { value, at }: { readonly value: unknown; readonly at: At }): number {
  const integer = shape.type === "integer";
  const number = typeof value === "string" && isDecimal(value, integer) ? Number(value) : value;
  const fits = typeof number === "number" && (integer ? Number.isSafeInteger(number) : Number.isFinite(number));
  if (!fits || !isWithin(shape, number)) throw badRequest(`${at.name} must be ${numberWords(shape)}.`, at.path);
  return number;
}

function isDecimal(text: string, integer: boolean): boolean {
  return integer ? /^[+-]?\d{1,16}$/.test(text) : /^[+-]?(?:\d{1,16}(?:\.\d{0,20})?|\.\d{1,20})$/.test(text);
}

function isWithin({ minimum = -Infinity, maximum = Infinity }: Shape, number: number): boolean {
  return number >= minimum && number <= maximum;
}

function numberWords({ type, minimum, maximum }: Shape): string {
  const kind = type === "integer" ? "a whole number" : "a number";
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} of at least ${minimum}`;
  return maximum === undefined ? kind : `${kind} of at most ${maximum}`;
}

/** One of the values that the schema lists, compared as text. */
export function coerceChoice(
  choices: readonly unknown[],
  { value, at }: { readonly value: unknown; readonly at: At },
): unknown {
  const found = choices.find((choice) => choice === value || (isScalar(value) && String(choice) === String(value)));
  if (found === undefined)
    throw badRequest(`${at.name} must be ${list(choices.map(String).filter(Boolean))}.`, at.path);
  return found;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A text within the schema's lengths, pattern and format; numbers and truth values are taken as their text. An empty text that is optional passes. */
export function coerceString(shape: Shape, { value, at }: { readonly value: unknown; readonly at: At }): string {
  if (!isScalar(value)) throw badRequest(`${at.name} must be one text.`, at.path);
  const text = String(value).toWellFormed();
  if (text.includes("\0")) throw badRequest(`${at.name} must not contain a NUL character.`, at.path);
  if (text === "" && !at.required) return text;
  if (text === "" && (shape.format !== undefined || shape.pattern !== undefined)) throw blank(at);
  checkLength(shape, { text, at });
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, "u").test(text)) {
    throw badRequest(`${at.name} not valid: ${shape.words ?? `it must match ${shape.pattern}`}.`, at.path);
  }
  checkFormat(shape, { text, at });
  return text;
}

function checkLength(
  { minLength = 0, maxLength = Infinity }: Shape,
  { text, at }: { readonly text: string; readonly at: At },
): void {
  if (text.length < minLength) throw badRequest(`${at.name} must have at least ${minLength} characters.`, at.path);
  if (text.length > maxLength && Array.from(text).length > maxLength) {
    throw badRequest(`${at.name} is too long: at most ${maxLength} characters.`, at.path);
  }
}

function checkFormat({ format, words }: Shape, { text, at }: { readonly text: string; readonly at: At }): void {
  if (format === undefined) return;
  if (format === "email") {
    if (!isEmail(text))
      throw badRequest(`${at.name} not valid: ${words ?? "give an address such as name@example.com"}.`, at.path);
    return;
  }
  assert(format === "uri" || format === "url", `the format ${format} is known`);
  if (!isWebAddress(text)) {
    throw badRequest(
      `${at.name} not valid: ${words ?? "give an address that starts with https:// or http://"}.`,
      at.path,
    );
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The fault of an empty value, in the words that the contract fixes (errors.md). */
export function blank(at: At) {
  return badRequest("This value should not be blank", at.path);
}
