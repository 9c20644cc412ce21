/** What a key asks for while a field has the focus. */

/** What may be asked. */
export type KeyCommand =
  | { readonly kind: "move" | "resize"; readonly dx: number; readonly dy: number }
  | { readonly kind: "turn"; readonly pages: 1 | -1 }
  | { readonly kind: "choose"; readonly adds: boolean }
  | { readonly kind: "remove" | "copy" | "paste" | "duplicate" | "all" | "undo" | "redo" | "leave" };

/** A key as a browser tells it. */
export type Key = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
};

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How far Shift with an arrow goes, in points. */
const stride = 10;

/** The command of a key at a field, or null. Ctrl is Command on a Mac. */
export function commandAtField(key: Key): KeyCommand | null {
  const arrow = arrows[key.key];
  if (arrow && !key.ctrlKey && !key.metaKey) {
    const [dx, dy] = arrow.map((way) => way * (key.shiftKey ? stride : 1));
    return { kind: key.altKey ? "resize" : "move", dx: dx ?? 0, dy: dy ?? 0 };
  }
  if (key.key === "PageUp" && key.altKey) return { kind: "turn", pages: -1 };
  if (key.key === "PageDown" && key.altKey) return { kind: "turn", pages: 1 };
  if (key.key === "Delete" || key.key === "Backspace") return { kind: "remove" };
  if (key.key === "Enter" || key.key === " ") return { kind: "choose", adds: key.shiftKey };
  return commandAnywhere(key);
}

/** The command of a key anywhere on the desk but in a control that takes letters, or null. */
export function commandAnywhere({ key, ctrlKey, metaKey, shiftKey, altKey }: Key): KeyCommand | null {
  if (key === "Escape") return { kind: "leave" };
  if (!(ctrlKey || metaKey) || altKey) return null;
  switch (key.toLowerCase()) {
    case "z":
      return { kind: shiftKey ? "redo" : "undo" };
    case "y":
      return { kind: "redo" };
    case "a":
      return { kind: "all" };
    case "c":
      return { kind: "copy" };
    case "v":
      return { kind: "paste" };
    case "d":
      return { kind: "duplicate" };
    default:
      return null;
  }
}
