import type { Element } from "../../accounts/white-labeling.ts";
import { readable } from "../../base/contrast.ts";
import { type Html, html } from "../html.ts";
import type { Colours } from "./brand-colours.ts";

/**
 * A picture of a signing page in these colours. `data-fill` and `data-ink` say which of them an element is painted with, and
 * which are written on which: a script paints it anew while they are chosen.
 */
export function renderPreview(colours: Colours): Html {
  const fill = (element: Element) => html` data-fill="${element}" fill="${colours[element]}"`;
  const ink = (on: Element, written: Element) =>
    html` data-ink="${on} ${written}" fill="${readable(colours[written], colours[on])}"`;
  const line = (y: number, width: number) =>
    html`<rect x="104" y="${y}" width="${width}" height="5" rx="2.5" fill="#d7dcdf"/>`;
  const button = ({ x, y, words, of }: Button) =>
    html`<rect x="${x}" y="${y}" width="124" height="34" rx="8" stroke="#7b898f" stroke-opacity="0.5"${fill(of[0])}/><text x="${x + 62}" y="${y + 22}" text-anchor="middle" font-weight="600"${ink(of[0], of[1])}>${words}</text>`;
  return html`<svg class="preview" viewBox="0 0 460 470" role="img" aria-label="A signing page in these colours" font-family="system-ui, sans-serif" font-size="13">
<rect width="460" height="470" rx="10"${fill("page_background_color")}/>
<path d="M0 10a10 10 0 0 1 10-10h440a10 10 0 0 1 10 10v44H0z"${fill("header_background_color")}/>
<text x="20" y="26" font-size="15" font-weight="600"${ink("header_background_color", "text_color2")}>Lease of a flat</text>
<text x="20" y="43" font-size="12"${ink("header_background_color", "text_color2")}>Please sign. Sent by Ann Lee</text>
<text x="80" y="80" font-size="12"${ink("page_background_color", "text_color1")}>Page 1 of 2</text>
<rect x="80" y="90" width="300" height="210" rx="3" fill="#ffffff"/>
<text x="104" y="122" font-size="15" font-weight="600" fill="#1d2629">Lease</text>
${line(138, 252)}${line(152, 238)}${line(166, 246)}${line(180, 170)}
<text x="104" y="212" text-decoration="underline" data-ink="paper link_color" fill="${readable(colours.link_color, "#ffffff")}">House rules</text>
<rect x="104" y="236" width="170" height="40" rx="4" fill="#fff8dc" stroke="#c9a227"/><text x="189" y="261" text-anchor="middle" fill="#5b4a00">Sign here</text>
<text x="20" y="328" font-size="12"${ink("page_background_color", "text_color1")}>By signing you agree to do business electronically.</text>
${button({ x: 174, y: 344, words: "Finish", of: ["secondary_button_color", "secondary_button_text_color"] })}
${button({ x: 316, y: 344, words: "Next field", of: ["primary_button_color", "primary_button_text_color"] })}
<text x="20" y="366" font-size="12"${ink("page_background_color", "text_color1")}>Buttons</text>
${button({ x: 174, y: 396, words: "Finish", of: ["secondary_button_color_hover", "secondary_button_text_color_hover"] })}
${button({ x: 316, y: 396, words: "Next field", of: ["primary_button_color_hover", "primary_button_text_color_hover"] })}
<text x="20" y="418" font-size="12"${ink("page_background_color", "text_color1")}>under the pointer</text>
</svg>`;
}

type Button = {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly of: readonly [on: Element, written: Element];
};
