/** Pinching and double taps make the paper larger. The page cannot leave that to the browser: in an iframe it would enlarge the host's page. */
import { useEffect } from "preact/hooks";

const [least, most, doubled] = [1, 4, 2];
const doubleTapMs = 300;

/** Zooms the box with this id by its `--zoom`, around the fingers. One finger scrolls as ever. */
export function useZoom(id: string): void {
  useEffect(() => {
    const box = document.getElementById(id);
    return box ? listen(box) : undefined;
  }, [id]);
}

/** How many times its least size the paper has. */
export function zoomOf(box: HTMLElement): number {
  return Number(box.style.getPropertyValue("--zoom") || least);
}

/** Makes the paper so many times its least size, within bounds; answers the zoom that it has then. */
export function setZoom(box: HTMLElement, wanted: number): number {
  const zoom = Math.min(most, Math.max(least, wanted));
  box.style.setProperty("--zoom", String(zoom));
  return zoom;
}

type Pinch = { readonly apart: number; readonly zoom: number };

function listen(box: HTMLElement): () => void {
  let pinch: Pinch | null = null;
  let lastTap = { at: 0, x: 0, y: 0 };

  const zoomTo = (wanted: number, { x, y }: Point) => {
    const before = zoomOf(box);
    const around = box.getBoundingClientRect();
    const [left, top] = [x - around.left, y - around.top];
    const [across, down] = [(box.scrollLeft + left) / before, (box.scrollTop + top) / before];
    const zoom = setZoom(box, wanted);
    box.scrollTo(across * zoom - left, down * zoom - top);
  };

  const start = ({ touches }: TouchEvent) => {
    pinch = touches.length === 2 ? { apart: apartOf(touches), zoom: zoomOf(box) } : null;
  };
  const move = (event: TouchEvent) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    zoomTo((pinch.zoom * apartOf(event.touches)) / pinch.apart, middleOf(event.touches));
  };
  const end = (event: TouchEvent) => {
    const wasPinch = pinch !== null;
    pinch = null;
    const [tap] = event.changedTouches;
    if (wasPinch || !tap || event.touches.length > 0 || isControl(event.target)) return;
    const near = Math.hypot(tap.clientX - lastTap.x, tap.clientY - lastTap.y) < 30;
    const isDouble = near && event.timeStamp - lastTap.at < doubleTapMs;
    lastTap = { at: isDouble ? 0 : event.timeStamp, x: tap.clientX, y: tap.clientY };
    if (!isDouble) return;
    event.preventDefault();
    zoomTo(zoomOf(box) > least ? least : doubled, { x: tap.clientX, y: tap.clientY });
  };

  box.addEventListener("touchstart", start, { passive: true });
  box.addEventListener("touchmove", move, { passive: false });
  box.addEventListener("touchend", end, { passive: false });
  return () => {
    box.removeEventListener("touchstart", start);
    box.removeEventListener("touchmove", move);
    box.removeEventListener("touchend", end);
  };
}

type Point = { readonly x: number; readonly y: number };

function apartOf(touches: TouchList): number {
  const [one, other] = touches;
  return one && other ? Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)) : 1;
}

function middleOf(touches: TouchList): Point {
  const [one, other] = touches;
  return { x: ((one?.clientX ?? 0) + (other?.clientX ?? 0)) / 2, y: ((one?.clientY ?? 0) + (other?.clientY ?? 0)) / 2 };
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, input, select, textarea, label, a") !== null;
}
