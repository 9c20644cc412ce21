import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import { placesOf } from "../../requests/groups.ts";
import { type Place, walkRequests } from "../../requests/walk.ts";
import type { Db } from "../../storage/store.ts";
import type { SignatureRequestRow, SignatureRow } from "../../storage/tables.ts";
import { type Html, html } from "../html.ts";
import { firstRequest } from "./first-steps.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderPager } from "./pager.ts";
import { readRequestFilter, renderRequestFilters } from "./request-filters.ts";
import { readQuery, type Visit } from "./visit.ts";
import { stateBadge, time } from "./words.ts";

/** The account's requests, newest first, filtered, page by page. */
export async function showRequests(visit: Visit): Promise<FastifyReply> {
  const { store } = visit.house;
  const fields = readQuery(visit.request);
  const asked = readRequestFilter(fields);
  const { query, before, isAny } = asked;
  const ask = { accountId: visit.account.account_id, query, isListed: false };
  // One more than the page has tells whether there is a next.
  const found = await walkRequests(store, {
    ask,
    most: limits.dashboardRows + 1,
    ...(before === null ? {} : { before }),
  });
  const places = found.rows.slice(0, limits.dashboardRows);
  const isFull = found.rows.length > limits.dashboardRows;
  const next = isFull ? (places.at(-1) ?? null) : found.to;
  const isCut = !isFull && found.to !== null;
  const rows = await findRows(store.read, places);
  const signers = await findSigners(store.read, rows);
  const list = rows.map((row) => renderRow(row, signers.get(row.request_id) ?? []));
  const empty = () => renderEmpty(visit, { isFiltered: isAny, isPastEnd: before !== null, isCut });
  return sendPage(visit, {
    title: "Requests",
    place: "requests",
    body: html`<div class="head"><div class="title"><h1>Requests</h1><p class="soft small">Newest first. All times are UTC. ${liveBar}</p></div><div class="row"><a class="button" href="/app/bulk">Bulk sends</a><a class="button main" href="/app/requests/new">Send a document</a></div></div>
${renderRequestFilters(asked)}
<section class="card flush" aria-label="Requests" data-live="requests">${list.length === 0 ? empty() : renderTable(list)}
${renderPager({ path: "/app/requests", query: fields, isFirst: before === null, ...wayOn(next, isCut) })}</section>`,
  });
}

async function findRows(db: Db, places: readonly Place[]): Promise<readonly SignatureRequestRow[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ requestId }) => requestId);
  return db
    .selectFrom("signature_requests")
    .selectAll()
    .where("request_id", "in", ids)
    .orderBy("created_at", "desc")
    .orderBy("request_id", "desc")
    .execute();
}

type Signer = Pick<SignatureRow, "request_id" | "name" | "state" | "position" | "signer_place">;

async function findSigners(
  db: Db,
  requests: readonly SignatureRequestRow[],
): Promise<ReadonlyMap<string, readonly Signer[]>> {
  if (requests.length === 0) return new Map();
  const ids = requests.map(({ request_id }) => request_id);
  const rows = await db
    .selectFrom("signatures")
    .select(["request_id", "name", "state", "position", "signer_place"])
    .where("request_id", "in", ids)
    .orderBy("position")
    .execute();
  return Map.groupBy(rows, (row) => row.request_id);
}

function renderTable(rows: readonly Html[]): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Created</th><th scope="col">Request</th><th scope="col">State</th><th scope="col">Signers</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function renderRow(row: SignatureRequestRow, signers: readonly Signer[]): Html {
  const signed = signers.filter(({ state }) => state === "signed").length;
  return html`<tr data-key="${row.request_id}"><td>${time(row.created_at)}</td>
<td><a class="plain" href="/app/requests/${row.request_id}">${row.title || titleless(row)}</a><span class="under">${row.error_message ?? html`<span class="id">${row.request_id}</span>`}</span></td>
<td>${stateBadge("request", row.state)}${row.test_mode === 1 ? html` <span class="soft small">test</span>` : null}</td>
<td>${signed} of ${placesOf(signers).length} signed<span class="under">${row.state === "destroyed" ? "" : namesOf(signers)}</span></td></tr>
`;
}

/** A title may be empty; that of a destroyed request is. */
function titleless({ state }: SignatureRequestRow): string {
  return state === "destroyed" ? "A destroyed request" : "Without a title";
}

function namesOf(signers: readonly Signer[]): string {
  const names = signers.slice(0, 3).map(({ name }) => name);
  const more = signers.length > names.length ? ` and ${signers.length - names.length} more` : "";
  return `${names.join(", ")}${more}`;
}

type Emptiness = { readonly isFiltered: boolean; readonly isPastEnd: boolean; readonly isCut: boolean };

function renderEmpty({ house }: Visit, { isFiltered, isPastEnd, isCut }: Emptiness): Html {
  if (isCut)
    return html`<div class="empty"><h2>No request fits so far</h2><p class="soft">There are very many, so the search stopped for now. Search further, or choose a span of time.</p></div>`;
  if (isFiltered)
    return html`<div class="empty"><h2>No request fits</h2><p class="soft">Choose fewer filters, or <a href="/app/requests">show all requests</a>.</p></div>`;
  if (isPastEnd) return html`<div class="empty"><p>There is nothing older.</p></div>`;
  return html`<div class="empty"><h2>No requests yet</h2>
<p><a class="button main" href="/app/requests/new">Send a document</a></p>
<p>Or ask for a first signature from a terminal, with the API key that was printed when the server was first started:</p>
${firstRequest(house.publicUrl)}</div>`;
}

/** Where the next page begins, and what its link says: a search that found little so far goes on from where it stopped. */
function wayOn(next: Place | null, isCut: boolean) {
  const at = next && `${next.at}.${next.requestId}`;
  if (!isCut || next === null) return { next: at };
  return {
    next: at,
    words: "Search further",
    reached: html`<span class="soft small">Searched back to ${time(next.at)}</span>`,
  };
}
