import type { SessionView } from "../../../wire/session.ts";
import type { FieldActions } from "./field-props.ts";
import type { Form } from "./form.ts";
import { FormRow } from "./form-row.tsx";
import { PaperPage, Preface } from "./paper.tsx";
import { unitsOf } from "./progress.ts";
import { say } from "./say.ts";

type FormViewProps = { session: SessionView; needsTitle: boolean; form: Form; on: FieldActions };

/** The fields beneath each other in reading order, as any web form has them; the document is there to be read below. */
export function FormView({ session, needsTitle, form, on }: FormViewProps) {
  const unfilled = { ...form, shown: [] };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <main class="paper" id="paper" tabIndex={0} aria-label={say("form.label")}>
      <Preface session={session} needsTitle={needsTitle} />
      <div class="form">
        {unitsOf(form.shown).map((unit) => (
          <FormRow key={unit[0]?.apiId} unit={unit} session={session} form={form} on={on} />
        ))}
      </div>
      <details class="form-document">
        <summary class="button">{say("form.read")}</summary>
        {session.pages.map((_, index) => (
          <PaperPage key={index} number={index + 1} session={session} form={unfilled} current={null} on={on} />
        ))}
      </details>
    </main>
  );
}
