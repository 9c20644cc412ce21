import { isPattern, operatorsOf } from "../documents/conditions.ts";
import type { Condition, Field } from "../documents/document.ts";
import type { DraftFault } from "./fault.ts";

/** What is wrong with the conditions of fields: each points at a field of the same signer that can meet it, and none goes round in a circle. */
export function checkConditions(fields: readonly Field[]): readonly DraftFault[] {
  const byId = new Map(fields.map((field) => [field.apiId, field]));
  const circled = circleOf(fields);
  return fields.flatMap((field) => {
    if (field.condition === undefined) return [];
    const words = circled.has(field.apiId)
      ? "The conditions go round in a circle."
      : flawOf(field, { condition: field.condition, trigger: byId.get(field.condition.field) });
    return words === null ? [] : [{ code: "bad_condition", words, at: { kind: "field", apiId: field.apiId } } as const];
  });
}

function flawOf(
  field: Field,
  { condition, trigger }: { readonly condition: Condition; readonly trigger: Field | undefined },
): string | null {
  if (trigger === undefined) return "The field that this one depends on is gone.";
  if (trigger.signer !== field.signer) return "A field can only depend on a field of the same signer.";
  if (!operatorsOf.get(trigger.type)?.includes(condition.operator))
    return "The field that this one depends on cannot be compared like this.";
  const { values, operator } = condition;
  const takesMany = operator === "any" || operator === "none";
  if (values.length === 0 || (!takesMany && values.length !== 1)) return "Say what the other field is compared with.";
  if (trigger.type === "checkbox" && values[0] !== "0" && values[0] !== "1") return "Say whether the box is ticked.";
  if (trigger.type === "radio" && values[0] !== "1") return "Say whether the button is chosen.";
  if (trigger.type === "dropdown" && values.some((value) => !trigger.options?.includes(value)))
    return "What the list is compared with is none of its choices.";
  return operator === "match" && !isPattern(values[0] ?? "") ? "Give a regular expression, without slashes." : null;
}

/** The fields whose conditions lead back to themselves: a field has one at most, so there is one way to follow. */
function circleOf(fields: readonly Field[]): ReadonlySet<string> {
  const next = new Map(
    fields.flatMap(({ apiId, condition }) => (condition ? [[apiId, condition.field] as const] : [])),
  );
  const circled = new Set<string>();
  const free = new Set<string>();
  for (const start of next.keys()) {
    const way: string[] = [];
    for (let id: string | undefined = start; id !== undefined && !free.has(id); id = next.get(id)) {
      const seen = way.indexOf(id);
      if (seen !== -1) {
        for (const one of way.slice(seen)) circled.add(one);
        break;
      }
      way.push(id);
    }
    for (const id of way) free.add(id);
  }
  return circled;
}
