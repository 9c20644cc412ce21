import type { EditorField } from "../../../wire/editor-view.ts";
import type { PageView } from "../../../wire/session.ts";
import { placeOf } from "../sign/place.ts";
import { unchanged } from "../sign/unchanged.ts";
import type { Handle } from "./geometry.ts";
import { Icon } from "./icon.tsx";
import { colourOf, markOf, writtenOn } from "./people.ts";
import { fieldId } from "./spots.ts";
import { kindWord } from "./words.ts";

const corners: readonly Handle[] = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

type ItemProps = {
  field: EditorField;
  page: PageView;
  /** Where it stands while a pointer moves it. */
  x: number;
  y: number;
  width: number;
  height: number;
  isChosen: boolean;
  /** Chosen by itself: then it has handles. */
  isAlone: boolean;
  isFlawed: boolean;
  spoken: string;
  hintId: string;
};

/** A field on its page: a button in its place, in the colour of who fills it, with their number. */
export const Item = unchanged(DrawnItem);

function DrawnItem({ field, page, x, y, width, height, isChosen, isAlone, isFlawed, spoken, hintId }: ItemProps) {
  const place = {
    ...placeOf({ ...field, x, y, width, height }, page),
    "--who": colourOf(field.signer),
    "--field-height": height,
  };
  const isSmall = width < 34;
  // Handles in the middle of short sides would hide the field.
  const handles = corners.filter(
    (handle) => handle.length === 2 || (handle === "n" || handle === "s" ? width : height) > 40,
  );
  return (
    <div class="place item-place" style={place} data-chosen={isChosen} data-field={field.apiId}>
      <button
        type="button"
        class="item"
        data-type={field.type}
        id={fieldId(field.apiId)}
        aria-pressed={isChosen}
        aria-label={spoken}
        aria-describedby={hintId}
        data-flawed={isFlawed}
        data-fixed={field.isFixed === true}
      >
        {!isSmall && (
          <>
            <Icon kind={field.type} />
            <span class="item-words" dir="auto">
              {writtenOn(field) || kindWord(field)}
              {field.required && (
                <span class="star" aria-hidden="true">
                  *
                </span>
              )}
            </span>
          </>
        )}
        {isSmall && field.checked === true && <span class="tick" />}
      </button>
      <span class="item-mark" aria-hidden="true">
        {markOf(field)}
      </span>
      {isAlone &&
        field.isFixed !== true &&
        handles.map((handle) => (
          <span key={handle} class={`handle ${handle}`} data-handle={handle} aria-hidden="true" />
        ))}
    </div>
  );
}
