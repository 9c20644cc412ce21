import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { askOf } from "../../../signing/validation.ts";
import type { FieldView, SessionView } from "../../../wire/session.ts";
import { Control } from "./control.tsx";
import { controlId, type FieldActions } from "./field-props.ts";
import type { Form } from "./form.ts";
import { webAddress } from "./opening.ts";
import { formatDate, isOneOfMany, isRequired } from "./progress.ts";
import { say, speak } from "./say.ts";

type FormRowProps = {
  /** The fields that are answered together: one, or a group. */
  unit: readonly FieldView[];
  session: SessionView;
  form: Form;
  on: FieldActions;
};

/** A field beside the document, in a form or in the sheet of a phone: its label, its control, and what is wrong with it. */
export function FormRow({ unit, session, form, on }: FormRowProps) {
  const [first] = unit;
  if (!first) return null;
  if (first.type === "date_signed") {
    return (
      <Told label={first.name} page={first.page} all={session.pages.length}>
        {formatDate(new Date(), session.dateFormat)}
      </Told>
    );
  }
  if (first.type === "hyperlink") return <LinkRow field={first} />;
  if (unit.length > 1) return <GroupRow unit={unit} session={session} form={form} on={on} />;
  return <SingleRow field={first} session={session} form={form} on={on} />;
}

function SingleRow({ field, session, form, on }: Omit<FormRowProps, "unit"> & { field: FieldView }) {
  const isTick = field.type === "checkbox" || field.type === "radio";
  return (
    <div class={`row ${isTick ? "tick-row" : ""}`}>
      <RowControl field={field} form={form} on={on}>
        <span class="row-label">{field.name}</span>
        <Aside field={field} pages={session.pages.length} />
        {field.type === "attachment" && field.content && <span class="row-hint">{field.content}</span>}
      </RowControl>
    </div>
  );
}

function GroupRow({ unit, session, form, on }: FormRowProps) {
  const [first] = unit;
  if (!first?.group) return null;
  const asks = askOf(first.group);
  return (
    <fieldset class="row">
      <legend>
        <span class="row-label">{first.group.label || say(`kind.${first.type}`)}</span>
        <Aside field={first} pages={session.pages.length} />
        {asks && <span class="row-aside">{speak(asks)}</span>}
      </legend>
      {unit.map((field) => (
        <div class="tick-row" key={field.apiId}>
          <RowControl field={field} form={form} on={on}>
            <span class="row-label">{field.name}</span>
          </RowControl>
        </div>
      ))}
    </fieldset>
  );
}

type RowControlProps = {
  field: FieldView;
  form: Form;
  on: FieldActions;
  children: ComponentChildren;
};

function RowControl({ field, form, on, children }: RowControlProps) {
  const flawId = useId();
  const id = controlId(field.apiId);
  const flaw = form.flaws[field.apiId];
  return (
    <>
      <label class="row-words" htmlFor={id}>
        {children}
      </label>
      <div class={`row-control ${field.type}`}>
        <Control
          id={id}
          field={field}
          answer={form.answers[field.apiId]}
          flaw={flaw}
          flawId={flawId}
          look={on.lookOf(field)}
          isDrawn={false}
          on={on}
        />
      </div>
      {flaw !== undefined && (
        <p class="row-flaw" id={flawId}>
          {flaw}
        </p>
      )}
    </>
  );
}

/** Whether it must be answered, and where it stands. */
function Aside({ field, pages }: { field: FieldView; pages: number }) {
  const must = isRequired(field) || (isOneOfMany(field) && (field.group?.least ?? 0) > 0);
  const place = field.type === "attachment" ? [] : [say("document.page", { page: field.page, all: pages })];
  return <span class="row-aside">{[must ? say("form.required") : say("form.optional"), ...place].join(" · ")}</span>;
}

type ToldProps = { label: string; page: number; all: number; children: ComponentChildren };

function Told({ label, page, all, children }: ToldProps) {
  return (
    <div class="row">
      <p class="row-words">
        <span class="row-label">{label}</span>
        <span class="row-aside">{say("document.page", { page, all })}</span>
      </p>
      <p>{children}</p>
    </div>
  );
}

function LinkRow({ field }: { field: FieldView }) {
  const address = webAddress(field.contentUrl ?? null);
  const text = field.content || field.name;
  return (
    <div class="row">
      {address ? (
        <a href={address.href} target="_blank" rel="noopener noreferrer">
          {text}
        </a>
      ) : (
        <p>{text}</p>
      )}
    </div>
  );
}
