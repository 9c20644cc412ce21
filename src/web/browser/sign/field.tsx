import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { askOf } from "../../../signing/validation.ts";
import type { AnswerValue, FieldView, PageView } from "../../../wire/session.ts";
import type { ControlProps, FieldActions, NamedProps } from "./field-props.ts";
import { Fitted, familyOf, fit } from "./fitted.tsx";
import { Ink } from "./ink.tsx";
import { webAddress } from "./opening.ts";
import { formatDate, isOneOfMany, isRequired } from "./progress.ts";
import { say, speak } from "./say.ts";
import { TextControl } from "./text-control.tsx";

type FieldProps = {
  id: string;
  field: FieldView;
  page: PageView;
  dateFormat: string;
  answer: AnswerValue | undefined;
  flaw: string | undefined;
  /** Required, and not answered yet. */
  isNeeded: boolean;
  isCurrent: boolean;
  on: FieldActions;
};

/** One field over its page: a real control, in its place in percent, with a target of at least 44 px around it. */
export function Field(props: FieldProps) {
  const { id, field, page, dateFormat, answer, flaw, isNeeded, isCurrent } = props;
  const flawId = useId();
  const text = textOf(answer);
  const place = placeOf({ ...field, fontSize: sizeFor(field, text) }, page);

  if (field.type === "date_signed") {
    return (
      <div class="place date_signed" style={place}>
        <span class="unseen">{field.name}: </span>
        <Fitted {...field} text={formatDate(new Date(), dateFormat)} isSaid />
      </div>
    );
  }
  if (field.type === "hyperlink") return <Link field={field} place={place} />;

  return (
    <>
      <label
        htmlFor={id}
        class={`place ${field.type}`}
        style={place}
        data-state={isNeeded ? "needed" : stateOf(answer)}
        data-current={isCurrent}
      >
        <Control {...props} flawId={flawId} />
        {isDrawn(field, text) && <Fitted {...field} text={text} />}
      </label>
      {flaw !== undefined && (
        <p class="flaw" id={flawId} style={place}>
          {flaw}
        </p>
      )}
    </>
  );
}

/** The size in which letters are typed: that in which they will stand. */
function sizeFor(field: FieldView, text: string): number | undefined {
  return field.type === "text" && text !== "" ? fit({ ...field, text }).size : field.fontSize;
}

/** While somebody is not writing, the text is shown as it will stand. */
function isDrawn({ type, masked }: FieldView, text: string): boolean {
  return type === "text" && text !== "" && masked !== true;
}

function stateOf(answer: AnswerValue | undefined): "filled" | "open" {
  return answer === true || (typeof answer === "string" && answer !== "") ? "filled" : "open";
}

/** A box on its page as CSS custom properties: percents of the page, and the size of text in points. */
export function placeOf(
  box: {
    x: number;
    y: number;
    width: number;
    height: number;
    fontSize?: number | undefined;
    fontFamily?: string | undefined;
  },
  page: { width: number; height: number },
): Record<string, string | number> {
  const size = Math.min(box.fontSize ?? 12, box.height / 1.25);
  return {
    "--x": `${(box.x / page.width) * 100}%`,
    "--y": `${(box.y / page.height) * 100}%`,
    "--w": `${(box.width / page.width) * 100}%`,
    "--h": `${(box.height / page.height) * 100}%`,
    "--size": size,
    "--face": familyOf(box.fontFamily),
  };
}

function Link({ field, place }: { field: FieldView; place: Record<string, string | number> }) {
  const address = webAddress(field.contentUrl ?? null);
  const text = field.content || field.name;
  return (
    <div class="place hyperlink" style={place}>
      {address ? (
        <a href={address.href} target="_blank" rel="noopener noreferrer">
          {text}
        </a>
      ) : (
        <span class="value">{text}</span>
      )}
    </div>
  );
}

function Control({ id, field, answer, flaw, flawId, on }: FieldProps & { flawId: string }): ComponentChildren {
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
    return <PenButton field={field} value={textOf(answer)} shared={shared} onPress={() => on.press(field)} />;
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
  if (field.type === "text") {
    const value = textOf(answer);
    return <TextControl field={field} value={value} named={named} on={on} isDrawn={isDrawn(field, value)} />;
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
  shared: ControlProps;
  onPress: () => void;
};

/** The accessible name begins with what to do there, then the field's name, then what is written. */
function PenButton({ field, value, shared, onPress }: PenButtonProps) {
  const action = field.type === "initials" ? say("field.initialHere") : say("field.signHere");
  const label =
    value === ""
      ? say("field.blank", { action, name: field.name })
      : say("field.signed", { action, name: field.name, value });
  return (
    <button {...shared} type="button" aria-label={label} onClick={onPress}>
      {value === "" ? <PenWords action={action} /> : <Ink text={value} width={field.width} height={field.height} />}
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

function textOf(answer: AnswerValue | undefined): string {
  return typeof answer === "string" ? answer : "";
}
