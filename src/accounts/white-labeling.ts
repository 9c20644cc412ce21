// The colours of an app's signing page: what they are called, what they are when nobody says, and which of them must be told apart.

import { contrast, isColour } from "../base/contrast.ts";
import { badRequest } from "../base/faults.ts";

/** Every element, with its value where the app says nothing. Contract: objects.md. */
export const defaultWhiteLabeling = {
  header_background_color: "#1a1a1a",
  legal_version: "terms1",
  link_color: "#0061FE",
  page_background_color: "#f7f8f9",
  primary_button_color: "#0061FE",
  primary_button_color_hover: "#0061FE",
  primary_button_text_color: "#ffffff",
  primary_button_text_color_hover: "#ffffff",
  secondary_button_color: "#ffffff",
  secondary_button_color_hover: "#ffffff",
  secondary_button_text_color: "#0061FE",
  secondary_button_text_color_hover: "#0061FE",
  text_color1: "#808080",
  text_color2: "#ffffff",
} as const;

/** One of the fourteen. */
export type Element = keyof typeof defaultWhiteLabeling;
type Colours = Readonly<Record<string, unknown>>;

/** What is written on what. */
const pairs: readonly (readonly [on: Element, written: Element])[] = [
  ["header_background_color", "text_color2"],
  ["page_background_color", "text_color1"],
  ["page_background_color", "link_color"],
  ["primary_button_color", "primary_button_text_color"],
  ["primary_button_color_hover", "primary_button_text_color_hover"],
  ["secondary_button_color", "secondary_button_text_color"],
  ["secondary_button_color_hover", "secondary_button_text_color_hover"],
];

/** What two colours of a pair must at least differ by (contract: objects.md). */
export const leastContrast = 2.1;

type Flaw = { readonly error_type: string; readonly element: string; readonly message: string };

/**
 * The colours of an app after a change. Throws `bad_request` whose message is JSON, a list of what is wrong:
 * `invalid_element_name`, `invalid_legal_version`, `invalid_hex_code`, `invalid_contrast_ratio` (contract: errors.md).
 */
export function changeColours(given: Colours, before: Colours): Colours {
  const flaws = flawsOf(given, before);
  const [first] = flaws;
  if (first) throw badRequest(JSON.stringify(flaws), `white_labeling_options[${first.element}]`);
  return { ...before, ...given };
}

/** All that is wrong with colours that are given to an app that has some already: each by its own, and where none is, pair by pair. */
export function flawsOf(given: Colours, before: Colours): readonly Flaw[] {
  const flaws = Object.entries(given).flatMap(([element, value]) => flawOf(element, value) ?? []);
  if (flaws.length > 0) return flaws;
  const worn = { ...defaultWhiteLabeling, ...before, ...given };
  return pairs.flatMap((pair) => pairFlaw(pair, { worn, given }) ?? []);
}

function flawOf(element: string, value: unknown): Flaw | null {
  const told = element.slice(0, 100);
  if (!Object.hasOwn(defaultWhiteLabeling, element))
    return { error_type: "invalid_element_name", element: told, message: `There is no element ${told}.` };
  if (element === "legal_version")
    return value === "terms1" || value === "terms2"
      ? null
      : { error_type: "invalid_legal_version", element, message: "legal_version must be terms1 or terms2." };
  if (isColour(value)) return null;
  return { error_type: "invalid_hex_code", element, message: `${element} must be a colour such as #0061FE.` };
}

/** Told of the element that was given. */
function pairFlaw(
  [on, written]: (typeof pairs)[number],
  { worn, given }: { readonly worn: Readonly<Record<Element, string>>; readonly given: Colours },
): Flaw | null {
  const ratio = contrast(worn[on], worn[written]);
  if (ratio >= leastContrast) return null;
  const message = `${written} (${worn[written]}) cannot be read on ${on} (${worn[on]}): their contrast is ${ratio.toFixed(2)}, and must be at least ${leastContrast}.`;
  return { error_type: "invalid_contrast_ratio", element: written in given ? written : on, message };
}
