import type { FastifyReply } from "fastify";
import { findTemplateAccounts, findUsableTemplate } from "../../templates/find.ts";
import { mergeFieldsOf, type Template } from "../../templates/template.ts";
import { type Html, html } from "../html.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderSheets } from "./template-sheets.ts";
import { templateBadge } from "./templates.ts";
import { idOf, type Visit } from "./visit.ts";
import { count, size, time } from "./words.ts";

/** One template: its pages with the fields on them, its roles and merge fields, its files, and who has it. */
export async function showTemplate(visit: Visit): Promise<FastifyReply> {
  const { house, account } = visit;
  const asked = { accountId: account.account_id, templateId: idOf(visit) };
  const template = await findUsableTemplate(house.store.read, asked);
  const { row } = template;
  const path = `/app/templates/${row.template_id}`;
  const isOwn = row.account_id === account.account_id;
  const title = row.title || "Without a title";
  return sendPage(visit, {
    title: `${title} · Templates`,
    place: "templates",
    body: html`<div><p class="crumb"><a href="/app/templates">Templates</a></p><div class="head"><div class="title" data-live="title"><h1>${title}</h1>${templateBadge(row.state)}${row.test_mode === 1 && html`<span class="soft small">test mode</span>`}</div>
<p class="soft small">All times are UTC. ${liveBar}</p></div></div>
<div class="cards" data-live="template">${renderNext(row.state, path)}${renderWhy(template)}
<div class="pair">${renderRoles(template)}${await renderAbout(visit, template)}</div>
${row.state === "ready" && renderSheets(house.secret, template)}</div>
${isOwn && row.state !== "processing" && html`<section class="card" aria-labelledby="end"><header><h2 id="end">Delete the template</h2><a class="button" href="${path}/delete">Delete …</a></header><p class="hint">Requests that were made of it live on.</p></section>`}`,
  });
}

function renderNext(state: string, path: string): Html | null {
  if (state === "processing")
    return html`<section class="notice wait" aria-label="What happens next"><p>Its documents are being read. <code>template_created</code> or <code>template_error</code> is called back. <a href="${path}">Look again</a></p></section>`;
  if (state !== "ready") return null;
  return html`<section class="card"><header><p>Everybody with a role gets a letter with a link to sign.</p><a class="button main" href="${path}/send">Send it</a></header></section>`;
}

function renderWhy({ row }: Template): Html | null {
  if (row.state !== "error") return null;
  return html`<section class="notice bad"><h2>Why it cannot be used</h2><p class="why">${row.error_message ?? "No reason was written down."}</p></section>`;
}

function renderRoles(template: Template): Html {
  const { roles, ccRoles, fields, attachments } = template;
  const mergeFields = mergeFieldsOf(template);
  const of = (index: number) => fields.filter(({ signer }) => signer === index).length;
  const listed = roles.map(({ name, order }, index) => {
    const files = attachments.filter(({ signer }) => signer === index);
    return html`<li><strong>${name}</strong><span class="under">${order !== null && `turn ${order + 1} · `}${count(of(index), ["field", "fields"])}${files.length > 0 && ` · brings ${files.map((file) => file.name).join(", ")}`}</span></li>`;
  });
  return html`<section class="card" aria-labelledby="roles"><h2 id="roles">Who takes part</h2>
<h3>Signer roles</h3><ol class="parts">${listed}</ol>
${ccRoles.length > 0 && html`<h3>Copies go to</h3><ul class="parts">${ccRoles.map((name) => html`<li>${name}</li>`)}</ul>`}
<h3>Merge fields</h3>${mergeFields.length === 0 ? html`<p class="hint">None: every request of it says the same.</p>` : html`<ul class="parts">${mergeFields.map(({ name, type }) => html`<li>${name} <span class="soft small">${type}</span></li>`)}</ul>`}</section>`;
}

async function renderAbout({ house, account }: Visit, { row, files, pages }: Template): Promise<Html> {
  const accounts = await findTemplateAccounts(house.store.read, row);
  const listed = files.map(({ name, bytes }, index) => {
    const own = pages.filter(({ file }) => file === index).length;
    const words = [...(bytes > 0 ? [size(bytes)] : []), ...(own > 0 ? [count(own, ["page", "pages"])] : [])];
    return html`<div>${name}${words.length > 0 && html`<span class="under">${words.join(" · ")}</span>`}</div>`;
  });
  const holders = accounts.map(
    ({ account_id: id, email }) =>
      html`<span class="block">${email} <span class="soft small">${[...(id === row.account_id ? ["made it"] : []), ...(id === account.account_id ? ["you"] : [])].join(", ")}</span></span>`,
  );
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this template</h2>
<dl class="facts"><dt>Template</dt><dd class="id">${row.template_id}</dd>
<dt>Created</dt><dd>${time(row.created_at)}</dd>
${row.subject && html`<dt>Subject</dt><dd>${row.subject}</dd>`}
${row.message && html`<dt>Message</dt><dd class="lines" dir="auto">${row.message}</dd>`}
<dt>Who has it</dt><dd>${holders}</dd>
<dt>Files</dt><dd class="files">${listed}</dd></dl>
${renderMetadata(row.metadata_json)}</section>`;
}

function renderMetadata(json: string): Html | null {
  const metadata = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const keys = Object.keys(metadata).length;
  if (keys === 0) return null;
  return html`<details><summary>Metadata (${keys})</summary><pre tabindex="0" aria-label="Metadata"><code>${JSON.stringify(metadata, null, 2)}</code></pre></details>`;
}
