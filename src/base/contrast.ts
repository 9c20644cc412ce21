/** Contrast of two `#rrggbb` colours, from 1 to 21 (WCAG 2.2, 1.4.3). Runs in the house and in browsers. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Whether a text is a colour that `contrast` reads. */
export function isColour(value: unknown): value is string {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);
}

/** What a text must at least have to be easy to read (WCAG 2.2, 1.4.3). */
export const easyContrast = 4.5;

/** The colour in which a text of one colour is written on a surface: its own where that is easy to read, else black or white. */
export function readable(text: string, surface: string): string {
  if (contrast(text, surface) >= easyContrast) return text;
  return contrast("#ffffff", surface) >= contrast("#000000", surface) ? "#ffffff" : "#000000";
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
