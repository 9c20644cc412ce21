import type { ComponentChildren } from "preact";
import { askOf } from "../../../signing/validation.ts";
import type { AnswerValue, FieldView, Ink as Look } from "../../../wire/session.ts";
import { AttachmentControl } from "./attachment-control.tsx";
import type { ControlProps, FieldActions, NamedProps } from "./field-props.ts";
import { Ink } from "./ink.tsx";
import { isOneOfMany, isRequired } from "./progress.ts";
import { say, speak } from "./say.ts";
import { TextControl } from "./text-control.tsx";

type Props = {
  id: string;
  field: FieldView;
  answer: AnswerValue | undefined;
  flaw: string | undefined;
  flawId: string;
  /** How the signer's hand looks in a field of this kind, where it is not simply typed. */
  look?: Look | undefined;
  /** Whether a text is shown as it will stand while nobody writes. */
  isDrawn: boolean;
  on: FieldActions;
};

/** The control of a field: a button for a signature, else what browsers have for it. */
export function Control({ id, field, answer, flaw, flawId, look, isDrawn, on }: Props): ComponentChildren {
  const shared: ControlProps = {
    id,
    class: "control",
    "aria-invalid": flaw !== undefined,
    "aria-describedby": flaw === undefined ? undefined : flawId,
    onFocus: () => on.focus(field),
    onBlur: () => on.leave(field),
  };
  const named: NamedProps = {
    ...shared,
    "aria-label": spokenName(field),
    // A checkbox of a group need not be ticked itself.
    required: isRequired(field) && !(field.type === "checkbox" && isOneOfMany(field)),
  };

  if (field.type === "signature" || field.type === "initials") {
    return (
      <PenButton field={field} value={textOf(answer)} look={look} shared={shared} onPress={() => on.press(field)} />
    );
  }
  if (field.type === "dropdown") {
    return (
      <select {...named} value={textOf(answer)} onChange={(event) => on.change(field, event.currentTarget.value)}>
        <option value="">{field.placeholder ?? say("field.choose")}</option>
        {field.options?.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    );
  }
  if (field.type === "attachment") {
    return <AttachmentControl field={field} name={textOf(answer)} named={named} on={on} />;
  }
  if (field.type === "text") {
    const value = textOf(answer);
    return <TextControl field={field} value={value} named={named} on={on} isDrawn={isDrawn} />;
  }
  return (
    <input
      {...named}
      type={field.type === "radio" ? "radio" : "checkbox"}
      name={field.type === "radio" ? (field.group?.id ?? field.apiId) : field.apiId}
      checked={answer === true}
      onChange={(event) => on.change(field, event.currentTarget.checked)}
    />
  );
}

/** With what its group is called and asks for: its other fields may stand anywhere on the page. */
function spokenName({ name, group }: FieldView): string {
  const asks = group ? askOf(group) : null;
  const asked = [group?.label ?? "", asks ? speak(asks) : ""].filter((part) => part !== "").join(": ");
  return asked === "" ? name : `${name} (${asked})`;
}

type PenButtonProps = {
  field: FieldView;
  value: string;
  look: Look | undefined;
  shared: ControlProps;
  onPress: () => void;
};

/** The accessible name begins with what to do there, then the field's name, then what is written. */
function PenButton({ field, value, look, shared, onPress }: PenButtonProps) {
  const action = field.type === "initials" ? say("field.initialHere") : say("field.signHere");
  const label =
    value === ""
      ? say("field.blank", { action, name: field.name })
      : say("field.signed", { action, name: field.name, value });
  return (
    <button {...shared} type="button" aria-label={label} onClick={onPress}>
      {value === "" ? (
        <PenWords action={action} />
      ) : (
        <Ink text={value} look={look} width={field.width} height={field.height} />
      )}
    </button>
  );
}

/** "Sign here", or only "Sign" where the box is narrow. */
function PenWords({ action }: { action: string }) {
  const [first = "", ...more] = action.split(" ");
  return (
    <span class="pen-words" style={{ "--letters": action.length, "--first-letters": first.length }}>
      {first}
      <span class="pen-rest"> {more.join(" ")}</span>
    </span>
  );
}

/** The text of an answer; empty where it is none. */
export function textOf(answer: AnswerValue | undefined): string {
  return typeof answer === "string" ? answer : "";
}
