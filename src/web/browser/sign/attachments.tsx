import type { SessionView } from "../../../wire/session.ts";
import type { FieldActions } from "./field-props.ts";
import type { Form } from "./form.ts";
import { FormRow } from "./form-row.tsx";
import { say } from "./say.ts";

/** What the sender asks the signer to bring: beneath the document, where it ends. */
export function Attachments({ session, form, on }: { session: SessionView; form: Form; on: FieldActions }) {
  const asked = form.shown.filter(({ type }) => type === "attachment");
  if (asked.length === 0) return null;
  return (
    <section class="form attachments" aria-labelledby="attachments-heading">
      <h2 id="attachments-heading">{say("attachment.heading")}</h2>
      {asked.map((field) => (
        <FormRow key={field.apiId} unit={[field]} session={session} form={form} on={on} />
      ))}
    </section>
  );
}
