import { useId } from "preact/hooks";
import type { EditorField } from "../../../wire/editor-view.ts";
import { picturesOf } from "../sign/first-page.ts";
import { say } from "../sign/say.ts";
import { useZoom } from "../sign/zoom.ts";
import { takeClick } from "./command.ts";
import { chosenOf, type Desk, draftOf } from "./desk.ts";
import { inReadingOrder } from "./draft.ts";
import { Item } from "./item.tsx";
import { pageLabel, spokenField } from "./people.ts";
import { press } from "./pointer.ts";
import { paperId } from "./spots.ts";
import { faultWords, tell } from "./words.ts";

/** The pages beneath each other in a box that scrolls, with the fields on top. */
export function Pages({ desk }: { desk: Desk }) {
  useZoom(paperId);
  const hintId = useId();
  const { fields } = draftOf(desk);
  const sorted = inReadingOrder(fields);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken wherever the focus is
    <main
      class="paper"
      id={paperId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={tell("paper.label")}
      onPointerDown={(event) => press(desk, event)}
      onClick={(event) => takeClick(desk, event)}
    >
      {desk.view.testMode && <p class="test-mode">{say("document.testMode")}</p>}
      <p class="unseen" id={hintId}>
        {tell("paper.hint")}
      </p>
      {desk.view.pages.map((_, index) => (
        <EditedPage
          key={index}
          desk={desk}
          number={index + 1}
          fields={sorted.filter(({ page }) => page === index + 1)}
          hintId={hintId}
        />
      ))}
    </main>
  );
}

type EditedPageProps = { desk: Desk; number: number; fields: readonly EditorField[]; hintId: string };

function EditedPage({ desk, number, fields, hintId }: EditedPageProps) {
  const page = desk.view.pages[number - 1];
  if (!page) return null;
  const { live } = desk;
  const visitors = visitorsOf(desk, number);
  const label = pageLabel(number, desk.view.pages.length);

  return (
    <section
      class="page"
      aria-label={label}
      data-page={number}
      style={{ "--page-width": page.width, "--page-height": page.height }}
    >
      <img
        class="picture"
        alt={label}
        width={Math.round(page.width)}
        height={Math.round(page.height)}
        loading={number === 1 ? "eager" : "lazy"}
        decoding="async"
        draggable={false}
        {...picturesOf(page)}
      />
      {fields.map((field) => (
        <PlacedItem key={field.apiId} desk={desk} field={field} number={number} hintId={hintId} />
      ))}
      {visitors.map(({ apiId, x, y, width, height }) => (
        <span key={apiId} class="visitor" style={lineStyle({ x, y, width, height }, page)} aria-hidden="true" />
      ))}
      {live?.page === number &&
        live.guides.map(({ axis, at }) => (
          <span
            key={`${axis}${at}`}
            class={`guide ${axis}`}
            style={axis === "x" ? { left: `${(at / page.width) * 100}%` } : { top: `${(at / page.height) * 100}%` }}
            aria-hidden="true"
          />
        ))}
      {live?.page === number && live.frame && (
        <span class="frame" style={lineStyle(live.frame, page)} aria-hidden="true" />
      )}
    </section>
  );
}

type PlacedItemProps = { desk: Desk; field: EditorField; number: number; hintId: string };

function PlacedItem({ desk, field, number, hintId }: PlacedItemProps) {
  const page = desk.view.pages[number - 1];
  if (!page) return null;
  const there = desk.live?.places.get(field.apiId);
  // While it is moved over another page it is drawn there, and kept here, unseen, for the pointer and the focus that it has.
  const { x, y, width, height } = there?.page === number ? there : field;
  const isChosen = desk.selection.has(field.apiId);
  const fault = faultAt(desk, field.apiId);
  return (
    <Item
      field={field}
      page={page}
      x={x}
      y={y}
      width={width}
      height={height}
      isChosen={isChosen}
      isAlone={isChosen && desk.selection.size === 1}
      isFlawed={fault !== ""}
      spoken={spokenField(field, { draft: draftOf(desk), fault })}
      hintId={hintId}
    />
  );
}

/** The fields that a pointer holds over this page and that belong to another. */
function visitorsOf(desk: Desk, number: number) {
  if (!desk.live) return [];
  const { places } = desk.live;
  return chosenOf(desk).flatMap(({ apiId, page }) => {
    const there = places.get(apiId);
    return there && there.page === number && page !== number ? [{ apiId, ...there }] : [];
  });
}

function faultAt({ faults }: Desk, apiId: string): string {
  const fault = faults.find(({ at }) => at.kind === "field" && at.apiId === apiId);
  return fault ? faultWords(fault) : "";
}

type BoxOnPage = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function lineStyle({ x, y, width, height }: BoxOnPage, page: { readonly width: number; readonly height: number }) {
  return {
    left: `${(x / page.width) * 100}%`,
    top: `${(y / page.height) * 100}%`,
    width: `${(width / page.width) * 100}%`,
    height: `${(height / page.height) * 100}%`,
  };
}
