import { limits } from "../../../base/limits.ts";
import type { Condition } from "../../../documents/document.ts";
import type { EditorField } from "../../../wire/editor-view.ts";
import { changeFields, clearMember } from "./acts.ts";
import { Button, Choice, type Option, TextBox, Tick } from "./boxes.tsx";
import { type Desk, draftOf } from "./desk.ts";
import { inReadingOrder } from "./draft.ts";
import type { FieldPart } from "./field-part.ts";
import { labelOf } from "./people.ts";
import { tell } from "./words.ts";

/** When a field is there: a rule about another field of the same person. Radio buttons of a group come and go together. */
export function RuleBox({ desk, field, onRest }: FieldPart) {
  const { condition } = field;
  const triggers = triggersFor(desk, field);
  const trigger = triggers.find(({ apiId }) => apiId === condition?.field);
  const ids = together(desk, field);
  const change = (changed: Condition, box?: string) =>
    changeFields(desk, { ids, change: { condition: changed }, ...(box ? { key: `${field.apiId} ${box}` } : {}) });
  const [first] = triggers;

  if (!condition) {
    return (
      <fieldset>
        <legend>{tell("rule.heading")}</legend>
        {first ? (
          <Button label={tell("rule.add")} onClick={() => change(startOf(first))} />
        ) : (
          <p class="dialog-note">{tell("rule.noField")}</p>
        )}
      </fieldset>
    );
  }

  return (
    <fieldset>
      <legend>{tell("rule.heading")}</legend>
      <Choice
        label={tell("rule.does")}
        value={condition.hides ? "hides" : "shows"}
        options={[
          { value: "shows", words: tell("rule.shows") },
          { value: "hides", words: tell("rule.hides") },
        ]}
        onChange={(way) => change({ ...condition, hides: way === "hides" })}
      />
      <Choice
        label={tell("rule.field")}
        value={condition.field}
        options={triggers.map((one) => ({ value: one.apiId, words: labelOf(one) }))}
        onChange={(id) => {
          const chosen = triggers.find(({ apiId }) => apiId === id);
          if (chosen) change({ ...startOf(chosen), hides: condition.hides });
        }}
      />
      {trigger && <Asked trigger={trigger} condition={condition} onChange={change} onRest={onRest} />}
      <Button label={tell("rule.remove")} look="away" onClick={() => clearMember(desk, { ids, member: "condition" })} />
    </fieldset>
  );
}

type AskedProps = {
  trigger: EditorField;
  condition: Condition;
  onChange: (condition: Condition, box?: string) => void;
  onRest: () => void;
};

function Asked(props: AskedProps) {
  const { trigger, condition, onChange } = props;
  if (trigger.type === "checkbox" || trigger.type === "radio") return <TickedChoice {...props} />;
  const operators =
    trigger.type === "text" ? (["is", "not", "match"] as const) : (["is", "not", "any", "none"] as const);
  return (
    <>
      <Choice
        label={tell("rule.operator")}
        value={condition.operator}
        options={operators.map((operator) => ({ value: operator, words: tell(`rule.${operator}`) }))}
        onChange={(chosen) => {
          const operator = operators.find((one) => one === chosen) ?? "is";
          const keepsMany = operator === "any" || operator === "none";
          onChange({ ...condition, operator, values: keepsMany ? condition.values : condition.values.slice(0, 1) });
        }}
      />
      <ValueBox {...props} />
    </>
  );
}

function TickedChoice({ condition, onChange }: AskedProps) {
  const isTicked = (condition.operator === "is") === (condition.values[0] === "1");
  return (
    <Choice
      label={tell("rule.operator")}
      value={isTicked ? "1" : "0"}
      options={[
        { value: "1", words: tell("rule.ticked") },
        { value: "0", words: tell("rule.unticked") },
      ]}
      onChange={(ticked) => onChange({ ...condition, operator: ticked === "1" ? "is" : "not", values: ["1"] })}
    />
  );
}

/** What the other field is compared with: a text, one of its choices, or several of them. */
function ValueBox({ trigger, condition, onChange, onRest }: AskedProps) {
  const [value = ""] = condition.values;
  const options = trigger.options ?? [];
  if (trigger.type === "text") {
    return (
      <TextBox
        label={tell("rule.value")}
        value={value}
        maxLength={limits.patternLength}
        onInput={(text) => onChange({ ...condition, values: [text] }, "value")}
        onRest={onRest}
      />
    );
  }
  if (condition.operator === "any" || condition.operator === "none") {
    const { values } = condition;
    const take = (option: string, isOn: boolean) =>
      onChange({ ...condition, values: isOn ? [...values, option] : values.filter((one) => one !== option) });
    return options.map((option) => (
      <Tick key={option} label={option} isOn={values.includes(option)} onChange={(isOn) => take(option, isOn)} />
    ));
  }
  return (
    <Choice
      label={tell("rule.value")}
      value={value}
      options={options.map((option): Option => ({ value: option, words: option }))}
      onChange={(option) => onChange({ ...condition, values: [option] })}
    />
  );
}

function startOf(trigger: EditorField): Condition {
  const start =
    { text: "", checkbox: "1", radio: "1", dropdown: trigger.options?.[0] ?? "" }[trigger.type as string] ?? "";
  return { field: trigger.apiId, operator: "is", values: [start], hides: false };
}

/** Fields of the same person that can be asked, and that do not themselves wait for this one. */
function triggersFor(desk: Desk, field: EditorField): readonly EditorField[] {
  const { fields } = draftOf(desk);
  const own = new Set(together(desk, field));
  const waits = (id: string, seen: readonly string[] = []): boolean => {
    if (own.has(id)) return true;
    const next = fields.find(({ apiId }) => apiId === id)?.condition?.field;
    return next !== undefined && !seen.includes(next) && waits(next, [...seen, next]);
  };
  const asks = new Set(["text", "checkbox", "radio", "dropdown"]);
  return inReadingOrder(fields).filter(
    ({ apiId, type, signer }) => asks.has(type) && signer === field.signer && !waits(apiId),
  );
}

/** The ids of the fields that have one rule: those of a radio group, else the field alone. */
function together(desk: Desk, { apiId, type, group }: EditorField): readonly string[] {
  if (type !== "radio" || !group) return [apiId];
  return draftOf(desk)
    .fields.filter((other) => other.group?.id === group.id)
    .map((other) => other.apiId);
}
