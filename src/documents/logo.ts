import { createCanvas } from "@napi-rs/canvas";
import { limits } from "../base/limits.ts";
import { beginningOf } from "./beginning.ts";
import { openPicture } from "./convert/pictures.ts";
import type { LogoOrder, Outcome, Results } from "./jobs.ts";

/**
 * A PNG or JPEG drawn anew as a PNG, made smaller where it is larger than `limits.logoBox`: nothing of the file but what is seen in
 * it goes on. Any other kind of file is refused, and one that is damaged or has too many pixels, in words.
 */
export async function drawLogo({ bytes }: LogoOrder): Promise<Outcome<Results["logo"]>> {
  const kind = beginningOf(bytes);
  if (kind !== "png" && kind !== "jpeg") return refused("It is neither a PNG nor a JPEG.");
  const opened = await openPicture(kind, { bytes, mostPixels: limits.logoPixels });
  if (!opened.ok) return refused(opened.reason);
  const { image } = opened;
  const shrink = Math.min(1, limits.logoBox.width / image.width, limits.logoBox.height / image.height);
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * shrink)));
  const canvas = createCanvas(width ?? 1, height ?? 1);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return { ok: true, png: canvas.toBuffer("image/png") };
}

function refused(reason: string): Outcome<never> {
  return { ok: false, why: "document", fault: { kind: "file", file: 0, reason } };
}
