import type { FastifyReply } from "fastify";
import { sql } from "kysely";
import { limits } from "../../base/limits.ts";
import type { Db } from "../../storage/store.ts";
import type { SignatureRequestRow, SignatureRow } from "../../storage/tables.ts";
import { type Html, html } from "../html.ts";
import { firstRequest } from "./first-steps.ts";
import { sendPage } from "./frame.ts";
import { renderPager } from "./pager.ts";
import { readQuery, type Visit } from "./visit.ts";
import { stateBadge, time } from "./words.ts";

/** The account's requests, newest first, page by page. */
export async function showRequests(visit: Visit): Promise<FastifyReply> {
  const query = readQuery(visit.request);
  const before = readCursor(query.get("before"));
  const { read } = visit.house.store;
  const rows = await findRequests(read, { accountId: visit.account.account_id, before });
  const shown = rows.slice(0, limits.dashboardRows);
  const signers = await findSigners(read, shown);
  const last = rows.length > shown.length ? shown.at(-1) : undefined;
  const list = shown.map((row) => renderRow(row, signers.get(row.request_id) ?? []));
  return sendPage(visit, {
    title: "Requests",
    place: "requests",
    body: html`<div class="head"><div class="title"><h1>Requests</h1><p class="soft small">Newest first. All times are UTC.</p></div><a class="button main" href="/app/requests/new">Send a document</a></div>
<section class="card flush" aria-label="Requests">${shown.length === 0 ? renderEmpty(visit, before !== null) : renderTable(list)}
${renderPager({ path: "/app/requests", query, isFirst: before === null, next: last ? `${last.created_at}.${last.request_id}` : null })}</section>`,
  });
}

type Cursor = { readonly at: number; readonly requestId: string };

function readCursor(text: string | undefined): Cursor | null {
  const [, at = "", requestId = ""] = /^(\d{1,15})\.([0-9a-f]{40})$/.exec(text ?? "") ?? [];
  return requestId === "" ? null : { at: Number(at), requestId };
}

/** One more than a page, so that one knows whether there is a next. */
async function findRequests(
  db: Db,
  { accountId, before }: { readonly accountId: string; readonly before: Cursor | null },
): Promise<readonly SignatureRequestRow[]> {
  return db
    .selectFrom("signature_requests")
    .selectAll()
    .where("account_id", "=", accountId)
    .$if(before !== null, (query) =>
      query.where(sql<boolean>`(created_at, request_id) < (${before?.at}, ${before?.requestId})`),
    )
    .orderBy("created_at", "desc")
    .orderBy("request_id", "desc")
    .limit(limits.dashboardRows + 1)
    .execute();
}

type Signer = Pick<SignatureRow, "request_id" | "name" | "state">;

async function findSigners(
  db: Db,
  requests: readonly SignatureRequestRow[],
): Promise<ReadonlyMap<string, readonly Signer[]>> {
  if (requests.length === 0) return new Map();
  const ids = requests.map(({ request_id }) => request_id);
  const rows = await db
    .selectFrom("signatures")
    .select(["request_id", "name", "state"])
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
  return html`<tr><td>${time(row.created_at)}</td>
<td><a class="plain" href="/app/requests/${row.request_id}">${row.title || titleless(row)}</a><span class="under">${row.error_message ?? html`<span class="id">${row.request_id}</span>`}</span></td>
<td>${stateBadge("request", row.state)}${row.test_mode === 1 ? html` <span class="soft small">test</span>` : null}</td>
<td>${signed} of ${signers.length} signed<span class="under">${row.state === "destroyed" ? "" : namesOf(signers)}</span></td></tr>
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

function renderEmpty({ house }: Visit, isPastEnd: boolean): Html {
  if (isPastEnd) return html`<div class="empty"><p>There is nothing older.</p></div>`;
  return html`<div class="empty"><h2>No requests yet</h2>
<p><a class="button main" href="/app/requests/new">Send a document</a></p>
<p>Or ask for a first signature from a terminal, with the API key that was printed when the server was first started:</p>
${firstRequest(house.publicUrl)}</div>`;
}
