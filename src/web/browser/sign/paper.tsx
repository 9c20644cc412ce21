import type { FieldView, SessionView } from "../../../wire/session.ts";
import { Attachments } from "./attachments.tsx";
import { Field } from "./field.tsx";
import { controlId, type FieldActions } from "./field-props.ts";
import { FilledField } from "./filled-field.tsx";
import { picturesOf } from "./first-page.ts";
import type { Form } from "./form.ts";
import { isDone, isRequired } from "./progress.ts";
import { say } from "./say.ts";
import { TextLayer } from "./text-layer.tsx";
import { useZoom } from "./zoom.ts";

type PaperProps = {
  session: SessionView;
  /** Whether the page's heading is given here, unseen, because no header shows it. */
  needsTitle: boolean;
  form: Form;
  current: string | null;
  /** The fields whose controls are in the sheet of a phone. */
  inSheet?: readonly FieldView[];
  on: FieldActions;
};

/** The document: its pages beneath each other in a box that scrolls (in an iframe the page itself cannot), fields on top. */
export function Paper({ session, needsTitle, form, current, inSheet = [], on }: PaperProps) {
  useZoom("paper");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <main class="paper" id="paper" tabIndex={0} aria-label={say("document.label")}>
      <Preface session={session} needsTitle={needsTitle} />
      {session.pages.map((_, index) => (
        <PaperPage
          key={index}
          number={index + 1}
          session={session}
          form={form}
          current={current}
          inSheet={inSheet}
          on={on}
        />
      ))}
      <Attachments session={session} form={form} on={on} />
    </main>
  );
}

/** What stands before the document: its title where no header shows it, the test's warning, the sender's message. */
export function Preface({ session, needsTitle }: Pick<PaperProps, "session" | "needsTitle">) {
  return (
    <>
      {needsTitle && <h1 class="unseen">{session.title}</h1>}
      {session.testMode && <p class="test-mode">{say("document.testMode")}</p>}
      {session.message !== "" && (
        <section class="message" dir="auto" aria-label={say("document.message", { requester: session.requester })}>
          {session.message}
        </section>
      )}
    </>
  );
}

type PaperPageProps = Omit<PaperProps, "needsTitle"> & { number: number };

/** One page with its text and its fields. */
export function PaperPage({ number, session, form, current, inSheet = [], on }: PaperPageProps) {
  const page = session.pages[number - 1];
  if (!page) return null;
  const label = say("document.page", { page: number, all: session.pages.length });

  return (
    <section class="page" aria-label={label} style={{ "--page-width": page.width, "--page-height": page.height }}>
      <img
        class="picture"
        alt={label}
        width={Math.round(page.width)}
        height={Math.round(page.height)}
        loading={number === 1 ? "eager" : "lazy"}
        decoding="async"
        {...picturesOf(page)}
      />
      <TextLayer url={page.textUrl} />
      {session.filled
        .filter((filled) => filled.page === number)
        .map((filled) => (
          <FilledField key={`${filled.x},${filled.y}`} filled={filled} page={page} />
        ))}
      {form.shown
        .filter((field) => field.page === number && field.type !== "attachment")
        .map((field) => (
          <Field
            key={field.apiId}
            id={controlId(field.apiId)}
            field={field}
            page={page}
            dateFormat={session.dateFormat}
            answer={form.answers[field.apiId]}
            flaw={form.flaws[field.apiId]}
            isNeeded={isRequired(field) && !isDone(field, { fields: form.shown, answers: form.answers })}
            isCurrent={field.apiId === current}
            isInSheet={inSheet.includes(field)}
            look={on.lookOf(field)}
            on={on}
          />
        ))}
    </section>
  );
}
