import { createCanvas } from "@napi-rs/canvas";

/** A picture, red on nothing, as a PNG or JPEG. */
export function pictureOf(type: "png" | "jpeg", { width = 960, height = 160 } = {}): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#c81e1e";
  context.fillRect(width / 4, height / 4, width / 2, height / 2);
  return type === "png" ? canvas.toBuffer("image/png") : canvas.toBuffer("image/jpeg");
}

/** A multipart body with logos and other parameters of an app. */
export function logoForm(logos: readonly Uint8Array[], parameters: Readonly<Record<string, unknown>> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parameters))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  for (const bytes of logos) form.append("custom_logo_file", new Blob([Buffer.from(bytes)]), "logo.png");
  return form;
}
