import { correction, generate } from "lean-qr";
import { palette } from "./flow.ts";
import type { Context } from "./lettering.ts";

/** Draws a QR code (ISO/IEC 18004) of the text into a square, its light margin of four modules beside the square. */
export function drawQr(
  context: Context,
  { text, x, y, side }: { readonly text: string; readonly x: number; readonly y: number; readonly side: number },
): void {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const module = side / code.size;
  context.fillStyle = palette.text;
  context.beginPath();
  for (let row = 0; row < code.size; row += 1) {
    for (let column = 0; column < code.size; column += 1) {
      if (code.get(column, row)) context.rect(x + column * module, y + row * module, module, module);
    }
  }
  context.fill();
}
