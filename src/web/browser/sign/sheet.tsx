import type { FieldView, SessionView } from "../../../wire/session.ts";
import type { FieldActions } from "./field-props.ts";
import type { Form } from "./form.ts";
import { FormRow } from "./form-row.tsx";
import { say } from "./say.ts";

type SheetProps = {
  unit: readonly FieldView[];
  session: SessionView;
  form: Form;
  on: FieldActions;
  /** Null at the first one. */
  onBack: (() => void) | null;
  onClose: () => void;
};

/** On a phone: the field at hand, large enough for fingers, while the page beneath shows where it stands. */
export function Sheet({ unit, session, form, on, onBack, onClose }: SheetProps) {
  return (
    <section class="sheet" aria-label={say("sheet.label")} key={unit[0]?.apiId}>
      <FormRow unit={unit} session={session} form={form} on={on} />
      <div class="sheet-ways">
        <button type="button" class="button quiet" disabled={onBack === null} onClick={() => onBack?.()}>
          {say("sheet.back")}
        </button>
        <button type="button" class="button quiet" onClick={onClose}>
          {say("sheet.close")}
        </button>
      </div>
    </section>
  );
}
