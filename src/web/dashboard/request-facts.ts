import { pagesOf, type RequestRecord } from "../../requests/find.ts";
import { type Html, html } from "../html.ts";
import { renderData } from "./request-data.ts";
import { renderSeal } from "./seal.ts";
import type { Visit } from "./visit.ts";
import { count, size, time } from "./words.ts";

/** What is known about a request: times, who sends it, who gets copies, its files, and what can be done with it. */
export async function renderFacts(visit: Visit, record: RequestRecord): Promise<Html> {
  const { request } = record;
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this request</h2>
<dl class="facts"><dt>Request</dt><dd class="id">${request.request_id}</dd>
<dt>Created</dt><dd>${time(request.created_at)}</dd>
${request.completed_at !== null && html`<dt>Completed</dt><dd>${time(request.completed_at)}</dd>`}
${request.expires_at !== null && html`<dt>Expires</dt><dd>${time(request.expires_at)}</dd>`}
${request.bulk_send_job_id !== null && request.state !== "destroyed" && html`<dt>Part of</dt><dd><a href="/app/bulk/${request.bulk_send_job_id}">a bulk send</a></dd>`}
<dt>Sent by</dt><dd>${await senderOf(visit, record)}</dd>
${request.subject && html`<dt>Subject</dt><dd>${request.subject}</dd>`}
${request.message && html`<dt>Message</dt><dd class="lines" dir="auto">${request.message}</dd>`}
${renderCopies(request.cc_json)}${await renderSeal(visit, record)}<dt>Files</dt><dd class="files">${renderFiles(record)}${renderFileLink(record)}</dd></dl>
${renderMetadata(request.metadata_json)}
<p><a href="/app/events?request=${request.request_id}">All events of this request</a></p>${renderData(record)}${renderWithdraw(record)}</section>`;
}

async function senderOf({ house }: Visit, { request }: RequestRecord): Promise<string> {
  if (request.client_id === null) return "E-mail";
  const app = await house.store.read
    .selectFrom("api_apps")
    .select("name")
    .where("client_id", "=", request.client_id)
    .executeTakeFirst();
  if (app === undefined) return "E-mail";
  return request.is_embedded === 1 ? `Embedded in ${app.name}` : app.name;
}

function renderCopies(json: string): Html | null {
  const addresses = JSON.parse(json) as readonly string[];
  if (addresses.length === 0) return null;
  return html`<dt>Copies to</dt><dd>${addresses.map((address) => html`<span class="block">${address}</span>`)}</dd>`;
}

/** A file that is still to be fetched has no size, one that is not read yet no pages. */
function renderFiles({ request, files }: RequestRecord): Html {
  const pages = pagesOf(request);
  const rows = files.map(({ name, bytes }, index) => {
    const own = pages.filter(({ file }) => file === index).length;
    const words = [...(bytes > 0 ? [size(bytes)] : []), ...(own > 0 ? [count(own, ["page", "pages"])] : [])];
    return html`<div>${name}${words.length > 0 && html`<span class="under">${words.join(" · ")}</span>`}</div>`;
  });
  const added =
    files.length > 0 && pages.some(({ file }) => file !== undefined)
      ? pages.filter(({ file }) => file === undefined).length
      : 0;
  return html`${rows}${added > 0 && html`<p class="hint">${count(added, ["page", "pages"])} to sign on added at the end, since the files say nowhere where people sign.</p>`}`;
}

function renderFileLink({ request: { state, request_id: id, document_blob: document } }: RequestRecord): Html | null {
  if (document === null || ["sealing", "error", "canceled"].includes(state)) return null;
  return html`<p><a href="/app/requests/${id}/document">${state === "complete" ? "Download the sealed PDF" : "Download the PDF as it stands"}</a></p>`;
}

function renderMetadata(json: string): Html | null {
  const metadata = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const keys = Object.keys(metadata).length;
  if (keys === 0) return null;
  return html`<details><summary>Metadata (${keys})</summary><pre tabindex="0" aria-label="Metadata"><code>${JSON.stringify(metadata, null, 2)}</code></pre></details>`;
}

function renderWithdraw({ request: { state, request_id: id } }: RequestRecord): Html | null {
  return state === "awaiting" || state === "held"
    ? html`<p><a href="/app/requests/${id}/withdraw">Withdraw the request</a></p>`
    : null;
}
