/** Text set as the server sets it on the sealed document: the same face, size and line breaks. */
import type { Measure } from "../../../documents/fit/breaks.ts";
import {
  type Fitted as FittedText,
  firstBaseline,
  fitInto,
  isRightToLeft,
  padOf,
} from "../../../documents/fit/fitting.ts";
import { familyOf } from "./face.ts";
import { useFontsSettled } from "./fonts.ts";

/** A text, its box in points, and how the field wants it set. */
export type FittedProps = {
  text: string;
  width: number;
  height: number;
  fontSize?: number | undefined;
  fontFamily?: string | undefined;
  /** Whether it is what screen readers are told; else the text is said elsewhere. */
  isSaid?: boolean;
};

/** The lines in their box; they scale with their element. */
export function Fitted(props: FittedProps) {
  useFontsSettled();
  const { text, width, height, fontFamily, isSaid = false } = props;
  const { lines, size, reach } = fit(props);
  const first = firstBaseline({ width, height }, { lines, size, reach });
  const isTurned = isRightToLeft(text);
  const pad = padOf({ width, height });
  const shape = { class: "fitted", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" };
  const written = lines.map((line, index) => (
    <text
      key={index}
      x={isTurned ? width - pad : pad}
      y={first + index * size * (reach.rise + reach.drop)}
      font-size={size}
      font-family={familyOf(fontFamily)}
      direction={isTurned ? "rtl" : "ltr"}
    >
      {line}
    </text>
  ));
  return isSaid ? (
    <svg {...shape} role="img" aria-label={text}>
      {written}
    </svg>
  ) : (
    <svg {...shape} aria-hidden="true" focusable="false">
      {written}
    </svg>
  );
}

/** The size in points at which the text will stand, and its lines. */
export function fit({ text, width, height, fontSize = 12, fontFamily }: FittedProps): FittedText {
  return fitInto({ width, height }, { text, fontSize, measure: measureIn(familyOf(fontFamily)) });
}

const measured = 100;
let ruler: CanvasRenderingContext2D | null = null;

function measureIn(family: string): Measure {
  return (text) => {
    ruler ??= document.createElement("canvas").getContext("2d");
    if (!ruler) return text.length * 0.5;
    ruler.font = `400 ${measured}px ${family}`;
    ruler.fontKerning = "normal";
    return ruler.measureText(text).width / measured;
  };
}
