import { useEffect, useId, useState } from "preact/hooks";
import { pageOf } from "./acts.ts";
import { Choice } from "./boxes.tsx";
import type { FieldPart } from "./field-part.ts";
import { onPage } from "./geometry.ts";
import { tell } from "./words.ts";

/** Place and size as numbers: for those who do not drag, and for those who want it exact. */
export function PlaceBoxes({ desk, field, change }: FieldPart) {
  const put = (part: { readonly x?: number; readonly y?: number; readonly width?: number; readonly height?: number }) =>
    change(onPage({ ...field, ...part }, pageOf(desk, field.page)));
  const pages = desk.view.pages.map((_, index) => String(index + 1));
  return (
    <fieldset class="place-boxes">
      <legend>{tell("prop.place")}</legend>
      <NumberBox label={tell("prop.x")} value={field.x} onChange={(x) => put({ x })} />
      <NumberBox label={tell("prop.y")} value={field.y} onChange={(y) => put({ y })} />
      <NumberBox label={tell("prop.width")} value={field.width} onChange={(width) => put({ width })} />
      <NumberBox label={tell("prop.height")} value={field.height} onChange={(height) => put({ height })} />
      {pages.length > 1 && (
        <Choice
          label={tell("prop.page")}
          value={String(field.page)}
          options={pages.map((value) => ({ value, words: value }))}
          onChange={(page) => change({ page: Number(page), ...onPage(field, pageOf(desk, Number(page))) })}
        />
      )}
    </fieldset>
  );
}

/** A number that is taken when its box is left or Enter is pressed; what is none is forgotten. */
function NumberBox({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  const id = useId();
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const take = () => {
    const number = Number(text.replace(",", "."));
    if (text.trim() !== "" && Number.isFinite(number) && number !== value) onChange(number);
    else setText(String(value));
  };
  return (
    <div class="box">
      <label for={id}>{label}</label>
      <input
        id={id}
        inputMode="decimal"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
      />
    </div>
  );
}
