import { limits } from "../../../base/limits.ts";
import type { EditorField } from "../../../wire/editor-view.ts";
import { changeFields, clearMember, pasteFields } from "./acts.ts";
import { Button, Choice, TextBox } from "./boxes.tsx";
import { type Desk, draftOf } from "./desk.ts";
import type { FieldPart } from "./field-part.ts";
import { freeGroup } from "./making.ts";
import { tell } from "./words.ts";

type Group = NonNullable<EditorField["group"]>;

/** The radio buttons or checkboxes that a field belongs to, and how many of them are chosen. */
export function GroupBox(part: FieldPart) {
  const { desk, field, onRest } = part;
  const { group } = field;
  const groups = groupsFor(desk, field);

  const change = (changed: Partial<Group>, box?: string) => {
    if (!group) return;
    const ids = membersOf(desk, group.id).map(({ apiId }) => apiId);
    changeFields(desk, {
      ids,
      change: { group: { ...group, ...changed } },
      ...(box ? { key: `${group.id} ${box}` } : {}),
    });
  };
  const join = (id: string) => {
    if (id === "") return clearMember(desk, { ids: [field.apiId], member: "group" });
    const joined = groups.find((one) => one.id === id);
    const fresh = { id: freeGroup(draftOf(desk)), label: "", least: field.type === "radio" ? 1 : 0, most: 1 };
    part.change({ group: joined ?? fresh });
  };

  return (
    <fieldset>
      <legend>{tell("group.heading")}</legend>
      <Choice
        label={tell("group.choose")}
        value={group?.id ?? ""}
        options={[
          ...(field.type === "checkbox" || !group ? [{ value: "", words: tell("group.none") }] : []),
          ...groups.map(({ id, label }, index) => ({
            value: id,
            words: label || tell("group.number", { number: index + 1 }),
          })),
          { value: "new", words: tell("group.new") },
        ]}
        onChange={join}
      />
      {group && (
        <>
          <TextBox
            label={tell("group.label")}
            value={group.label}
            maxLength={limits.nameLength}
            onInput={(label) => change({ label }, "label")}
            onRest={onRest}
          />
          <AskChoice group={group} isRadio={field.type === "radio"} onChange={change} />
          <Button label={tell("group.more")} onClick={() => pasteFields(desk, membersOf(desk, group.id).slice(-1))} />
        </>
      )}
    </fieldset>
  );
}

function AskChoice({
  group,
  isRadio,
  onChange,
}: {
  group: Group;
  isRadio: boolean;
  onChange: (asks: Partial<Group>) => void;
}) {
  const any = limits.fieldsPerRequest;
  const ways = [
    { value: `1 1`, words: tell("group.one") },
    { value: `0 1`, words: tell("group.most1") },
    ...(isRadio
      ? []
      : [
          { value: `1 ${any}`, words: tell("group.least1") },
          { value: `0 ${any}`, words: tell("group.any") },
        ]),
  ];
  const now = `${group.least} ${Math.min(group.most, any)}`;
  const own = { value: now, words: tell("group.between", { least: group.least, most: group.most }) };
  return (
    <Choice
      label={tell("group.asks")}
      value={now}
      options={ways.some(({ value }) => value === now) ? ways : [...ways, own]}
      onChange={(chosen) => {
        const [least = 0, most = 1] = chosen.split(" ").map(Number);
        onChange({ least, most });
      }}
    />
  );
}

/** The groups of the same person and kind. */
function groupsFor(desk: Desk, { type, signer }: EditorField): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const field of draftOf(desk).fields)
    if (field.group && field.type === type && field.signer === signer) groups.set(field.group.id, field.group);
  return [...groups.values()];
}

function membersOf(desk: Desk, id: string): readonly EditorField[] {
  return draftOf(desk).fields.filter(({ group }) => group?.id === id);
}
