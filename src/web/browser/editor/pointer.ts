/** Fields under a pointer: chosen, moved, pulled; and the frame that chooses many. */
import { limits } from "../../../base/limits.ts";
import type { EditorField } from "../../../wire/editor-view.ts";
import { pageOf, putFields } from "./acts.ts";
import { announce, choose, chooseAlso, chosenOf, type Desk, draftOf, type Live } from "./desk.ts";
import { around, type Box, boundShift, type Handle, meet, onPage, pulled } from "./geometry.ts";
import { follow } from "./gesture.ts";
import { snapPulled, snapTogether } from "./snapping.ts";
import { pointsPerPixel, type Spot, scrollAtEdge, spotAt } from "./spots.ts";
import { tell } from "./words.ts";

/** A pointer was pressed on the pages: at a handle, at a field, or on the paper. */
export function press(desk: Desk, event: PointerEvent): void {
  if (event.button !== 0 || !(event.target instanceof Element)) return;
  const handle = event.target.closest<HTMLElement>("[data-handle]")?.dataset.handle;
  const id = event.target.closest<HTMLElement>("[data-field]")?.dataset.field;
  const field = draftOf(desk).fields.find(({ apiId }) => apiId === id);
  if (field && handle) pull(desk, { event, field, handle: handle as Handle });
  else if (field) take(desk, { event, field });
  else if (event.pointerType === "touch") tapAway(desk, event);
  else if (event.target.closest("[data-page]")) drawFrame(desk, event);
}

type Pressed = { readonly event: PointerEvent; readonly field: EditorField };

/** A finger must choose a field before it moves it: else nobody could scroll. */
function take(desk: Desk, { event, field }: Pressed): void {
  const { apiId } = field;
  const wasChosen = desk.selection.has(apiId);
  const isTouch = event.pointerType === "touch";
  if (isTouch && !wasChosen) {
    follow(event, { onMove: () => {}, onEnd: (_, moved) => !moved && choose(desk, [apiId]), onCancel: () => {} });
    return;
  }
  if (!wasChosen && event.shiftKey) chooseAlso(desk, apiId);
  else if (!wasChosen) choose(desk, [apiId]);
  const start = spotAt(desk, event);
  if (!start || !desk.selection.has(apiId)) return;

  const grab = { x: start.x - field.x, y: start.y - field.y };
  follow(event, {
    onMove: (moved) => {
      scrollAtEdge(moved);
      const spot = spotAt(desk, moved);
      if (spot) drag(desk, { field, to: { ...spot, x: spot.x - grab.x, y: spot.y - grab.y }, snaps: !moved.altKey });
    },
    onEnd: (_, moved) => {
      if (moved) return drop(desk);
      if (wasChosen && event.shiftKey) chooseAlso(desk, apiId);
      else if (wasChosen && desk.selection.size > 1 && !isTouch) choose(desk, [apiId]);
    },
    onCancel: () => showLive(desk, null),
  });
}

function drag(
  desk: Desk,
  { field, to, snaps }: { readonly field: EditorField; readonly to: Spot; readonly snaps: boolean },
): void {
  const moved = chosenOf(desk).filter(({ isFixed }) => isFixed !== true);
  if (field.isFixed === true) {
    announce(desk, tell("told.fixed"));
    return;
  }
  const turn = to.page - field.page;
  const all = desk.view.pages.length;
  const placed = moved.map((one) => {
    const page = Math.min(Math.max(1, one.page + turn), all);
    return { one, page, box: onPage(one, pageOf(desk, page)) };
  });
  const wanted = { dx: to.x - field.x, dy: to.y - field.y };
  const shiftAll = (shift: { readonly dx: number; readonly dy: number }) =>
    boundShift(
      placed.map(({ box, page }) => ({ box, page: pageOf(desk, page) })),
      shift,
    );
  const first = shiftAll(wanted);
  const here = placed.filter(({ page }) => page === to.page);
  const snap = snaps
    ? snapTogether(
        here.map(({ box }) => ({ ...box, x: box.x + first.dx, y: box.y + first.dy })),
        surroundings(desk, to.page),
      )
    : { dx: 0, dy: 0, guides: [] };
  const shift = shiftAll({ dx: first.dx + snap.dx, dy: first.dy + snap.dy });
  const places = new Map(
    placed.map(({ one, page, box }) => [
      one.apiId,
      { page, ...onPage({ ...box, x: box.x + shift.dx, y: box.y + shift.dy }, pageOf(desk, page)) },
    ]),
  );
  showLive(desk, { places, guides: snap.guides, page: to.page, frame: null });
}

function pull(desk: Desk, { event, field, handle }: Pressed & { readonly handle: Handle }): void {
  const page = pageOf(desk, field.page);
  const start = spotAt(desk, event);
  if (!start) return;
  event.preventDefault();
  follow(event, {
    onMove: (moved) => {
      const scale = pointsPerPixel(desk, field.page);
      const way = { dx: (moved.clientX - event.clientX) * scale, dy: (moved.clientY - event.clientY) * scale };
      const free = pulled(field, { handle, ...way, page });
      const snap = moved.altKey
        ? { dx: 0, dy: 0, guides: [] }
        : snapPulled(free, { handle, ...surroundings(desk, field.page) });
      const box = pulled(field, { handle, dx: way.dx + snap.dx, dy: way.dy + snap.dy, page });
      const places = new Map([[field.apiId, { page: field.page, ...box }]]);
      showLive(desk, { places, guides: snap.guides, page: field.page, frame: null });
    },
    onEnd: () => drop(desk),
    onCancel: () => showLive(desk, null),
  });
}

function surroundings(desk: Desk, page: number) {
  const others = draftOf(desk).fields.filter((field) => field.page === page && !desk.selection.has(field.apiId));
  return { others, page: pageOf(desk, page), reach: limits.editorSnap * pointsPerPixel(desk, page) };
}

function drop(desk: Desk): void {
  const places = desk.live?.places;
  desk.live = null;
  if (places && places.size > 0) putFields(desk, places);
  else desk.onChange();
}

function tapAway(desk: Desk, event: PointerEvent): void {
  follow(event, {
    onMove: () => {},
    onEnd: (_, moved) => !moved && desk.selection.size > 0 && choose(desk, []),
    onCancel: () => {},
  });
}

/** Draws a frame: what it meets is chosen, with Shift beside what was. */
function drawFrame(desk: Desk, event: PointerEvent): void {
  const start = spotAt(desk, event);
  if (!start) return;
  const kept = event.shiftKey ? [...desk.selection] : [];
  follow(event, {
    onMove: (moved) => {
      const spot = spotAt(desk, moved);
      if (!spot || spot.page !== start.page) return;
      const frame = around([
        { ...start, width: 0, height: 0 },
        { ...spot, width: 0, height: 0 },
      ]);
      desk.selection = new Set([...kept, ...metBy(desk, { frame, page: start.page })]);
      showLive(desk, { places: new Map(), guides: [], page: start.page, frame });
    },
    onEnd: (_, moved) => {
      desk.live = null;
      if (!moved) choose(desk, kept);
      announce(desk, tell("told.chosen", { count: desk.selection.size }));
    },
    onCancel: () => showLive(desk, null),
  });
}

function metBy(desk: Desk, { frame, page }: { readonly frame: Box; readonly page: number }): readonly string[] {
  return draftOf(desk)
    .fields.filter((field) => field.page === page && meet(field, frame))
    .map(({ apiId }) => apiId);
}

function showLive(desk: Desk, live: Live | null): void {
  desk.live = live;
  desk.onChange();
}
