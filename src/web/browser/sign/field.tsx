import { useId } from "preact/hooks";
import type { AnswerValue, FieldView, Ink as Look, PageView } from "../../../wire/session.ts";
import { Control, textOf } from "./control.tsx";
import { type FieldActions, spotId } from "./field-props.ts";
import { Fitted, fit } from "./fitted.tsx";
import { Ink } from "./ink.tsx";
import { webAddress } from "./opening.ts";
import { placeOf } from "./place.ts";
import { formatDate } from "./progress.ts";
import { unchanged } from "./unchanged.ts";

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
  /** Whether its control is in the sheet of a phone: here only its place is shown. */
  isInSheet: boolean;
  look: Look | undefined;
  on: FieldActions;
};

/** One field over its page: a real control, in its place in percent, with a target of at least 44 px around it. */
export const Field = unchanged(DrawnField);

function DrawnField(props: FieldProps) {
  const { id, field, page, dateFormat, answer, flaw, isNeeded, isCurrent, isInSheet, look } = props;
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
  if (isInSheet) return <Spot field={field} place={place} answer={answer} look={look} />;

  return (
    <>
      <label
        htmlFor={id}
        class={`place ${field.type}`}
        style={place}
        data-state={isNeeded ? "needed" : stateOf(answer)}
        data-current={isCurrent}
      >
        <Control {...props} flawId={flawId} isDrawn={isDrawn(field, text)} />
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

type Place = Record<string, string | number>;

/** Where a field stands whose control is in the sheet, with its answer as it will stand. */
function Spot({ field, place, answer, look }: Pick<FieldProps, "field" | "answer" | "look"> & { place: Place }) {
  const text = textOf(answer);
  const isPenned = field.type === "signature" || field.type === "initials";
  return (
    <div class={`place spot ${field.type}`} id={spotId(field.apiId)} style={place} aria-hidden="true">
      {answer === true && <span class="tick" />}
      {isPenned && text !== "" && <Ink text={text} look={look} width={field.width} height={field.height} />}
      {!isPenned && text !== "" && field.masked !== true && <Fitted {...field} text={text} />}
    </div>
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
