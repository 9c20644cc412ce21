/** Pixels of a signature on their way to the server and back: deflated (zlib), in base64. */
import type { Ink } from "../../../wire/session.ts";

/** A picture of a signature. */
export type PictureInk = Extract<Ink, { readonly form: "picture" }>;

/** Packs what is on a canvas. */
export async function packPixels({ width, height, data }: ImageData): Promise<PictureInk> {
  const bytes = await through(new CompressionStream("deflate"), new Uint8Array(data));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return { form: "picture", width, height, pixels: btoa(text) };
}

/** The picture as an address of its own. */
export async function unpackPixels({ width, height, pixels }: PictureInk): Promise<string> {
  const packed = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const raw = await through(new DecompressionStream("deflate"), packed);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(raw), width, height), 0, 0);
  return canvas.toDataURL("image/png");
}

async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array<ArrayBuffer>) {
  const packed = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
