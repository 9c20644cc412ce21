/** A kind of field that is dragged from the palette onto a page; the copy under the pointer is drawn by the browser's own means. */
import { pageOf, placeField } from "./acts.ts";
import type { Desk } from "./desk.ts";
import type { Kind } from "./draft.ts";
import { follow } from "./gesture.ts";
import { sizeOf } from "./making.ts";
import { isOverPaper, pointsPerPixel, spotAt } from "./spots.ts";

/** What a button of the palette places. */
export type Offered = { readonly kind: Kind; readonly name?: string };

/** Follows a pointer that was pressed on a palette button. `onDropped`: it ended on a page; the click that follows is none. */
export function dragFromPalette(
  desk: Desk,
  {
    event,
    offered,
    onDropped,
  }: { readonly event: PointerEvent; readonly offered: Offered; readonly onDropped: () => void },
): void {
  if (event.button !== 0) return;
  let ghost: HTMLElement | null = null;
  const away = () => {
    ghost?.remove();
    ghost = null;
  };
  follow(event, {
    onMove: (moved) => {
      ghost ??= makeGhost(desk, offered);
      ghost.style.translate = `${moved.clientX}px ${moved.clientY}px`;
    },
    onEnd: (end, moved) => {
      away();
      if (!moved) return;
      onDropped();
      const spot = isOverPaper(end) ? spotAt(desk, end) : null;
      if (spot) placeField(desk, { ...offered, signer: desk.signer, ...spot });
    },
    onCancel: away,
  });
}

function makeGhost(desk: Desk, { kind }: Offered): HTMLElement {
  const scale = desk.view.pages.length > 0 ? pointsPerPixel(desk, 1) : 1;
  const { width, height } = sizeOf(kind);
  const ghost = document.createElement("div");
  ghost.className = "ghost";
  ghost.style.width = `${Math.min(width, pageOf(desk, 1).width) / scale}px`;
  ghost.style.height = `${height / scale}px`;
  document.body.append(ghost);
  return ghost;
}
