import { isColour, readable } from "../../../base/contrast.ts";

/** Colours of `white_labeling_options` as CSS custom properties. */
export type Brand = Readonly<Record<string, string>>;

type Options = Readonly<Record<string, unknown>>;

/** What each property is painted with, and on which it is read; a surface stands before what is written on it. */
const surfaces = [
  { surface: "header", option: "header_background_color", text: "text_color2", plain: "#ffffff" },
  { surface: "desk", option: "page_background_color", text: "text_color1", plain: "#1d2629" },
  { surface: "button", option: "primary_button_color", text: "primary_button_text_color", plain: "#ffffff" },
  {
    surface: "button-hover",
    option: "primary_button_color_hover",
    text: "primary_button_text_color_hover",
    plain: "#ffffff",
  },
  { surface: "second", option: "secondary_button_color", text: "secondary_button_text_color", plain: "#1d2629" },
  {
    surface: "second-hover",
    option: "secondary_button_color_hover",
    text: "secondary_button_text_color_hover",
    plain: "#1d2629",
  },
] as const;

/**
 * Takes six-digit hex colours only; those that the host gives go before the app's own. Text on a coloured surface is
 * chosen black or white where the given pair would be hard to read (WCAG 2.2, 1.4.3: 4.5 to 1).
 */
export function readBrand(own: Options | null, json: string | null): Brand {
  const options = { ...own, ...parseOptions(json) };
  const painted = surfaces.flatMap(({ surface, option, text, plain }) => {
    const given = options[option];
    if (!isColour(given)) return [];
    const written = options[text];
    return [
      [`--${surface}`, given],
      [`--on-${surface}`, readable(isColour(written) ? written : plain, given)],
    ];
  });
  // Links stand on the paper, which stays white.
  const link = options.link_color;
  return Object.fromEntries([...painted, ...(isColour(link) ? [["--link", readable(link, "#ffffff")]] : [])]) as Brand;
}

function parseOptions(json: string | null): Options {
  try {
    const value: unknown = JSON.parse(json ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Colours are no reason not to sign: a broken value reads as none.
    return {};
  }
}
