import { faceOf } from "../../../documents/fit/families.ts";

/** The CSS families for a font family of the v3 wire: the face, then the one that has more letters, then whatever is here. */
export function familyOf(fontFamily: string | undefined): string {
  return [...new Set([faceOf(fontFamily), "plain"])]
    .map((face) => `"Countersign ${face}"`)
    .concat("sans-serif")
    .join(", ");
}
