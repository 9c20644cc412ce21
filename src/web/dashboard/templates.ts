import type { FastifyReply } from "fastify";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { listTemplates } from "../../templates/find.ts";
import { readTemplateQuery, type TemplateQuery } from "../../templates/query.ts";
import type { Template } from "../../templates/template.ts";
import { type Html, html } from "../html.ts";
import { type FormFault, field } from "./form-field.ts";
import { liveBar, sendPage } from "./frame.ts";
import { nextPage, pageIn, renderPager } from "./pager.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { readQuery, type Visit } from "./visit.ts";
import { badge, count as counted, time } from "./words.ts";

/** The templates that the account has, newest first, searched. */
export async function showTemplates(visit: Visit): Promise<FastifyReply> {
  const { house, account, request } = visit;
  const fields = readQuery(request);
  const text = fields.get("query")?.trim() ?? "";
  const query = await refusing(async () => readTemplateQuery(text, { accountId: account.account_id }));
  const fault = query instanceof Fault ? { field: "query", words: wordsOf(query) } : null;
  const page = pageIn(fields);
  const found =
    query instanceof Fault
      ? { templates: [], count: 0 }
      : await find(visit, { accountId: account.account_id, query, page });
  const next = nextPage({ page, count: found.count });
  const pager = { path: "/app/templates", query: fields, place: "page", isFirst: page === 1, next };
  const done =
    fields.get("done") === "deleted" && html`<p class="notice ok" role="status">The template is deleted.</p>`;
  return sendPage(visit, {
    title: "Templates",
    place: "templates",
    status: query instanceof Fault ? query.status : 200,
    body: html`<div class="head"><div class="title"><h1>Templates</h1><p class="soft small">Newest first. All times are UTC. ${liveBar}</p></div></div>
${done}${renderSearch(text, fault)}
<section class="card flush" aria-label="Templates" data-live="templates">${found.templates.length === 0 ? renderEmpty({ house, text }) : renderTable(found.templates, account.account_id)}${renderPager(pager)}</section>`,
  });
}

type Ask = { readonly accountId: string; readonly query: TemplateQuery; readonly page: number };

function find({ house }: Visit, ask: Ask): ReturnType<typeof listTemplates> {
  return listTemplates(house.store.read, { ...ask, pageSize: limits.dashboardRows });
}

function renderSearch(text: string, fault: FormFault | null): Html {
  const { marks, words } = field({ fault, name: "query", hint: "query-hint" });
  return html`<form class="card" action="/app/templates" method="get" role="search" aria-label="Search templates">
<div class="stack"><label for="query">Search</label><div class="row field"><input id="query" type="search" name="query" value="${text}" maxlength="${limits.queryLength}" autocomplete="off" spellcheck="false"${marks}><button>Search</button>${text !== "" && html`<a class="nowrap" href="/app/templates">Clear</a>`}</div>${words}<p class="hint" id="query-hint">Words of title, message, metadata or file name; or <code>title:lease</code>, <code>owner:ann</code>, <code>created:[2026-01-01 TO 2026-02-01]</code>.</p></div></form>`;
}

function renderTable(templates: readonly Template[], accountId: string): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Created</th><th scope="col">Template</th><th scope="col">State</th><th scope="col">Signer roles</th></tr></thead>
<tbody>${templates.map((template) => renderRow(template, accountId))}</tbody></table>`;
}

function renderRow({ row, roles, files }: Template, accountId: string): Html {
  const { template_id: id, title, created_at: createdAt, test_mode: test, error_message: error } = row;
  const under = error ?? files.map(({ name }) => name).join(", ");
  return html`<tr data-key="${id}"><td>${time(createdAt)}</td>
<td><a class="plain" href="/app/templates/${id}">${title || "Without a title"}</a><span class="under">${under}</span></td>
<td>${templateBadge(row.state)}${test === 1 && html` <span class="soft small">test</span>`}${row.account_id !== accountId && html`<span class="under">Shared with you</span>`}</td>
<td>${counted(roles.length, ["role", "roles"])}<span class="under">${roles.map(({ name }) => name).join(", ")}</span></td></tr>
`;
}

/** How a template stands. */
export function templateBadge(state: string): Html {
  if (state === "ready") return badge({ tone: "ok", words: "Ready" });
  if (state === "error") return badge({ tone: "bad", words: "Failed" });
  return badge({ tone: "wait", words: "Processing" });
}

function renderEmpty({ text }: { readonly house: Visit["house"]; readonly text: string }): Html {
  if (text !== "")
    return html`<div class="empty"><h2>No template fits</h2><p class="soft">Search for other words, or <a href="/app/templates">show all templates</a>.</p></div>`;
  return html`<div class="empty"><h2>No templates yet</h2><p>A template is a document with its fields, prepared once and sent again and again: only the names change. The API makes one with <code>template/create</code>.</p></div>`;
}
