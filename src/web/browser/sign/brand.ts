/** The colours of `white_labeling_options` that this page knows, as CSS custom properties. */
export type Brand = Readonly<Record<string, string>>;

/**
 * Takes six-digit hex colours only. Text on a coloured surface is chosen black or white where the
 * given pair would be hard to read (WCAG 2.2, 1.4.3: 4.5 to 1).
 */
export function readBrand(json: string | null): Brand {
  const options = parseOptions(json);
  const button = colour(options.primary_button_color);
  const buttonText = colour(options.primary_button_text_color) ?? "#ffffff";
  const header = colour(options.header_background_color);
  const page = colour(options.page_background_color);

  return {
    ...(button ? { "--button": button, "--on-button": readable(buttonText, button) } : {}),
    ...(header ? { "--header": header, "--on-header": readable("#ffffff", header) } : {}),
    ...(page ? { "--desk": page, "--on-desk": readable("#1d2430", page) } : {}),
  };
}

function parseOptions(json: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Colours are no reason not to sign: a broken value reads as none.
    return {};
  }
}

function colour(value: unknown): string | undefined {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value : undefined;
}

function readable(text: string, surface: string): string {
  if (contrast(text, surface) >= 4.5) return text;
  return contrast("#ffffff", surface) >= contrast("#000000", surface) ? "#ffffff" : "#000000";
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance of `#rrggbb`, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
