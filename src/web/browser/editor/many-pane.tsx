import type { EditorField } from "../../../wire/editor-view.ts";
import { arrangeChosen, changeFields, duplicateChosen, giveChosen, removeChosen } from "./acts.ts";
import { type Arrangement, arrangements, leastFor } from "./arrange.ts";
import { Button, Tick } from "./boxes.tsx";
import type { Desk } from "./desk.ts";
import { isMerge, mayBeMeNow } from "./draft.ts";
import { SignerChoice } from "./palette.tsx";
import { tell } from "./words.ts";

/** What can be done with several fields at once. */
export function ManyPane({ desk, fields }: { desk: Desk; fields: readonly EditorField[] }) {
  const given = fields.filter((field) => !isMerge(field));
  const [first] = given;
  const asked = given.filter(({ type }) => type !== "radio" && type !== "hyperlink" && type !== "date_signed");
  return (
    <div class="pane">
      {first && (
        <SignerChoice
          desk={desk}
          label={tell("prop.who")}
          value={first.signer}
          mayBeNow={given.every(({ type }) => mayBeMeNow(type))}
          onChange={(signer) => giveChosen(desk, signer)}
        />
      )}
      {asked.length > 0 && (
        <Tick
          label={tell("prop.required")}
          isOn={asked.every(({ required }) => required)}
          onChange={(required) => changeFields(desk, { ids: asked.map(({ apiId }) => apiId), change: { required } })}
        />
      )}
      <fieldset>
        <legend>{tell("arrange.heading")}</legend>
        <div class="arrange">
          {arrangements.map((arrangement) => (
            <ArrangeButton key={arrangement} desk={desk} arrangement={arrangement} count={fields.length} />
          ))}
        </div>
      </fieldset>
      <div class="pane-buttons">
        <Button label={tell("prop.copy")} onClick={() => duplicateChosen(desk)} />
        <Button label={tell("prop.remove")} look="away" onClick={() => removeChosen(desk)} />
      </div>
    </div>
  );
}

const pictures: Readonly<Record<Arrangement, string>> = {
  left: "M3 2v16M6 5h10v3H6zM6 12h6v3H6z",
  center: "M10 2v16M4 5h12v3H4zM6 12h8v3H6z",
  right: "M17 2v16M4 5h10v3H4zM8 12h6v3H8z",
  top: "M2 3h16M5 6h3v10H5zM12 6h3v6h-3z",
  middle: "M2 10h16M5 4h3v12H5zM12 6h3v8h-3z",
  bottom: "M2 17h16M5 4h3v10H5zM12 8h3v6h-3z",
  size: "M3 4h14v5H3zM3 12h14v5H3z",
  across: "M3 3v14M17 3v14M8 6h4v8H8z",
  down: "M3 3h14M3 17h14M6 8h8v4H6z",
};

function ArrangeButton({ desk, arrangement, count }: { desk: Desk; arrangement: Arrangement; count: number }) {
  const words = tell(`arrange.${arrangement}`);
  return (
    <button
      type="button"
      class="kind"
      disabled={count < leastFor(arrangement)}
      title={words}
      aria-label={words}
      onClick={() => arrangeChosen(desk, arrangement)}
    >
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        <path d={pictures[arrangement]} />
      </svg>
    </button>
  );
}
