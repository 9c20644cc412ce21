import { type TObject, Type } from "typebox";
import { badRequest, Fault } from "../../base/faults.ts";
import { coerceInput } from "../../http/input.ts";
import type { FormFault } from "./form-field.ts";

/**
 * Every value that its schema refuses, in the words and with the path that the API would answer alone: a form marks all its flaws at once.
 * Of a list of objects each member is looked at by itself. Nothing else than the schema is asked.
 */
export function flawsIn(schema: TObject, given: Readonly<Record<string, unknown>>): readonly Fault[] {
  return Object.entries(given).flatMap(([name, value]): readonly Fault[] => {
    const shape = schema.properties[name];
    if (shape === undefined) return [];
    const item = "items" in shape ? shape.items : null;
    if (!Array.isArray(value) || !Type.IsObject(item))
      return refusalOf(Type.Object({ [name]: shape }), { [name]: value });
    return value.flatMap((one: unknown, index) =>
      typeof one === "object" && one !== null
        ? flawsIn(item, { ...one }).map(({ message, path }) => badRequest(message, `${name}[${index}][${path}]`))
        : [],
    );
  });
}

/** One fault to stand at the head of a form, with the others beside their fields; null where there is none. */
export function gather(faults: readonly FormFault[]): FormFault | null {
  const [first, ...rest] = [...new Map(faults.toReversed().map((fault) => [fault.field, fault])).values()].toReversed();
  return first === undefined ? null : { ...first, also: rest };
}

function refusalOf(schema: TObject, given: Readonly<Record<string, unknown>>): readonly Fault[] {
  try {
    coerceInput(schema, given);
    return [];
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return [error];
    throw error;
  }
}
