/** A signature in its box, set as the server sets it on the sealed document: as large as the box holds, from the left. */
import { getStroke } from "perfect-freehand";
import { useEffect, useRef } from "preact/hooks";
import { outlinePath, penOptions, placeInk, pointsOf } from "../../../documents/fit/pen.ts";
import { type InkReach, largestSignature, setSignature } from "../../../documents/fit/signature.ts";
import type { Ink as Look } from "../../../wire/session.ts";
import { useFontsSettled } from "./fonts.ts";
import { unpackPixels } from "./pixels.ts";

type InkProps = {
  text: string;
  /** How it looks; undefined: as the house's script writes the text. */
  look?: Look | undefined;
  width: number;
  height: number;
};

/** Ink in a box of these points; it scales with its element. Hidden from screen readers: say the text elsewhere. */
export function Ink({ text, look, width, height }: InkProps) {
  const box = { width, height };
  return (
    <svg
      class="ink"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMinYMid"
      aria-hidden="true"
      focusable="false"
    >
      {look === undefined || look.form === "typed" ? (
        <Letters text={text} face={look?.face ?? "script"} {...box} />
      ) : (
        <Placed look={look} {...box} />
      )}
    </svg>
  );
}

/** An SVG path around each stroke, in the units of the pad. */
export function outlinesOf({ strokes, hasPressure }: Pick<Drawn, "strokes" | "hasPressure">): readonly string[] {
  return strokes.map((stroke) =>
    outlinePath(getStroke(pointsOf(stroke), { ...penOptions, simulatePressure: !hasPressure })),
  );
}

type Drawn = Extract<Look, { readonly form: "drawn" }>;
type Picture = Extract<Look, { readonly form: "picture" }>;
type Box = { width: number; height: number };
type Face = Extract<Look, { readonly form: "typed" }>["face"];

function Placed({ look, ...box }: { look: Drawn | Picture } & Box) {
  const { scale, x, y } = placeInk(look, box);
  return (
    <g transform={`translate(${x} ${y}) scale(${scale})`}>
      {look.form === "drawn" ? outlinesOf(look).map((d, index) => <path key={index} d={d} />) : <Pixels look={look} />}
    </g>
  );
}

function Pixels({ look }: { look: Picture }) {
  const image = useRef<SVGImageElement>(null);
  useEffect(() => {
    let isGone = false;
    void unpackPixels(look).then((url) => {
      if (!isGone) image.current?.setAttribute("href", url);
    });
    return () => {
      isGone = true;
    };
  }, [look]);
  return <image ref={image} width={look.width} height={look.height} />;
}

/** The CSS names of the faces for signatures, as the server has them. */
export const scriptFonts: Readonly<Record<Face, { readonly family: string; readonly weight: number }>> = {
  script: { family: "Caveat", weight: 500 },
  dancing: { family: '"Dancing Script"', weight: 400 },
  vibes: { family: '"Great Vibes"', weight: 400 },
  marck: { family: '"Marck Script"', weight: 400 },
};

function Letters({ text, face, ...box }: { text: string; face: Face } & Box) {
  useFontsSettled();
  const { family, weight } = scriptFonts[face];
  const font = `${weight} ${measured}px ${family}, cursive`;
  const { size, lines } = setSignature(box, { text, most: largestSignature, measure: (line) => measure(line, font) });
  return (
    <>
      {lines.map(({ text: line, x, y }, index) => (
        <text key={index} x={x} y={y} font-size={size} style={{ fontFamily: `${family}, cursive`, fontWeight: weight }}>
          {line}
        </text>
      ))}
    </>
  );
}

const measured = 100;
let ruler: CanvasRenderingContext2D | null = null;

/** Reach of the ink around the start of its baseline, in sizes. */
function measure(text: string, font: string): InkReach {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return { left: 0, right: text.length * 0.45, ascent: 0.7, descent: 0.25 };
  ruler.font = font;
  const metrics = ruler.measureText(text);
  return {
    left: metrics.actualBoundingBoxLeft / measured,
    right: metrics.actualBoundingBoxRight / measured,
    ascent: metrics.actualBoundingBoxAscent / measured,
    descent: metrics.actualBoundingBoxDescent / measured,
  };
}
