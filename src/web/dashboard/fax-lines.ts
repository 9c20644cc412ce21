import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import { type FaxLine, listLines } from "../../fax/lines.ts";
import { type Html, html } from "../html.ts";
import { type AreaCodes, countryOf, newLineForm, type RefusedLine, renderBuy } from "./fax-line-form.ts";
import { refusalNotice } from "./form-field.ts";
import { sendPage } from "./frame.ts";
import { readQuery, type Visit } from "./visit.ts";
import { time } from "./words.ts";

/** The lines that the account owns or has access to, newest first, with who has access, and a form that buys another. */
export async function showFaxLines(visit: Visit, refused: RefusedLine | null = null): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const { lines, count } = await listLines(visit.house.store.read, {
    accountIds: [accountId],
    of: null,
    page: 1,
    pageSize: limits.faxLinesShown,
  });
  const more = count - lines.length;
  return sendPage(visit, {
    title: "Fax lines",
    place: "faxes",
    status: refused?.status ?? 200,
    body: html`<div><p class="crumb"><a href="/app/faxes">Faxes</a></p><div class="head"><h1>Fax lines</h1><p class="soft small">Newest first. All times are UTC.</p></div></div>
${renderDone(visit, refused)}
<section class="card flush" aria-label="Fax lines">${lines.length === 0 ? renderEmpty() : renderTable(lines, accountId)}${more > 0 && html`<p class="hint">And ${more} older ones, which the API lists.</p>`}</section>
${await renderShop(visit, refused)}`,
  });
}

/** Where a line has its page. */
export function pathOfLine(number: string): string {
  return `/app/faxes/lines/${number.replace(/^\+/, "")}`;
}

function renderTable(lines: readonly FaxLine[], accountId: string): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Number</th><th scope="col">Bought</th><th scope="col">Owner</th><th scope="col">Access</th></tr></thead>
<tbody>${lines.map((line) => renderRow(line, accountId))}</tbody></table>`;
}

function renderRow({ row, users }: FaxLine, accountId: string): Html {
  const access = users.map(({ email }) => html`<span class="block">${email}</span>`);
  return html`<tr><td><a class="plain" href="${pathOfLine(row.number)}">${row.number}</a><span class="under">${placeOf(row)}</span></td>
<td><span class="narrow">Bought </span>${time(row.created_at)}</td>
<td><span class="narrow">Owner </span>${row.account_id === accountId ? "You" : "Another account"}</td>
<td><span class="narrow">Access </span>${users.length === 0 ? html`<span class="soft">nobody</span>` : access}</td></tr>
`;
}

/** Where a line's number is at home. */
export function placeOf({ city, country }: FaxLine["row"]): string {
  return [city, country].filter((part) => part !== null).join(", ");
}

function renderEmpty(): Html {
  return html`<div class="empty"><h2>No fax lines yet</h2>
<p>A line is a number to send from, and on which faxes come in.</p></div>`;
}

async function renderShop(visit: Visit, refused: RefusedLine | null): Promise<Html> {
  if (visit.house.fax.real === null)
    return html`<p class="notice">This server has no fax provider, so that no line can be bought: its operator sets one with <code>COUNTERSIGN_FAX_URL</code>.</p>`;
  const areaCodes = await findAreaCodes(visit);
  const typed = refused?.typed ?? newLineForm(areaCodes?.country);
  return renderBuy(visit, { typed, fault: refused?.fault ?? null, areaCodes });
}

/** Null where nobody has asked. */
async function findAreaCodes({ house, request }: Visit): Promise<AreaCodes | null> {
  const country = countryOf(readQuery(request).get("codes"));
  if (country === null || house.fax.real === null) return null;
  const codes = await house.fax.real.areaCodes({ country }).catch((error: unknown) => {
    house.log.warn({ err: error }, "the fax provider names no area codes");
    return null;
  });
  return { country, codes };
}

const deeds: Readonly<Record<string, string>> = {
  deleted: "The line is deleted. Its number goes back to the provider; faxes that came in on it stay.",
  twice: "This form came twice: the line was ordered once.",
};

function renderDone({ request }: Visit, refused: RefusedLine | null): Html | null {
  if (refused !== null) return refusalNotice(refused.fault, "Nothing was bought.");
  const done = readQuery(request).get("done");
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}
