import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { isPattern, operatorsOf } from "../documents/conditions.ts";
import type { Condition, FieldDraft } from "../documents/document.ts";
import { coerceInput } from "../http/input.ts";
import type { FormFieldRuleInput } from "./form-field-input.ts";
import { FormFieldRuleList } from "./request-input.ts";

type Trigger = FormFieldRuleInput["triggers"][number];

/**
 * The fields with the conditions that `form_field_rules` put on them: a rule stands on each field that it shows or hides.
 * Throws `bad_request` with the path of the first member that does not fit, for a field that two rules would rule, and for
 * rules that go round in a circle.
 */
export function withRules(drafts: readonly FieldDraft[], raw: unknown): readonly FieldDraft[] {
  const { form_field_rules: rules } = coerceInput(FormFieldRuleList, { form_field_rules: raw ?? [] });
  if (rules.length === 0) return drafts;
  const byId = new Map(drafts.map((draft) => [draft.apiId, draft]));
  const ruled = new Map<string, Condition>();
  const ids = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const path = `form_field_rules[${index}]`;
    if (ids.has(rule.id)) throw badRequest(`id not valid: ${rule.id} is the id of another rule`, `${path}[id]`);
    ids.add(rule.id);
    for (const { target, condition, where } of readRule(rule, { path, drafts, byId })) {
      if (ruled.has(target.apiId))
        throw badRequest(`A field may be ruled by one rule only; ${target.apiId} is ruled by two.`, where);
      ruled.set(target.apiId, condition);
    }
  }
  refuseCircle(ruled);
  refuseManyPatterns(rules);
  return drafts.map((draft) => {
    const condition = ruled.get(draft.apiId);
    return condition === undefined ? draft : { ...draft, condition };
  });
}

type Surroundings = {
  readonly path: string;
  readonly drafts: readonly FieldDraft[];
  readonly byId: ReadonlyMap<string, FieldDraft>;
};

type Ruled = { readonly target: FieldDraft; readonly condition: Condition; readonly where: string };

function readRule({ triggers, actions }: FormFieldRuleInput, surroundings: Surroundings): readonly Ruled[] {
  const { path, byId } = surroundings;
  const [trigger] = triggers;
  if (trigger === undefined) throw badRequest("triggers is required: give exactly one.", `${path}[triggers]`);
  const at = `${path}[triggers][0]`;
  const field = byId.get(trigger.id);
  if (field === undefined) throw badRequest(`id not valid: no field has the api_id ${trigger.id}`, `${at}[id]`);
  const { operator } = trigger;
  const values = readValues(trigger, { field, at });

  return actions.flatMap((action, index) => {
    const where = `${path}[actions][${index}]`;
    return targetsOf(action, { ...surroundings, path: where }).map((target): Ruled => {
      if (target.signer !== field.signer)
        throw badRequest(`${field.apiId} and ${target.apiId} must belong to the same signer.`, where);
      return { target, condition: { field: field.apiId, operator, values, hides: action.hidden }, where };
    });
  });
}

function readValues(
  trigger: Trigger,
  { field, at }: { readonly field: FieldDraft; readonly at: string },
): readonly string[] {
  const { operator, value, values } = trigger;
  const known = operatorsOf.get(field.type) ?? [];
  if (!known.includes(operator)) {
    const words =
      known.length === 0
        ? `a ${field.type} field triggers no rule`
        : `for a ${field.type} field it must be one of ${known.join(", ")}`;
    throw badRequest(`operator not valid: ${words}`, `${at}[operator]`);
  }
  const takesMany = operator === "any" || operator === "none";
  const name = takesMany ? "values" : "value";
  const given = takesMany ? (values ?? value) : (value ?? values);
  if (given === undefined || given === null) throw badRequest(`${name} is required.`, `${at}[${name}]`);
  const texts = Array.isArray(given) ? given : [given];
  if (!takesMany && texts.length !== 1)
    throw badRequest(`${name} not valid: ${operator} takes one value`, `${at}[${name}]`);
  for (const text of texts) checkValue(text, { field, operator, path: `${at}[${name}]` });
  return texts;
}

function checkValue(
  text: string,
  { field, operator, path }: { readonly field: FieldDraft; readonly operator: string; readonly path: string },
): void {
  if (field.type === "checkbox" && text !== "0" && text !== "1")
    throw badRequest('value not valid: for a checkbox it must be "0" or "1"', path);
  if (field.type === "radio" && text !== "1")
    throw badRequest('value not valid: for a radio button it must be "1"', path);
  if (field.type === "dropdown" && !field.options?.includes(text))
    throw badRequest(`value not valid: ${text} is not one of the options of ${field.apiId}`, path);
  if (operator === "match" && !isPattern(text))
    throw badRequest(
      `value not valid: it must be a regular expression of at most ${limits.patternLength} characters, without slashes around it`,
      path,
    );
}

function targetsOf(
  action: FormFieldRuleInput["actions"][number],
  { path, drafts, byId }: Surroundings,
): readonly FieldDraft[] {
  const { type, field_id: fieldId, group_id: groupId } = action;
  if (fieldId && groupId) throw badRequest("Give field_id or group_id, not both.", path);
  if (type === "change-field-visibility") {
    const target = byId.get(fieldId ?? "");
    if (target !== undefined) return [target];
    throw badRequest(`field_id not valid: it must be the api_id of a field`, `${path}[field_id]`);
  }
  const members = drafts.filter(({ group }) => group !== undefined && group.id === groupId);
  if (members.length === 0) throw badRequest("group_id not valid: it must be the id of a group", `${path}[group_id]`);
  return members;
}

/** Follows each field to what rules it: one way only, for a field has one rule. */
function refuseCircle(ruled: ReadonlyMap<string, Condition>): void {
  const free = new Set<string>();
  for (const start of ruled.keys()) {
    const way = new Set<string>();
    for (let id: string | undefined = start; id !== undefined && !free.has(id); id = ruled.get(id)?.field) {
      if (way.has(id))
        throw badRequest(`The rules go round in a circle: ${[...way, id].join(", ")}.`, "form_field_rules");
      way.add(id);
    }
    for (const id of way) free.add(id);
  }
}

/** Patterns are judged while nobody else is served: a request has its share. */
function refuseManyPatterns(rules: readonly FormFieldRuleInput[]): void {
  const patterns = rules.filter(({ triggers }) => triggers.some(({ operator }) => operator === "match"));
  if (patterns.length > limits.patternsPerRequest)
    throw badRequest(
      `At most ${limits.patternsPerRequest} rules of a request may have the operator match.`,
      "form_field_rules",
    );
}
