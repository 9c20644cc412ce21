import type { Static, TObject } from "typebox";
import { assert } from "../base/assert.ts";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { isIndex } from "./brackets.ts";
import { blank, coerceBoolean, coerceChoice, coerceNumber, coerceString } from "./scalars.ts";
import type { At, Shape } from "./shape.ts";

/** Parameters as they came, and what is known about their names. */
export type Parameters = {
  readonly raw: unknown;
  /** Other names of top-level properties: `{ file_url: "file_urls" }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The keys that the caller wrote for the items of arrays (`Folded.keys`); paths of faults use them. */
  readonly keys?: ReadonlyMap<string, readonly string[]>;
};

const noKeys: ReadonlyMap<string, readonly string[]> = new Map();

/**
 * Reads an input by its schema, as tolerantly as the v3 senders need (contract: sdk-notes.md, server parser rules):
 * JSON texts for objects and arrays, booleans and numbers as text, one value for an array, names nobody knows ignored,
 * null and empty optional values absent (an empty optional string stays, for it clears). Throws `bad_request` with the
 * bracket path of the first value that does not fit. Defaults of the schema are not applied.
 */
export function coerceInput<S extends TObject>(schema: S, raw: unknown): Static<S> {
  return coerceParameters(schema, { raw });
}

/** `coerceInput` for parameters that came in brackets or under other names. */
export function coerceParameters<S extends TObject>(schema: S, parameters: Parameters): Static<S> {
  const { raw, aliases = {}, keys = noKeys } = parameters;
  const given = raw ?? {};
  if (!isRecord(given)) throw badRequest("The body must be one object of named parameters.");
  const shape: Shape = schema;
  const at: At = { path: "", name: "The body", required: true, keys: renameKeys(keys, aliases) };
  return coerceObject(shape, { value: rename(given, aliases), at }) as Static<S>;
}

function rename(raw: Record<string, unknown>, aliases: Readonly<Record<string, string>>): Record<string, unknown> {
  const renamed: Record<string, unknown> = { ...raw };
  for (const [alias, name] of Object.entries(aliases)) {
    if (!Object.hasOwn(raw, alias)) continue;
    if (Object.hasOwn(raw, name)) throw badRequest(`Give ${name} or ${alias}, not both.`, alias);
    renamed[name] = raw[alias];
  }
  return renamed;
}

function renameKeys(keys: ReadonlyMap<string, readonly string[]>, aliases: Readonly<Record<string, string>>) {
  const renamed = new Map(keys);
  for (const [alias, name] of Object.entries(aliases)) {
    const noted = keys.get(alias);
    if (noted !== undefined) renamed.set(name, noted);
  }
  return renamed;
}

type Given = { readonly value: unknown; readonly at: At };

/** Undefined means absent: only ever the answer when `at.required` is false. */
function coerceValue(shape: Shape, { value, at }: Given): unknown {
  if (value === undefined || (value === null && !allowsNull(shape))) {
    if (at.required) throw badRequest(`${at.name} is required.`, at.path);
    return undefined;
  }
  if (value === "" && !keepsEmpty(shape)) {
    if (at.required) throw blank(at);
    return undefined;
  }
  if (shape.anyOf !== undefined) return coerceUnion(shape.anyOf, { value, at });
  if (shape.enum !== undefined) return coerceChoice(shape.enum, { value, at });
  if (shape.const !== undefined) return coerceChoice([shape.const], { value, at });
  return coerceTyped(shape, { value, at });
}

function coerceTyped(shape: Shape, { value, at }: Given): unknown {
  switch (shape.type) {
    case "string":
      return coerceString(shape, { value, at });
    case "boolean":
      return coerceBoolean(value, at);
    case "integer":
    case "number":
      return coerceNumber(shape, { value, at });
    case "array":
      return coerceArray(shape, { value, at });
    case "object":
      return shape.properties === undefined ? coerceMap(shape, { value, at }) : coerceObject(shape, { value, at });
    case "null":
      if (value === null) return null;
      throw badRequest(`${at.name} must be empty.`, at.path);
    default:
      assert(shape.type === undefined, `schemas of type ${shape.type} are understood`);
      return boundDepth(value, { at, depth: 0 });
  }
}

function allowsNull(shape: Shape): boolean {
  return shape.type === "null" || (shape.anyOf?.some(allowsNull) ?? false);
}

function keepsEmpty(shape: Shape): boolean {
  if (shape.anyOf !== undefined) return shape.anyOf.some(keepsEmpty);
  if (shape.enum !== undefined) return shape.enum.includes("");
  if (shape.const !== undefined) return shape.const === "";
  return shape.type === "boolean" || (shape.type === "string" && (shape.minLength ?? 0) === 0);
}

function coerceUnion(variants: readonly Shape[], { value, at }: Given): unknown {
  const choices = variants.map((variant) => variant.const);
  if (choices.every((choice) => choice !== undefined)) return coerceChoice(choices, { value, at });
  if (value === null && variants.some(allowsNull)) return null;
  const choosable = variants.filter(({ type }) => type !== "null");
  // Where a text may be, a text is not read as a truth: "1" and "" stay what they are.
  const isWord = typeof value === "string" && choosable.some(({ type }) => type === "string");
  const tried = isWord ? choosable.filter(({ type }) => type !== "boolean") : choosable;
  let nearest: Fault | undefined;
  for (const variant of tried) {
    try {
      return coerceValue(variant, { value, at });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (nearest === undefined || (error.path ?? "").length > (nearest.path ?? "").length) nearest = error;
    }
  }
  throw nearest ?? badRequest(`${at.name} must be empty.`, at.path);
}

function coerceObject(shape: Shape, { value, at }: Given): Record<string, unknown> {
  const raw = parseJson(value, { at, opening: "{" });
  if (!isRecord(raw)) throw badRequest(`${at.name} must be an object.`, at.path);
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(shape.properties ?? {})) {
    const required = shape.required?.includes(name) ?? false;
    const inner: At = { ...at, path: join(at.path, name), name, required };
    const coerced = coerceValue(property, { value: Object.hasOwn(raw, name) ? raw[name] : undefined, at: inner });
    if (coerced !== undefined) result[name] = coerced;
  }
  if (shape.additionalProperties !== true) return result;
  for (const [name, given] of Object.entries(raw)) {
    if (Object.hasOwn(shape.properties ?? {}, name)) continue;
    if (name === "__proto__") throw badRequest("__proto__ is not allowed as a name.", at.path);
    result[name] = boundDepth(given, { at, depth: 0 });
  }
  return result;
}

function coerceMap(shape: Shape, { value, at }: Given): Record<string, unknown> {
  const raw = withNames(parseJson(value, { at, opening: "{" }), at.keys.get(at.path));
  if (!isRecord(raw)) throw badRequest(`${at.name} must be an object.`, at.path);
  const [item = {}] = Object.values(shape.patternProperties ?? {});
  const { maxProperties = limits.arrayItems, propertyNames = { type: "string" } } = shape;
  const entries = Object.entries(raw);
  if (entries.length > maxProperties)
    throw badRequest(`${at.name} may have at most ${maxProperties} entries.`, at.path);
  const result: Record<string, unknown> = {};
  for (const [name, given] of entries) {
    const inner: At = { ...at, path: join(at.path, name.slice(0, 100)), name: name.slice(0, 100), required: false };
    if (name === "__proto__") throw badRequest("__proto__ is not allowed as a name.", inner.path);
    coerceString(propertyNames, { value: name, at: { ...inner, name: "The name", required: true } });
    const coerced = takesAll(item)
      ? boundDepth(given, { at: inner, depth: 0 })
      : coerceValue(item, { value: given, at: inner });
    if (coerced !== undefined) result[name] = coerced;
  }
  return result;
}

/** Values of which the schema says nothing are the caller's own: null and nothing written are among them. */
function takesAll(item: Shape): boolean {
  return item.type === undefined && item.anyOf === undefined && item.enum === undefined && item.const === undefined;
}

/** A form whose names are all numbers came as an array: the map gets its names back. */
function withNames(value: unknown, names: readonly string[] | undefined): unknown {
  if (!Array.isArray(value) || names === undefined) return value;
  return Object.fromEntries(value.map((item, i) => [names[i] ?? String(i), item]));
}

function coerceArray(shape: Shape, { value, at }: Given): unknown[] {
  const parsed = parseJson(value, { at, opening: "[" });
  if (isRecord(parsed)) throw notAList(parsed, at);
  const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  const { minItems = 0, maxItems = limits.arrayItems } = shape;
  if (items.length < minItems)
    throw badRequest(`${at.name} must have at least ${minItems} ${minItems === 1 ? "item" : "items"}.`, at.path);
  if (items.length > maxItems) throw badRequest(`${at.name} may have at most ${maxItems} items.`, at.path);
  const names = at.keys.get(at.path);
  return items.map((item, i) => {
    const inner: At = { ...at, path: `${at.path}[${names?.[i] ?? i}]`, required: true };
    const isBlank = typeof item === "string" && item.trim() === "" && !shape.items?.enum?.includes(item);
    if (item === null || item === undefined || isBlank) throw blank(inner);
    return coerceValue(shape.items ?? {}, { value: item, at: inner });
  });
}

function notAList(value: Record<string, unknown>, at: At): Fault {
  const names = Object.keys(value);
  const name = names.find((key) => !isIndex(key)) ?? names.find((key) => Number(key) >= limits.arrayItems);
  const words = `${at.name} must be a list: number its items 0, 1, 2 … (at most ${limits.arrayItems - 1}).`;
  return badRequest(words, name === undefined ? at.path : `${at.path}[${name.slice(0, 100)}]`);
}

function parseJson(value: unknown, { at, opening }: { readonly at: At; readonly opening: "{" | "[" }): unknown {
  if (typeof value !== "string" || !value.trimStart().startsWith(opening)) return value;
  try {
    return JSON.parse(value);
  } catch {
    throw badRequest(`${at.name} is not valid JSON.`, at.path);
  }
}

function boundDepth(value: unknown, { at, depth }: { readonly at: At; readonly depth: number }): unknown {
  if (depth > limits.bracketDepth)
    throw badRequest(`${at.name} is nested deeper than ${limits.bracketDepth} levels.`, at.path);
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) boundDepth(inner, { at, depth: depth + 1 });
  return value;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}[${name}]`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
