// Signatures that were drawn or uploaded, put into their boxes.

import { inflateSync } from "node:zlib";
import { createCanvas, Path2D, type SKRSContext2D } from "@napi-rs/canvas";
import { getStroke } from "perfect-freehand";
import { assert } from "../../base/assert.ts";
import type { Box, Ink } from "../document.ts";
import { outlinePath, penOptions, placeInk, pointsOf } from "../fit/pen.ts";
import type { Context } from "./lettering.ts";

/** Draws strokes or a picture as large as the box holds. */
export function drawInk(
  context: Context,
  {
    box,
    ink,
    colour,
  }: { readonly box: Box; readonly ink: Exclude<Ink, { readonly form: "typed" }>; readonly colour: string },
): void {
  const { scale, x, y } = placeInk(ink, box);
  context.save();
  context.translate(box.x + x, box.y + y);
  context.scale(scale, scale);
  if (ink.form === "drawn") {
    context.fillStyle = colour;
    for (const stroke of ink.strokes) {
      const path = outlinePath(getStroke(pointsOf(stroke), { ...penOptions, simulatePressure: !ink.hasPressure }));
      if (path !== "") context.fill(new Path2D(path));
    }
  } else {
    assert(drawsImages(context), "a page takes pictures as a canvas does");
    context.drawImage(pictureOf(ink), 0, 0);
  }
  context.restore();
}

function pictureOf({ width, height, pixels }: Extract<Ink, { readonly form: "picture" }>) {
  const raw = inflateSync(Buffer.from(pixels, "base64"), { maxOutputLength: width * height * 4 });
  assert(raw.length === width * height * 4, "a picture that was taken has as many pixels as it says");
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  image.data.set(raw);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** What the library forgets to say of a page's context. */
function drawsImages(context: Context): context is SKRSContext2D {
  return "drawImage" in context;
}
