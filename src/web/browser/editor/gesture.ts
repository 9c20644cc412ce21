/** What a pointer does from its press to its release, wherever it goes in between. */

/** What hears of a gesture. */
export type Gesture = {
  /** The pointer has moved far enough to mean it. */
  readonly onMove: (event: PointerEvent) => void;
  /** It was let go; `moved`: after such a move. */
  readonly onEnd: (event: PointerEvent, moved: boolean) => void;
  /** The browser took it away, or Escape was pressed: nothing has happened. */
  readonly onCancel: () => void;
};

/** How far a pointer moves before it means it, in CSS pixels: fingers tremble more than mice. */
const trembling = { mouse: 3, touch: 8 };

/** Follows the pointer of this press until it ends. */
export function follow(press: PointerEvent, { onMove, onEnd, onCancel }: Gesture): void {
  const still = press.pointerType === "mouse" ? trembling.mouse : trembling.touch;
  const ends = new AbortController();
  const { signal } = ends;
  let moved = false;
  const isOurs = (event: PointerEvent) => event.pointerId === press.pointerId;
  const cancel = () => {
    ends.abort();
    onCancel();
  };

  window.addEventListener(
    "pointermove",
    (event) => {
      if (!isOurs(event)) return;
      moved ||= Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) > still;
      if (moved) onMove(event);
    },
    { signal },
  );
  window.addEventListener(
    "pointerup",
    (event) => {
      if (!isOurs(event)) return;
      ends.abort();
      onEnd(event, moved);
    },
    { signal },
  );
  window.addEventListener("pointercancel", (event) => isOurs(event) && cancel(), { signal });
  // A second finger is a pinch, not a move.
  window.addEventListener("pointerdown", (event) => !isOurs(event) && cancel(), { signal });
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      cancel();
    },
    { signal, capture: true },
  );
}
