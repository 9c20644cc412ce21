/** The faces that texts are set in: Noto Sans ("plain") and those that stand for the other families of the v3 wire. */
export type TextFace =
  | "plain"
  | "arimo"
  | "tinos"
  | "cousine"
  | "carlito"
  | "caladea"
  | "gelasio"
  | "roboto"
  | "robotoMono";

const families: ReadonlyMap<string, TextFace> = new Map([
  ["helvetica", "arimo"],
  ["arial", "arimo"],
  ["courier", "cousine"],
  ["calibri", "carlito"],
  ["cambria", "caladea"],
  ["georgia", "gelasio"],
  ["times", "tinos"],
  ["notoSerif", "tinos"],
  ["roboto", "roboto"],
  ["robotoMono", "robotoMono"],
]);

/** The face that stands for a font family of the v3 wire: cut to the same widths where there is such a font. */
export function faceOf(fontFamily: string | undefined): TextFace {
  return families.get(fontFamily ?? "") ?? "plain";
}
