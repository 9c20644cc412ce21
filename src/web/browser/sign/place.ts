import { familyOf } from "./face.ts";

/** A box on its page as CSS custom properties: percents of the page, and the size of text in points. */
export function placeOf(
  box: {
    x: number;
    y: number;
    width: number;
    height: number;
    fontSize?: number | undefined;
    fontFamily?: string | undefined;
  },
  page: { width: number; height: number },
): Record<string, string | number> {
  const size = Math.min(box.fontSize ?? 12, box.height / 1.25);
  return {
    "--x": `${(box.x / page.width) * 100}%`,
    "--y": `${(box.y / page.height) * 100}%`,
    "--w": `${(box.width / page.width) * 100}%`,
    "--h": `${(box.height / page.height) * 100}%`,
    "--size": size,
    "--face": familyOf(box.fontFamily),
  };
}
