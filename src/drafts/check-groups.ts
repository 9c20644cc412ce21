import type { Field } from "../documents/document.ts";
import type { DraftRecord } from "./draft.ts";
import type { DraftFault } from "./fault.ts";

/** What is wrong with the groups of fields: who belongs together is of one kind and of one signer, and radio buttons are never alone. */
export function checkGroups({ said }: DraftRecord): readonly DraftFault[] {
  const { fields } = said;
  const loose = fields.filter(({ type, group }) => type === "radio" && group === undefined);
  const strays = fields.filter(({ type, group }) => group !== undefined && type !== "radio" && type !== "checkbox");
  const groups = Map.groupBy(
    fields.filter(({ group }) => group !== undefined),
    ({ group }) => group?.id ?? "",
  );
  return [
    ...loose.map((field) => tell(field, ["no_group", "A radio button belongs to a group of at least two."])),
    ...strays.map((field) => tell(field, ["bad_group", "Only checkboxes and radio buttons have groups."])),
    ...[...groups.values()].flatMap(checkGroup),
  ];
}

function checkGroup(members: readonly Field[]): readonly DraftFault[] {
  const [first] = members;
  if (first === undefined) return [];
  if (members.some(({ type }) => type !== first.type))
    return [tell(first, ["bad_group", "A group has one kind of field: checkboxes or radio buttons."])];
  if (members.some(({ signer }) => signer !== first.signer))
    return [tell(first, ["bad_group", "All fields of a group belong to one signer."])];
  const { least = 0, most = 1 } = first.group ?? {};
  if (members.some(({ group }) => group?.least !== least || group.most !== most))
    return [tell(first, ["bad_group", "The fields of this group ask for different numbers of ticks."])];
  const ticked = members.filter(({ checked }) => checked === true).length;
  if (first.type === "radio") return checkRadio(first, { members, ticked });
  if (least > members.length || most < least)
    return [tell(first, ["bad_group", `This group asks for ${least} ticks, but has ${members.length} boxes.`])];
  return ticked > most ? [tell(first, ["bad_group", `At most ${most} of this group may be ticked.`])] : [];
}

/** A document's own form may have a single radio button. */
function checkRadio(
  first: Field,
  { members, ticked }: { readonly members: readonly Field[]; readonly ticked: number },
): readonly DraftFault[] {
  if (members.length < 2 && first.widget === undefined)
    return [tell(first, ["no_group", "A radio button belongs to a group of at least two."])];
  return ticked > 1 ? [tell(first, ["bad_group", "Only one radio button of a group may be chosen."])] : [];
}

function tell({ apiId }: Field, [code, words]: readonly [code: string, words: string]): DraftFault {
  return { code, words, at: { kind: "field", apiId } };
}
