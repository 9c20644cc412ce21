import { limits } from "../../../base/limits.ts";
import type { EditorField } from "../../../wire/editor-view.ts";
import { changeFields, duplicateChosen, giveChosen, removeChosen } from "./acts.ts";
import { Button, Choice, TextBox, Tick } from "./boxes.tsx";
import { type Desk, draftOf, rest } from "./desk.ts";
import { isMeNow, isMerge, mayBeMeNow } from "./draft.ts";
import type { FieldPart } from "./field-part.ts";
import { GroupBox } from "./group-box.tsx";
import { KindBoxes } from "./kind-boxes.tsx";
import { SignerChoice } from "./palette.tsx";
import { PlaceBoxes } from "./place-boxes.tsx";
import { RuleBox } from "./rule-box.tsx";
import { faultWords, tell } from "./words.ts";

/** Everything about one field. */
export function FieldPane({ desk, field }: { desk: Desk; field: EditorField }) {
  const { apiId } = field;
  const part: FieldPart = {
    desk,
    field,
    change: (change, box) =>
      changeFields(desk, { ids: [apiId], change, ...(box === undefined ? {} : { key: `${apiId} ${box}` }) }),
    onRest: () => rest(desk),
  };
  const faults = desk.faults.filter(({ at }) => at.kind === "field" && at.apiId === apiId);
  const isAsked = field.type !== "hyperlink" && field.type !== "date_signed" && field.type !== "radio";

  return (
    <div class="pane" key={apiId}>
      {faults.map((fault) => (
        <p class="dialog-flaw" key={fault.words}>
          {faultWords(fault)}
        </p>
      ))}
      {isMerge(field) ? (
        <MergeChoice {...part} />
      ) : (
        <SignerChoice
          desk={desk}
          label={tell("prop.who")}
          value={field.signer}
          mayBeNow={mayBeMeNow(field.type)}
          onChange={(signer) => giveChosen(desk, signer)}
        />
      )}
      {!isMerge(field) && field.type !== "hyperlink" && (
        <TextBox
          label={tell("prop.label")}
          value={field.name}
          maxLength={limits.nameLength}
          onInput={(name) => part.change({ name }, "name")}
          onRest={part.onRest}
        />
      )}
      {isAsked && !isMerge(field) && !isMeNow(field) && (
        <Tick label={tell("prop.required")} isOn={field.required} onChange={(required) => part.change({ required })} />
      )}
      <KindBoxes {...part} />
      {(field.type === "radio" || field.type === "checkbox") && field.signer !== null && <GroupBox {...part} />}
      {field.signer !== null && <RuleBox {...part} />}
      {field.isFixed !== true && <PlaceBoxes {...part} />}
      <div class="pane-buttons">
        {field.isFixed !== true && <Button label={tell("prop.copy")} onClick={() => duplicateChosen(desk)} />}
        <Button label={tell("prop.remove")} look="away" onClick={() => removeChosen(desk)} />
      </div>
    </div>
  );
}

function MergeChoice({ desk, field, change }: FieldPart) {
  const { mergeFields } = draftOf(desk);
  const same = mergeFields.filter(({ type }) => `${type}-merge` === field.type);
  const names = new Set([field.name, ...same.map(({ name }) => name)]);
  return (
    <Choice
      label={tell("prop.merge")}
      value={field.name}
      options={[...names].map((name) => ({ value: name, words: name }))}
      onChange={(name) => change({ name })}
    />
  );
}
