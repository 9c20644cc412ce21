/** Text as a pen writes it, set as the server sets it on the sealed document: as large as the box holds, from the left. */
import { useFontsSettled } from "./fonts.ts";

type InkProps = { text: string; width: number; height: number };

/** A handwritten line in a box of these points; it scales with its element. Hidden from screen readers: say the text elsewhere. */
export function Ink({ text, width, height }: InkProps) {
  useFontsSettled();
  const { size, x, y } = fit(text, { width, height });
  return (
    <svg
      class="ink"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMinYMid"
      aria-hidden="true"
      focusable="false"
    >
      <text x={x} y={y} font-size={size}>
        {text}
      </text>
    </svg>
  );
}

const measured = 100;
const largest = 34;
let ruler: CanvasRenderingContext2D | null = null;

function fit(
  text: string,
  { width, height }: { width: number; height: number },
): { size: number; x: number; y: number } {
  const ink = measure(text);
  const pad = Math.min(3, width * 0.04);
  const reach = ink.ascent + ink.descent;
  const size = Math.min(largest, (width - 2 * pad) / Math.max(ink.left + ink.right, 0.1), (height * 0.96) / reach);
  const slack = height - size * reach;
  return { size, x: pad + ink.left * size, y: height - slack * 0.4 - size * ink.descent };
}

/** Reach of the ink around the start of its baseline, in sizes. */
function measure(text: string): { left: number; right: number; ascent: number; descent: number } {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return { left: 0, right: text.length * 0.45, ascent: 0.7, descent: 0.25 };
  ruler.font = `500 ${measured}px Caveat, cursive`;
  const metrics = ruler.measureText(text);
  return {
    left: metrics.actualBoundingBoxLeft / measured,
    right: metrics.actualBoundingBoxRight / measured,
    ascent: Math.max(metrics.actualBoundingBoxAscent / measured, 0.62),
    descent: Math.max(metrics.actualBoundingBoxDescent / measured, 0.2),
  };
}
