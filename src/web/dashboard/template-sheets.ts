import { limits } from "../../base/limits.ts";
import type { Secret } from "../../base/secrets.ts";
import type { Field, Page } from "../../documents/document.ts";
import { pictureKey } from "../../signing/view.ts";
import type { Template } from "../../templates/template.ts";
import { type Html, html } from "../html.ts";
import { count } from "./words.ts";

/** The pages of a template that is ready, each with its fields drawn on it and told beside it. */
export function renderSheets(secret: Secret, template: Template): Html {
  const { pages, row } = template;
  const shown = pages.slice(0, limits.templatePagesShown);
  const sheets = shown.map((page, index) =>
    renderSheet({ secret, hash: row.document_blob ?? "", template, page, number: index + 1 }),
  );
  const more =
    pages.length > shown.length &&
    html`<p class="foot soft small">The first ${shown.length} of ${count(pages.length, ["page", "pages"])}.</p>`;
  return html`<section class="card flush" aria-labelledby="pages"><header><h2 id="pages">Pages and fields</h2><p class="hint">The number in a field is that of its role; a field without one is filled when it is sent.</p></header>${sheets}${more}</section>`;
}

type Sheet = {
  readonly secret: Secret;
  readonly hash: string;
  readonly template: Template;
  readonly page: Page;
  /** From 1. */
  readonly number: number;
};

function renderSheet({ secret, hash, template, page, number }: Sheet): Html {
  const own = template.fields.filter(({ box }) => box.page === number);
  const [width] = limits.pictureWidths;
  const url = `/sign-api/pictures/${hash}/${number}-${width}-${pictureKey(secret, { hash, page: number, width })}`;
  return html`<div class="sheet"><svg viewBox="0 0 ${page.width} ${page.height}" width="${page.width}" height="${page.height}" role="img" aria-label="Page ${number}, ${count(own.length, ["field", "fields"])}"><image href="${url}" width="${page.width}" height="${page.height}"></image>${own.map(renderBox)}</svg>
<div class="stack"><h3>Page ${number}</h3>${own.length === 0 ? html`<p class="hint">No fields.</p>` : html`<ul class="parts">${own.map((field) => renderField(field, template))}</ul>`}</div></div>
`;
}

function renderBox({ box, signer }: Field): Html {
  const { x, y, width, height } = box;
  const letters = Math.min(height * 0.8, 12);
  return html`<rect x="${x}" y="${y}" width="${width}" height="${height}"></rect>${signer !== null && html`<text x="${x + 3}" y="${y + height / 2 + letters * 0.35}" font-size="${letters}">${signer + 1}</text>`}`;
}

const typeWords: Readonly<Record<Field["type"], string>> = {
  signature: "Signature",
  initials: "Initials",
  date_signed: "Date",
  text: "Text",
  checkbox: "Checkbox",
  radio: "Radio button",
  dropdown: "Dropdown",
  hyperlink: "Link",
  "text-merge": "Merged text",
  "checkbox-merge": "Merged checkbox",
};

function renderField({ type, name, apiId, signer, required }: Field, { roles }: Template): Html {
  const who = signer === null ? "filled when it is sent" : `${signer + 1} ${roles[signer]?.name ?? ""}`;
  return html`<li>${typeWords[type]}${name !== "" && html`: ${name}`}<span class="under">${who}${required ? " · required" : ""} · <span class="id">${apiId}</span></span></li>`;
}
