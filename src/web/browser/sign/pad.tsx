import { useRef } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { Ink } from "../../../wire/session.ts";
import { outlinesOf } from "./ink.tsx";
import { say } from "./say.ts";

/** Strokes on a pad of `padWidth` by the height that it was given; each one a row of x, y and pressure. */
export type Strokes = readonly (readonly number[])[];

const padWidth = 600;
const margin = 4;

type PadProps = {
  label: string;
  height: number;
  strokes: Strokes;
  onChange: (strokes: Strokes) => void;
};

/** A pad to draw on with a finger, a pen or the mouse. What is under way is drawn by itself, without the page around it. */
export function Pad({ label, height, strokes, onChange }: PadProps) {
  const { live, on } = useDrawing({ height, strokes, onChange });
  const isEmpty = strokes.length === 0;
  return (
    <div class="pad">
      <svg viewBox={`0 0 ${padWidth} ${height}`} role="img" aria-label={label} {...on}>
        <line x1="40" x2={padWidth - 40} y1={height * 0.78} y2={height * 0.78} />
        {outlinesOf({ strokes, hasPressure: hasPressure(strokes) }).map((d, index) => (
          <path key={index} d={d} />
        ))}
        <path ref={live} />
      </svg>
      {isEmpty && (
        <p class="pad-hint" aria-hidden="true">
          {say("signature.drawHere")}
        </p>
      )}
      <div class="pad-buttons">
        <button type="button" class="button quiet" disabled={isEmpty} onClick={() => onChange(strokes.slice(0, -1))}>
          {say("signature.undo")}
        </button>
        <button type="button" class="button quiet" disabled={isEmpty} onClick={() => onChange([])}>
          {say("signature.wipe")}
        </button>
      </div>
    </div>
  );
}

/** The strokes as ink, cut to their bounds; null when there are none. */
export function inkFrom(strokes: Strokes): Ink | null {
  const points = strokes.flatMap((stroke) => stroke.filter((_, index) => index % 3 < 2));
  const across = points.filter((_, index) => index % 2 === 0);
  const down = points.filter((_, index) => index % 2 === 1);
  if (points.length === 0) return null;
  const [left, top] = [Math.min(...across) - margin, Math.min(...down) - margin];
  const moved = (value: number, index: number) => {
    if (index % 3 === 2) return value;
    return Math.round((value - (index % 3 === 0 ? left : top)) * 10) / 10;
  };
  return {
    form: "drawn",
    width: Math.max(...across) + margin - left,
    height: Math.max(...down) + margin - top,
    hasPressure: hasPressure(strokes),
    strokes: strokes.map((stroke) => stroke.map(moved)),
  };
}

/** Whether the device tells how hard it is pressed: those that cannot say one half always. */
function hasPressure(strokes: Strokes): boolean {
  return strokes.some((stroke) => stroke.some((value, index) => index % 3 === 2 && value !== 0.5));
}

function useDrawing({ height, strokes, onChange }: Omit<PadProps, "label">) {
  const live = useRef<SVGPathElement>(null);
  const stroke = useRef<number[] | null>(null);
  const count = strokes.reduce((sum, { length }) => sum + length / 3, 0);

  const add = (event: PointerEvent, box: DOMRect) => {
    const { clientX, clientY, pressure, pointerType } = event;
    const scale = padWidth / Math.max(box.width, 1);
    const point = [(clientX - box.left) * scale, (clientY - box.top) * scale].map(
      (value) => Math.round(value * 10) / 10,
    );
    const weight = pointerType === "pen" && pressure > 0 ? Math.round(pressure * 100) / 100 : 0.5;
    stroke.current?.push(...point, weight);
  };
  const begin = (event: PointerEvent) => {
    const full = strokes.length >= limits.penStrokes || count >= limits.penPoints;
    if (full || stroke.current || event.button !== 0 || !(event.currentTarget instanceof SVGSVGElement)) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    stroke.current = [];
    add(event, event.currentTarget.getBoundingClientRect());
    draw();
  };
  const move = (event: PointerEvent) => {
    if (!stroke.current || !(event.currentTarget instanceof SVGSVGElement)) return;
    const box = event.currentTarget.getBoundingClientRect();
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event])
      if (count + stroke.current.length / 3 < limits.penPoints) add(each, box);
    draw();
  };
  const draw = () => {
    const strokesNow = [stroke.current ?? []];
    live.current?.setAttribute("d", outlinesOf({ strokes: strokesNow, hasPressure: hasPressure(strokesNow) })[0] ?? "");
  };
  const end = () => {
    const done = stroke.current;
    stroke.current = null;
    live.current?.setAttribute("d", "");
    if (done && done.length > 0) onChange([...strokes, done]);
  };

  return {
    live,
    on: {
      onPointerDown: begin,
      onPointerMove: move,
      onPointerUp: end,
      onPointerCancel: end,
      style: { aspectRatio: `${padWidth} / ${height}` },
    },
  };
}
