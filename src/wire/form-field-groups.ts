import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { FieldDraft, Group } from "../documents/document.ts";
import { coerceInput } from "../http/input.ts";
import { type FormFieldGroupInput, type FormFieldInput, flattenGroups } from "./form-field-input.ts";
import { FormFieldGroupList } from "./request-input.ts";

type Members = { readonly id: string; readonly members: readonly number[] };

/**
 * The fields with the groups that they name (`form_field_groups`, contract: form-fields.md). `given` are the same fields as
 * they came. A checkbox group may do without a definition; a radio group always has at most one choice. A definition that
 * no field names counts for nothing: `unusedGroups` tells which.
 */
export function withGroups(
  drafts: readonly FieldDraft[],
  { given, groups: raw }: { readonly given: readonly FormFieldInput[]; readonly groups: unknown },
): readonly FieldDraft[] {
  const groups = definedGroups(raw);
  const defined = new Map<string, FormFieldGroupInput>();
  for (const [index, group] of groups.entries()) {
    if (defined.has(group.group_id))
      throw badRequest(
        `group_id not valid: ${group.group_id} is defined twice`,
        `form_field_groups[${index}][group_id]`,
      );
    defined.set(group.group_id, group);
  }

  const named = [...membersOf(given)].map(([id, members]) => ({ id, members }));
  const groupOf = new Map<number, Group>();
  for (const { id, members } of named) {
    const group = readGroup(
      { id, members },
      { drafts, defined: defined.get(id), at: groups.findIndex((one) => one.group_id === id) },
    );
    for (const index of members) groupOf.set(index, group);
  }
  return drafts.map((draft, index) => {
    const group = groupOf.get(index);
    return group === undefined ? draft : { ...draft, group };
  });
}

function definedGroups(raw: unknown): readonly FormFieldGroupInput[] {
  return coerceInput(FormFieldGroupList, { form_field_groups: flattenGroups(raw ?? []) }).form_field_groups;
}

/** The ids of the groups of `form_field_groups` that none of the fields is in. */
export function unusedGroups(raw: unknown, drafts: readonly Pick<FieldDraft, "group">[]): readonly string[] {
  const used = new Set(drafts.map(({ group }) => group?.id));
  return definedGroups(raw).flatMap(({ group_id: id }) => (used.has(id) ? [] : [id]));
}

/** The indexes of checkboxes and radio buttons by the group that they name. */
function membersOf(given: readonly FormFieldInput[]): ReadonlyMap<string, readonly number[]> {
  const members = new Map<string, number[]>();
  for (const [index, { type, group }] of given.entries()) {
    if (!group || (type !== "checkbox" && type !== "radio")) continue;
    members.set(group, [...(members.get(group) ?? []), index]);
  }
  return members;
}

type Surroundings = {
  readonly drafts: readonly FieldDraft[];
  readonly defined: FormFieldGroupInput | undefined;
  /** The place of the definition among the definitions. */
  readonly at: number;
};

function readGroup({ id, members }: Members, { drafts, defined, at }: Surroundings): Group {
  const fields = members.flatMap((index) => drafts[index] ?? []);
  const [first] = fields;
  const path = `form_fields_per_document[${members[0]}][group]`;
  if (fields.some(({ type }) => type !== first?.type))
    throw badRequest(`group not valid: ${id} has checkboxes and radio buttons; a group has one kind`, path);
  if (fields.some(({ signer }) => signer !== first?.signer))
    throw badRequest(`group not valid: all fields of ${id} must belong to one signer`, path);
  const label = defined?.group_label ?? "";
  if (first?.type !== "radio") return { id, label, ...countOf(defined?.requirement) };

  if (fields.length < 2)
    throw badRequest(`group not valid: the radio group ${id} needs at least two radio buttons`, path);
  if (fields.filter(({ checked }) => checked).length > 1) {
    const where = `form_fields_per_document[${members[0]}][is_checked]`;
    throw badRequest(`is_checked not valid: only one radio button of ${id} may be checked`, where);
  }
  if (defined?.requirement === "require_1-ormore")
    throw badRequest(
      "requirement not valid: a radio group takes require_0-1 or require_1",
      `form_field_groups[${at}][requirement]`,
    );
  const isRequired =
    defined === undefined ? fields.some(({ required }) => required) : defined.requirement === "require_1";
  return { id, label, least: isRequired ? 1 : 0, most: 1 };
}

/** Without a requirement checkboxes are together and nothing more. */
function countOf(requirement: FormFieldGroupInput["requirement"] | undefined): Pick<Group, "least" | "most"> {
  if (requirement === "require_0-1") return { least: 0, most: 1 };
  if (requirement === "require_1") return { least: 1, most: 1 };
  return { least: requirement === undefined ? 0 : 1, most: limits.fieldsPerRequest };
}
