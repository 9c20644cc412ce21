import { defaultWhiteLabeling, type Element } from "../../accounts/white-labeling.ts";
import { isColour } from "../../base/contrast.ts";
import { type Html, html } from "../html.ts";
import type { Colours } from "./brand-colours.ts";
import { readPair } from "./brand-words.ts";

type Group = {
  readonly title: string;
  readonly colours: readonly (readonly [element: Element, words: string])[];
  readonly pairs: readonly (readonly [on: Element, written: Element])[];
};

const groups: readonly Group[] = [
  {
    title: "Bar at the top",
    colours: [
      ["header_background_color", "Background"],
      ["text_color2", "Text"],
    ],
    pairs: [["header_background_color", "text_color2"]],
  },
  {
    title: "Around the document",
    colours: [
      ["page_background_color", "Background"],
      ["text_color1", "Text"],
      ["link_color", "Links in the document"],
    ],
    pairs: [
      ["page_background_color", "text_color1"],
      ["page_background_color", "link_color"],
    ],
  },
  buttons("Main button", ["primary_button_color", "primary_button_text_color"]),
  buttons("Main button, under the pointer", ["primary_button_color_hover", "primary_button_text_color_hover"]),
  buttons("Other buttons", ["secondary_button_color", "secondary_button_text_color"]),
  buttons("Other buttons, under the pointer", ["secondary_button_color_hover", "secondary_button_text_color_hover"]),
];

function buttons(title: string, pair: readonly [on: Element, written: Element]): Group {
  const [on, written] = pair;
  return {
    title,
    colours: [
      [on, "Background"],
      [written, "Text"],
    ],
    pairs: [pair],
  };
}

/** The fields of the fourteen, in groups, with what is to be said of each pair; `wrong`: those that were refused. */
export function renderBrandFields(colours: Colours, wrong: ReadonlySet<string>): Html {
  return html`<div class="brand-groups">${groups.map((group, index) => renderGroup(group, { colours, wrong, index }))}</div>
<div class="stack"><label for="legal_version">Legal text</label><select id="legal_version" name="legal_version" class="short" aria-describedby="legal-hint">${(["terms1", "terms2"] as const).map((version) => html`<option${version === colours.legal_version ? html` selected` : null}>${version}</option>`)}</select><p class="hint" id="legal-hint"><code>legal_version</code> of the API. It is kept and shown to programs; Countersign has one text of consent, so it changes nothing here.</p></div>`;
}

type Around = { readonly colours: Colours; readonly wrong: ReadonlySet<string>; readonly index: number };

function renderGroup({ title, colours: fields, pairs }: Group, { colours, wrong, index }: Around): Html {
  const told = pairs.map((pair, nth) => ({ pair, id: `pair-${index}-${nth}` }));
  return html`<fieldset class="brand-group"><legend>${title}</legend>
${fields.map(([element, words]) => renderColour(element, { words, value: colours[element], isWrong: wrong.has(element), about: told.filter(({ pair }) => pair.includes(element)).map(({ id }) => id) }))}
${told.map(({ pair, id }) => renderPair(pair, { colours, id }))}</fieldset>
`;
}

type Field = {
  readonly words: string;
  readonly value: string;
  readonly isWrong: boolean;
  readonly about: readonly string[];
};

/** The text is what is sent; the picker beside it is the script's, for a browser shows none of our standard colour. */
function renderColour(element: Element, { words, value, isWrong, about }: Field): Html {
  const standard = defaultWhiteLabeling[element];
  return html`<div class="colour"><label for="${element}">${words}</label>
<span class="picked"><input type="color" hidden data-picker="${element}" value="${isColour(value) ? value.toLowerCase() : "#000000"}" aria-label="Pick: ${words}"><input id="${element}" name="${element}" value="${value}" data-hex required maxlength="7" pattern="#[0-9a-fA-F]{6}" title="# and six digits, such as #0061FE" autocomplete="off" spellcheck="false" aria-describedby="${[...about, `${element}-standard`].join(" ")}"${isWrong && html` aria-invalid="true"`}></span>
<span class="hint" id="${element}-standard">standard ${standard}</span></div>
`;
}

function renderPair(
  [on, written]: readonly [on: Element, written: Element],
  { colours, id }: { readonly colours: Colours; readonly id: string },
): Html {
  const isLink = written === "link_color";
  const { tone, words } = readPair(colours[on], {
    written: colours[written],
    ...(isLink ? { paper: "#ffffff" } : {}),
  });
  const of = isLink ? "Links. " : written === "text_color1" ? "Text. " : "";
  return html`<p class="reading ${tone}" id="${id}" data-on="${on}" data-written="${written}"${isLink && html` data-paper="#ffffff"`} data-of="${of}" aria-live="polite">${of}${words}</p>
`;
}
