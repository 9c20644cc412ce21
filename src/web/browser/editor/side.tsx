import { useEffect, useRef } from "preact/hooks";
import { chosenOf, type Desk } from "./desk.ts";
import { DocumentPane } from "./document-pane.tsx";
import { FieldPane } from "./field-pane.tsx";
import { ManyPane } from "./many-pane.tsx";
import { SmallButton } from "./small-button.tsx";
import { bringAbove } from "./spots.ts";
import type { Visit } from "./visit.ts";
import { kindWord, tell } from "./words.ts";

/** What is chosen, and everything about it: beside the pages, on a phone in a sheet over them. */
export function Side({ desk, visit }: { desk: Desk; visit: Visit }) {
  const chosen = chosenOf(desk);
  const [field] = chosen;
  const title = useRef<HTMLHeadingElement>(null);
  const heading =
    field === undefined
      ? tell("side.document")
      : chosen.length > 1
        ? tell("side.fields", { count: chosen.length })
        : kindWord(field);

  useEffect(() => {
    if (!desk.isSideOpen) return;
    title.current?.focus();
    if (field) bringAbove(field.apiId);
  }, [desk.isSideOpen]);

  const close = () => {
    desk.isSideOpen = false;
    desk.onChange();
    document.querySelector<HTMLElement>(".side-opener")?.focus();
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !desk.isSideOpen) return;
    event.stopPropagation();
    close();
  };

  return (
    <aside class="side" data-open={desk.isSideOpen} aria-labelledby="side-heading" onKeyDown={leave}>
      <div class="side-head">
        <h2 id="side-heading" ref={title} tabIndex={-1}>
          {heading}
        </h2>
        <SmallButton label={tell("side.close")} picture="×" onClick={close} />
      </div>
      {field === undefined ? (
        <DocumentPane desk={desk} visit={visit} />
      ) : chosen.length > 1 ? (
        <ManyPane desk={desk} fields={chosen} />
      ) : (
        <FieldPane desk={desk} field={field} />
      )}
    </aside>
  );
}
