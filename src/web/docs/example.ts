import type { Parameter, Schema, Shown } from "./document.ts";

const second = 1_760_000_000;

/** Values that people can read, by name or the end of one. */
const byName: readonly (readonly [RegExp, unknown])[] = [
  [/^locale$/, "en_US"],
  [/(^|_)(name)$/, "Ada Lovelace"],
  [/email/, "ada@example.com"],
  [/^(title|original_title)$/, "Bicycle loan"],
  [/^subject$/, "Please sign for your bicycle"],
  [/^message$/, "Two pages, two minutes."],
  [/^files$/, "loan.pdf"],
  [/(client_id|app_id)$/, "0123456789abcdef0123456789abcdef"],
  [/^(event|delivery|call|replay)_id$/, "0199c1f2-6a00-7000-8000-0123456789ab"],
  [/(_id|_guid|^id)$/, "0123456789abcdef0123456789abcdef01234567"],
  [/(_url|^url|_uri)$/, "https://example.com/sign"],
  [/color/, "#0B6B60"],
  [/date/, "11/01/2026"],
  [/(_at|_time|^since|_until|^expires)$/, second],
  [/^until$/, second + 3600],
  [/^domains$/, ["shop.example.com"]],
  [/^(page|num_pages|num_results)$/, 1],
  [/^page_size$/, 20],
  [/^status_code$/, "awaiting_signature"],
];

/** An example of a schema's value: every member of an object, one item of a list. */
export function exampleOf(schema: Schema, name = ""): unknown {
  const { anyOf } = schema;
  if (anyOf !== undefined) return exampleOf(anyOf.find(({ type }) => type !== "null") ?? {}, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === "null") return null;
  const known = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (schema.type === "object")
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([inner, each]) => [inner, exampleOf(each, inner)]),
    );
  if (schema.type === "array") {
    if (Array.isArray(known)) return known;
    return [exampleOf(schema.items ?? {}, name.replace(/e?s$/, ""))];
  }
  if (schema.type === "boolean") return !name.startsWith("is_");
  if (schema.type === "integer" || schema.type === "number")
    return typeof known === "number" ? known : (schema.minimum ?? 1);
  return typeof known === "string" ? known : lengthen("text", schema);
}

function lengthen(text: string, { minLength = 0 }: Schema): string {
  return text.padEnd(minLength, "x");
}

/** What a call of the operation sends in its body or query: its own example, else what is required. */
export function exampleInput({ example, parameters }: Shown): Readonly<Record<string, unknown>> {
  if (typeof example === "object" && example !== null) return example as Readonly<Record<string, unknown>>;
  const needed = parameters.filter((parameter) => parameter.required && parameter.in !== "path");
  return Object.fromEntries(needed.map(({ name, schema }) => [name, exampleOf(required(schema), name)]));
}

/** A schema without what may be left out. */
function required(schema: Schema): Schema {
  if (schema.properties === undefined) return schema.items ? { ...schema, items: required(schema.items) } : schema;
  const names = schema.required ?? [];
  const properties = Object.entries(schema.properties).filter(([name]) => names.includes(name));
  return { ...schema, properties: Object.fromEntries(properties.map(([name, each]) => [name, required(each)])) };
}

/** The path of a call, with an example in place of each of its parameters. */
export function examplePath(path: string, parameters: readonly Parameter[]): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((parameter) => parameter.in === "path" && parameter.name === name)?.schema ?? {};
    return String(exampleOf({ type: "string", ...schema }, name));
  });
}
