import type { FastifyReply } from "fastify";
import { countDeliveries, type DeliveryCounts } from "../../accounts/endpoint-state.ts";
import { findNamedEndpoints, type NamedEndpoint, shownUrl } from "../../accounts/endpoints.ts";
import { limits } from "../../base/limits.ts";
import { findPaces, latencyOf, type Pace, sumPaces } from "../../callbacks/pace.ts";
import type { EndpointRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { type ChartTime, renderChart, renderChartTable } from "./chart.ts";
import { endpointBadges } from "./endpoint.ts";
import { liveBar, sendPage } from "./frame.ts";
import { readQuery, type Visit } from "./visit.ts";
import { badge, span, time } from "./words.ts";

const hour = 3_600_000;

/** The times that can be looked at: how far back, and the length of a bar, in milliseconds. */
const windows = {
  "24h": { words: "24 hours", lengthMs: 24 * hour, spanMs: hour / 2 },
  "7d": { words: "7 days", lengthMs: 7 * 24 * hour, spanMs: 2 * hour },
  "30d": { words: "30 days", lengthMs: 30 * 24 * hour, spanMs: 12 * hour },
} as const;

type WindowName = keyof typeof windows;

/** How callbacks fare, endpoint by endpoint: state, what went out and failed, how quickly it is answered, and what waits. */
export async function showCallbacks(visit: Visit): Promise<FastifyReply> {
  const { house, account } = visit;
  const asked = readQuery(visit.request).get("window") ?? "";
  const name: WindowName = Object.hasOwn(windows, asked) ? (asked as WindowName) : "24h";
  const { lengthMs, spanMs } = windows[name];
  const until = house.clock();
  const chart = { since: until - lengthMs, until, spanMs };
  const named = await findNamedEndpoints(house.store.read, account.account_id);
  const rows = named.toSorted((a, b) => rankOf(a) - rankOf(b));
  const paces = await findPaces(house.store.read, {
    accountId: account.account_id,
    since: chart.since - (chart.since % spanMs),
    spanMs,
  });
  const cards = await Promise.all(
    rows.map(async (row) =>
      renderEndpointCard({
        row,
        at: until,
        counts: await countDeliveries(house.store.read, row),
        paces: paces.get(row.endpoint_id) ?? [],
        chart,
      }),
    ),
  );
  return sendPage(visit, {
    title: "Callbacks",
    place: "callbacks",
    body: html`<div class="head"><h1>Callbacks</h1><p class="soft small">All times are UTC. ${liveBar}</p></div>
<div class="row between"><nav class="choices" aria-label="Time shown">${Object.entries(windows).map(([key, { words }]) => html`<a href="/app/callbacks?window=${key}"${key === name ? html` aria-current="true"` : null}>${words}</a>`)}</nav><a class="button" href="/app/callbacks/replay">Replay a range</a></div>
${cards.length === 0 ? null : html`<ul class="keys" aria-label="Colours"><li>acknowledged</li><li class="poor">failed attempts</li><li class="pace">95% of attempts within</li></ul>`}
<div class="cards" data-live="endpoints">${cards.length === 0 ? renderNone() : cards}</div>`,
  });
}

/** The account's endpoint comes first, then the apps', then who listens at a command line. */
function rankOf({ listener, client_id: clientId }: EndpointRow): number {
  if (listener !== null) return 2;
  return clientId === null ? 0 : 1;
}

type Card = {
  readonly row: NamedEndpoint;
  readonly at: number;
  readonly counts: DeliveryCounts;
  readonly paces: readonly Pace[];
  readonly chart: ChartTime;
};

function renderEndpointCard({ row, at, counts, paces, chart }: Card): Html {
  const { endpoint_id: id, client_id: clientId, listener } = row;
  const name = clientId === null ? "Account" : `App “${row.app_name ?? clientId}”`;
  const settings = clientId === null ? "/app/settings" : `/app/settings/apps/${clientId}`;
  return html`<section class="card" data-key="${id}" aria-labelledby="e-${id}"><header><div class="title"><h2 id="e-${id}">${name}</h2>${listener === null ? endpointBadges(row) : listenerBadge(row, at)}</div>
${listener === null ? html`<a href="${settings}">Settings</a>` : null}</header>
<p>${listener === null ? html`<code>${shownUrl(row) ?? "no URL is set"}</code>` : html`<code>countersign listen</code>, named ${listener}`}</p>
${renderTrouble(row)}
${renderFigures({ paces, counts, id })}
${paces.length === 0 ? html`<p class="soft small">Nothing was sent in this time.</p>` : html`${renderChart(paces, chart)}${renderChartTable(paces)}`}</section>`;
}

function listenerBadge({ listener_seen_at: seen }: EndpointRow, at: number): Html {
  return seen !== null && at - seen < limits.listenerHereMs
    ? badge({ tone: "ok", words: "Listening" })
    : html`${badge({ tone: "idle", words: "Away" })}${seen === null ? null : html`<span class="soft small">last seen ${time(seen)}</span>`}`;
}

function renderTrouble({ failing_since: since, breaker_until: until }: EndpointRow): Html | null {
  if (since === null && until === null) return null;
  return html`<p class="notice bad">${since !== null && html`No attempt has been acknowledged since ${time(since)}. `}${until !== null && html`Nobody can be reached: one callback at a time goes out to try, the next not before ${time(until)}. `}What is owed is kept and tried again.</p>`;
}

function renderFigures({ paces, counts, id }: Pick<Card, "paces" | "counts"> & { readonly id: string }): Html {
  const sum = sumPaces(paces);
  const [half, most] = [latencyOf(sum, 0.5), latencyOf(sum, 0.95)];
  const figure = (words: string, value: Html | string) => html`<div><dt>${words}</dt><dd>${value}</dd></div>`;
  const number = (value: number) => value.toLocaleString("en-US");
  const linked = (value: number, state: string) =>
    value === 0
      ? html`0`
      : html`<a href="/app/events?endpoint=${id}&amp;state=${state}">${number(value)}${value >= limits.countedDeliveries ? " or more" : ""}</a>`;
  return html`<dl class="figures">${figure("Acknowledged", number(sum.delivered))}${figure("Failed attempts", sum.failed > 0 ? html`<span class="fault">${number(sum.failed)}</span>` : "0")}
${figure("Half within", half === null ? "–" : span(half))}${figure("95% within", most === null ? "–" : span(most))}
${figure("Waiting", linked(counts.pending, "retrying"))}${figure("Held", linked(counts.held, "held"))}${figure("Given up", counts.exhausted > 0 ? html`<strong class="fault">${linked(counts.exhausted, "exhausted")}</strong>` : "0")}</dl>`;
}

function renderNone(): Html {
  return html`<section class="card empty"><h2>No callback URL yet</h2><p>Each event is posted to the callback URL of the account, and to that of the app whose request it is about.</p><p><a class="button" href="/app/start">Your first callback, in three steps</a></p></section>`;
}
