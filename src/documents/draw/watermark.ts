// The diagonal words over every page of a test.

import { drawLine, type Sheet } from "./canvas.ts";
import { widthOf } from "./lettering.ts";

/** How much of the diagonal the words take. */
const share = 0.74;

const largest = 64;

/** A sheet of the page's size with the words across it: light enough to read what lies below, drawn above scans too. */
export function watermarkSheet({
  width,
  height,
  words,
}: {
  readonly width: number;
  readonly height: number;
  readonly words: string;
}): Sheet {
  const diagonal = Math.hypot(width, height);
  const size = Math.min(largest, (diagonal * share) / Math.max(widthOf(words, { face: "strong", size: 1 }), 0.1));
  const reach = widthOf(words, { face: "strong", size });
  return {
    width,
    height,
    draw: (context) => {
      context.translate(width / 2, height / 2);
      context.rotate(-Math.atan2(height, width));
      context.globalAlpha = 0.14;
      drawLine(context, { text: words, face: "strong", size, x: -reach / 2, y: size * 0.357, colour: "#475569" });
    },
  };
}
