import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { scriptFaces } from "../documents/document.ts";

const Coordinate = Type.Number({ minimum: -limits.penSide, maximum: 2 * limits.penSide });
const Side = Type.Number({ minimum: 1, maximum: limits.penSide });

/** A drawn look, as the pages send it. */
export const Drawn = Type.Object({
  form: Type.Literal("drawn"),
  width: Side,
  height: Side,
  hasPressure: Type.Boolean(),
  strokes: Type.Array(Type.Array(Coordinate, { maxItems: 3 * limits.penPoints }), { maxItems: limits.penStrokes }),
});

/** A look of a name or of initials, as the pages send it. */
export const Ink = Type.Union([
  Type.Object({ form: Type.Literal("typed"), face: Type.Enum([...scriptFaces]) }),
  Drawn,
  Type.Object({
    form: Type.Literal("picture"),
    width: Type.Integer({ minimum: 1, maximum: limits.penPictureWidth }),
    height: Type.Integer({ minimum: 1, maximum: limits.penPictureHeight }),
    pixels: Type.String({ maxLength: limits.penPictureText, pattern: "^[A-Za-z0-9+/]+={0,2}$" }),
  }),
]);
