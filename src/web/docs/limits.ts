import type { Schema } from "./document.ts";

/** A schema's type in a word or two, such as `text` or `list of objects`. */
export function typeWords(schema: Schema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeWords))].join(" or ");
  if (schema.enum !== undefined || schema.const !== undefined) return "text";
  switch (schema.type) {
    case "string":
      return schema.format === "binary" ? "file" : "text";
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${plural(typeWords(schema.items ?? {}))}`;
    case undefined:
      return "any value";
    default:
      return schema.type;
  }
}

function plural(words: string): string {
  if (words === "true or false") return "truth values";
  if (words === "any value") return "values";
  return /(ss|x)$/.test(words) ? `${words}es` : words.replace(/(?= or |$)/g, "s");
}

/** What a value must keep to, in words; empty where there is nothing. */
export function limitWords(schema: Schema): readonly string[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(limitWords);
  return [
    ...span([schema.minLength, schema.maxLength], ["character", "characters"]),
    ...span([schema.minItems, schema.maxItems], ["item", "items"]),
    ...span([schema.minimum, schema.maximum], ["", ""]),
    ...(schema.maxProperties === undefined ? [] : [`at most ${amount(schema.maxProperties)} entries`]),
    ...(schema.format === "email" ? ["an e-mail address"] : []),
    ...(schema.format === "uri" || schema.format === "url" ? ["an http or https address"] : []),
    ...(schema.items === undefined || schema.items.properties !== undefined ? [] : limitWords(schema.items).map(each)),
  ];
}

function each(words: string): string {
  return `each ${words}`;
}

function span(
  [least, most]: readonly [number | undefined, number | undefined],
  [one, many]: readonly [string, string],
): readonly string[] {
  const unit = (count: number) => (count === 1 ? one : many);
  const said = (text: string, count: number) => `${text} ${unit(count)}`.trim();
  if (least !== undefined && (least > 0 || one === "") && most !== undefined)
    return [said(`${amount(least)} to ${amount(most)}`, most)];
  if (most !== undefined) return [said(`at most ${amount(most)}`, most)];
  if (least !== undefined && (least > 0 || one === "")) return [said(`at least ${amount(least)}`, least)];
  return [];
}

function amount(count: number): string {
  return count.toLocaleString("en-US");
}

/** The values that may be chosen from; empty where any may. */
export function choicesOf(schema: Schema): readonly string[] {
  if (schema.enum !== undefined) return schema.enum.map(String).filter((choice) => choice !== "");
  if (schema.items !== undefined) return choicesOf(schema.items);
  return (schema.anyOf ?? []).flatMap(choicesOf);
}
