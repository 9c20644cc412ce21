import { useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import { Button, Choice, TextBox } from "./boxes.tsx";
import { type Desk, draftOf, edit } from "./desk.ts";
import { isMerge, withoutFields } from "./draft.ts";
import { SmallButton } from "./small-button.tsx";
import { tell } from "./words.ts";

/** The merge fields of a template: named here, placed from the palette, filled by the integrator. */
export function MergeBox({ desk }: { desk: Desk }) {
  const draft = draftOf(desk);
  const isTemplate = desk.view.kind === "template";
  if (!isTemplate && draft.mergeFields.length === 0) return null;

  const remove = (gone: string) => {
    const placed = draft.fields.filter((field) => isMerge(field) && field.name === gone);
    const left = withoutFields(draft, new Set(placed.map(({ apiId }) => apiId)));
    edit(desk, { draft: { ...left, mergeFields: draft.mergeFields.filter((one) => one.name !== gone) } });
  };

  return (
    <section class="summary" aria-label={tell("merge.heading")}>
      <div class="summary-head">
        <h3>{tell("merge.heading")}</h3>
      </div>
      <ul class="files">
        {draft.mergeFields.map(({ name, type }) => (
          <li key={name}>
            <span class="file-name">
              {name}
              <small>{tell(`merge.${type}`)}</small>
            </span>
            {isTemplate && (
              <SmallButton label={tell("merge.remove", { name })} picture="×" onClick={() => remove(name)} />
            )}
          </li>
        ))}
      </ul>
      {isTemplate && <AddMerge desk={desk} />}
    </section>
  );
}

function AddMerge({ desk }: { desk: Desk }) {
  const draft = draftOf(desk);
  const [name, setName] = useState("");
  const [type, setType] = useState<"text" | "checkbox">("text");
  const [flaw, setFlaw] = useState("");

  const add = () => {
    const wanted = name.trim();
    const isTaken = draft.mergeFields.some((one) => one.name === wanted);
    setFlaw(wanted === "" ? tell("merge.needed") : isTaken ? tell("merge.taken") : "");
    if (wanted === "" || isTaken) return;
    setName("");
    edit(desk, { draft: { ...draft, mergeFields: [...draft.mergeFields, { name: wanted, type }] } });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    add();
  };
  const kinds = [
    { value: "text", words: tell("merge.text") },
    { value: "checkbox", words: tell("merge.checkbox") },
  ];

  return (
    <form noValidate onSubmit={submit}>
      <div class="boxes-row">
        <TextBox
          label={tell("merge.name")}
          value={name}
          maxLength={limits.nameLength}
          flaw={flaw}
          onInput={setName}
          onRest={() => {}}
        />
        <Choice
          label={tell("merge.kind")}
          value={type}
          options={kinds}
          onChange={(chosen) => setType(chosen === "checkbox" ? "checkbox" : "text")}
        />
      </div>
      <Button label={tell("merge.add")} onClick={add} />
    </form>
  );
}
