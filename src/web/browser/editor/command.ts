/** Does what a key asks for. */
import {
  chooseAll,
  copyChosen,
  duplicateChosen,
  moveChosen,
  pasteFields,
  removeChosen,
  resizeChosen,
  turnChosen,
} from "./acts.ts";
import { announce, choose, chooseAlso, type Desk, redo, undo } from "./desk.ts";
import { commandAnywhere, commandAtField, type Key, type KeyCommand } from "./keys.ts";
import { tell } from "./words.ts";

/** Takes a key that was pressed at a field (its id), or elsewhere (null). True when it meant something here. */
export function takeKey(desk: Desk, { key, at }: { readonly key: Key; readonly at: string | null }): boolean {
  const command = at === null ? commandAnywhere(key) : commandAtField(key);
  if (!command || desk.step !== "fields") return command !== null && isHistory(command) && obey(desk, command);
  if (at !== null && command.kind !== "choose" && !isBroad(command) && !desk.selection.has(at)) choose(desk, [at]);
  if (at === null || command.kind !== "choose") return obey(desk, command);
  chooseTold(desk, { at, adds: command.adds });
  return true;
}

/** A click that no pointer has made is that of a screen reader, or of a voice: it chooses its field. */
export function takeClick(desk: Desk, { target, detail, shiftKey }: MouseEvent): void {
  const at = target instanceof Element ? target.closest<HTMLElement>("[data-field]")?.dataset.field : undefined;
  // A key has chosen already; with Shift a second time would take it back.
  if (detail === 0 && !shiftKey && at !== undefined) chooseTold(desk, { at, adds: false });
}

function chooseTold(desk: Desk, { at, adds }: { readonly at: string; readonly adds: boolean }): void {
  if (adds) chooseAlso(desk, at);
  else choose(desk, [at]);
  announce(desk, tell("told.chosen", { count: desk.selection.size }));
}

function obey(desk: Desk, command: KeyCommand): boolean {
  switch (command.kind) {
    case "move":
      moveChosen(desk, command);
      return true;
    case "resize":
      resizeChosen(desk, command);
      return true;
    case "turn":
      turnChosen(desk, command.pages);
      return true;
    case "remove":
      removeChosen(desk);
      return true;
    case "copy":
      if (desk.selection.size > 0) copyChosen(desk);
      return desk.selection.size > 0;
    case "paste":
      pasteFields(desk, desk.clipboard);
      return desk.clipboard.length > 0;
    case "duplicate":
      duplicateChosen(desk);
      return true;
    case "all":
      chooseAll(desk);
      return true;
    case "undo":
      undo(desk);
      return true;
    case "redo":
      redo(desk);
      return true;
    case "leave":
      choose(desk, []);
      return true;
    default:
      return false;
  }
}

function isHistory({ kind }: KeyCommand): boolean {
  return kind === "undo" || kind === "redo";
}

/** Commands that are not about the field at hand. */
function isBroad(command: KeyCommand): boolean {
  return isHistory(command) || command.kind === "paste" || command.kind === "all" || command.kind === "leave";
}
