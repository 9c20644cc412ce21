import { badRequest } from "../base/faults.ts";
import type { MergeValue } from "../documents/document.ts";
import { coerceInput } from "../http/input.ts";
import type { NewSigner } from "../requests/new-signer.ts";
import { CustomFieldList } from "./request-input.ts";

/**
 * Reads `custom_fields`: a list of values by name, or, as older callers write it, an object of them. Truth values become
 * "true" and "false". Faults carry the path of the guilty member.
 */
export function readCustomFields(raw: unknown): readonly MergeValue[] {
  const { custom_fields: given } = coerceInput(CustomFieldList, { custom_fields: flatten(raw ?? []) });
  const names = new Set<string>();
  return given.map(({ name, value, editor, required }, index) => {
    if (names.has(name)) throw badRequest(`name not valid: ${name} is given twice`, `custom_fields[${index}][name]`);
    names.add(name);
    if (required && !editor)
      throw badRequest("editor is required: say who may fill a required field.", `custom_fields[${index}][editor]`);
    return { name, value: value ?? null, editor: editor || null, required: required ?? false };
  });
}

/** Whether merge fields can be edited by a signer: by the only one, or only group, or in ordered requests, where nobody else signs meanwhile. */
export function mayEdit(signers: readonly NewSigner[]): boolean {
  const isAlone = signers.every(({ group }) => group?.guid === signers[0]?.group?.guid);
  return (
    signers.length === 1 || (isAlone && signers[0]?.group !== undefined) || signers.every(({ order }) => order !== null)
  );
}

/** The values as they count with these signers: without editors where there can be none. */
export function withoutEditors(values: readonly MergeValue[], signers: readonly NewSigner[]): readonly MergeValue[] {
  if (mayEdit(signers)) return values;
  return values.map((value) => ({ ...value, editor: null, required: false }));
}

function flatten(raw: unknown): unknown {
  const given = typeof raw === "string" ? parse(raw) : raw;
  if (typeof given !== "object" || given === null) return given;
  if (!Array.isArray(given)) return Object.entries(given).map(([name, value]) => ({ name, value: textOf(value) }));
  return given.map((one: unknown) =>
    typeof one === "object" && one !== null && "value" in one ? { ...one, value: textOf(one.value) } : one,
  );
}

/** Truths and numbers are values too; what is neither is the schema's to refuse. */
function textOf(value: unknown): unknown {
  return typeof value === "boolean" || typeof value === "number" ? String(value) : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
