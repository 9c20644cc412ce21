// What is to be said of two colours, one written on the other. Runs in the house and in browsers, so that both say the same.

import { leastContrast } from "../../accounts/white-labeling.ts";
import { contrast, easyContrast, isColour, readable } from "../../base/contrast.ts";

/** How well a pair can be read, as a sentence; `bad`: it is refused, `wait`: another colour is written instead. */
export type PairReading = { readonly tone: "ok" | "wait" | "bad"; readonly words: string };

/** Reads a pair of `#rrggbb` colours. `paper`: what the text is really written on, where the rule looks at another surface. */
export function readPair(
  on: string,
  { written, paper = on }: { readonly written: string; readonly paper?: string },
): PairReading {
  if (!isColour(on) || !isColour(written))
    return { tone: "bad", words: "Write colours as # and six digits, such as #0061FE." };
  const ratio = contrast(on, written);
  if (ratio < leastContrast)
    return {
      tone: "bad",
      words: `Contrast ${told(ratio)} to 1: this cannot be read. It must be at least ${leastContrast} to be saved.`,
    };
  const real = contrast(paper, written);
  const where = paper === on ? "" : " on white paper";
  if (real < easyContrast)
    return {
      tone: "wait",
      words: `Contrast ${told(real)} to 1${where}: hard to read, so signing pages write in ${nameOf(readable(written, paper))} instead. From ${easyContrast} on they keep your colour.`,
    };
  return { tone: "ok", words: `Contrast ${told(real)} to 1${where}: easy to read.` };
}

/** Cut, not rounded: 4.49 must not be told as enough. */
function told(ratio: number): string {
  return (Math.floor(ratio * 10) / 10).toFixed(1);
}

function nameOf(colour: string): string {
  return colour === "#ffffff" ? "white" : "black";
}
