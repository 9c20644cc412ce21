import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { findSoffice } from "../../src/documents/convert/soffice.ts";

/** Where LibreOffice is on this machine. */
const soffice = findSoffice({ given: null, path: process.env.PATH ?? "" });
/** Why tests that need it are skipped, where they are. */
export const skip = soffice === null ? "LibreOffice is not installed" : false;

/** The text of a PDF as a reader finds it, its white space made single. */
export function textOf(pdf: Uint8Array): string {
  return execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" }).replace(/[ \t\n\r]+/g, " ");
}

/** The pixels of a page: `at` answers the colour at a place given in shares of its width and height. */
export type Shot = { readonly at: (x: number, y: number) => string; readonly colours: ReadonlySet<string> };

/** Draws a page of a PDF (from 1) with a program that is not ours, 36 dots an inch; colours in steps of 32. */
export async function shoot(pdf: Uint8Array, page = 1): Promise<Shot> {
  const args = ["-r", "36", "-f", String(page), "-l", String(page), "-singlefile", "-png", "-"];
  const image = await loadImage(execFileSync("pdftoppm", args, { input: pdf, stdio: ["pipe", "pipe", "ignore"] }));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const colour = (at: number) => [...data.subarray(at, at + 3)].map((value) => Math.round(value / 64)).join("");
  const colours = new Set<string>();
  for (let at = 0; at < data.length; at += 4) colours.add(colour(at));
  return {
    colours,
    at: (x, y) => {
      const at = (Math.floor(y * image.height) * image.width + Math.floor(x * image.width)) * 4;
      assert.ok(at + 4 <= data.length);
      return colour(at);
    },
  };
}

/** Colours as `Shot` tells them: red, green, blue in quarters. */
export const colours = {
  red: "400",
  green: "040",
  blue: "004",
  black: "000",
  white: "444",
  pink: "404",
} as const;

/** A LibreOffice of nobody's choosing, with its own defaults: converts files in the folder to a format. It makes what ours must read, and shows what ours must not do. */
export async function plainSoffice(
  folder: string,
  { files, to }: { readonly files: readonly string[]; readonly to: string },
) {
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "plain-profile")).href}`;
  const paths = files.map((name) => join(folder, name));
  assert.ok(soffice !== null);
  // The launching script starts the program once more when it has made its profile.
  const launcher = join(dirname(soffice), "soffice");
  // What runs in this process answers LibreOffice: it must not be waited for synchronously.
  await promisify(execFile)(launcher, ["--headless", profile, "--convert-to", to, "--outdir", folder, ...paths], {
    timeout: 120_000,
  });
}
