/** The document as one of its signers will see it: drawn and filled by the signing page's own parts. Nothing of it is kept. */
import { useState } from "preact/hooks";
import type { EditorField, EditorView } from "../../../wire/editor-view.ts";
import type { FieldView, SessionView } from "../../../wire/session.ts";
import type { FieldActions } from "../sign/field-props.ts";
import { useForm } from "../sign/form.ts";
import { Paper } from "../sign/paper.tsx";
import { say } from "../sign/say.ts";
import { useSteady } from "../sign/unchanged.ts";
import { Choice } from "./boxes.tsx";
import { type Desk, draftOf } from "./desk.ts";
import { type Draft, inReadingOrder, isMerge } from "./draft.ts";
import { nameAt } from "./people.ts";
import { tell } from "./words.ts";
import "./preview.css";

/** The preview, with a choice of who is looking. */
export function Preview({ desk }: { desk: Desk }) {
  const draft = draftOf(desk);
  const [signer, setSigner] = useState(0);
  return (
    <div class="preview-step">
      <section class="preview-head" aria-label={tell("preview.heading")}>
        <h2>{tell("preview.heading")}</h2>
        {draft.signers.length > 1 && (
          <Choice
            label={tell("preview.as")}
            value={String(signer)}
            options={draft.signers.map((_, index) => ({ value: String(index), words: nameAt(draft, index) }))}
            onChange={(chosen) => setSigner(Number(chosen))}
          />
        )}
      </section>
      <SeenPaper key={signer} view={desk.view} draft={draft} signer={signer} />
    </div>
  );
}

type SeenProps = { view: EditorView; draft: Draft; signer: number };

function SeenPaper({ view, draft, signer }: SeenProps) {
  const session = sessionFor({ view, draft, signer });
  const form = useForm(session, () => {});
  const [current, setCurrent] = useState<string | null>(null);
  const on = useSteady<FieldActions>({
    lookOf: () => undefined,
    change: form.change,
    leave: form.leave,
    press: (field) => form.change(field, form.answers[field.apiId] ? "" : session.signer.name),
    bring: async () => null,
    drop: async () => null,
    step: () => {},
    focus: (field) => setCurrent(field.apiId),
  });
  return <Paper session={session} needsTitle={false} form={form} current={current} on={on} />;
}

function sessionFor({ view, draft, signer }: SeenProps): SessionView {
  const fields = inReadingOrder(draft.fields);
  const own = fields.filter((field) => field.signer === signer);
  return {
    ok: true,
    session: "",
    signatureId: "",
    requestId: "",
    title: draft.title,
    message: draft.message,
    requester: "",
    signer: { name: nameAt(draft, signer), email: draft.signers[signer]?.email ?? "" },
    testMode: view.testMode,
    allowDecline: false,
    allowReassign: false,
    formView: "disabled",
    dateFormat: view.dateFormat,
    redirectUrl: null,
    consent: { version: "" },
    pages: view.pages,
    fields: own.flatMap((field) => seenField(field) ?? []),
    answers: Object.fromEntries(own.flatMap((field) => presetOf(field))),
    hands: {},
    penWays: ["type"],
    allowPhone: false,
    filled: fields.flatMap((field) => filledField(field)),
    state: "open",
  };
}

function seenField(field: EditorField): FieldView | null {
  const { signer, checked, autoFill, isFixed, type, ...rest } = field;
  if (type === "text-merge" || type === "checkbox-merge") return null;
  return { ...rest, type, name: field.name === "" ? say(`kind.${type}`) : field.name };
}

function presetOf({ apiId, type, content, checked }: EditorField): readonly (readonly [string, string | boolean])[] {
  if (type === "checkbox" || type === "radio") return [[apiId, checked === true]];
  return content !== undefined && (type === "text" || type === "dropdown") ? [[apiId, content]] : [];
}

/** What the sender fills now, and what the integrator will. */
function filledField(field: EditorField): SessionView["filled"] {
  if (field.signer !== null) return [];
  const { page, x, y, width, height, fontSize, fontFamily } = field;
  const box = { page, x, y, width, height, ...(fontSize ? { fontSize } : {}), ...(fontFamily ? { fontFamily } : {}) };
  if (isMerge(field)) return [{ ...box, type: "text", text: `{${field.name}}` }];
  if (field.type === "checkbox") return field.checked === true ? [{ ...box, type: "checkbox", text: "✓" }] : [];
  if (field.type === "text-merge" || field.type === "checkbox-merge") return [];
  return field.content ? [{ ...box, type: field.type === "hyperlink" ? "text" : field.type, text: field.content }] : [];
}
