import type { FastifyReply } from "fastify";
import { findNamedEndpoints } from "../../accounts/endpoints.ts";
import { badRequest, Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { deliveryStates } from "../../callbacks/log-deliveries.ts";
import { cancelReplay, countReplay, findReplays, type Replay, startReplay } from "../../callbacks/replay.ts";
import type { ReplayCount, ReplayRange } from "../../callbacks/replay-range.ts";
import { eventKinds } from "../../events/catalog.ts";
import { type Html, html } from "../html.ts";
import { namesOfApps } from "./app-names.ts";
import { endpointName } from "./deliveries.ts";
import { moment, timeIn } from "./filter-fields.ts";
import { keyField, liveBar, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, readQuery, type Visit } from "./visit.ts";
import { badge, count, deliveryState, time } from "./words.ts";

/** Sending a range of events again: the question, how many fit it, and the replays that there were. */
export async function showReplay(visit: Visit): Promise<FastifyReply> {
  const query = readQuery(visit.request);
  const endpoints = await findTargets(visit);
  const asked = query.has("endpoint") ? await ask(visit, query) : null;
  return sendReplayPage(visit, { endpoints, query, asked });
}

/** Starts a replay of what was counted; refuses when more fits by now. */
export async function beginReplay(visit: Visit, form: Fields): Promise<FastifyReply> {
  const range = readRange(visit, form);
  const expectedCount = Number(form.get("expected"));
  if (!Number.isSafeInteger(expectedCount)) throw badRequest("expected not valid: count first.");
  await visit.house.transact(
    (work) => startReplay(work, { ...range, expectedCount, perMinute: limits.replayPerMinuteDefault }),
    actorOf(visit),
  );
  return visit.reply.redirect("/app/callbacks/replay?done=started", 303);
}

/** Stops a replay: what it has made is still sent. */
export async function stopReplay(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const replayId = idOf(visit);
  await visit.house.transact((work) => cancelReplay(work, { accountId, replayId }), actorOf(visit));
  return visit.reply.redirect("/app/callbacks/replay?done=stopped", 303);
}

type Target = { readonly id: string; readonly name: string };

async function findTargets({ house, account }: Visit): Promise<readonly Target[]> {
  const all = await findNamedEndpoints(house.store.read, account.account_id);
  const rows = all.filter(({ listener }) => listener === null);
  const apps = rows.flatMap(({ client_id, app_name: name }) => (client_id && name ? [{ client_id, name }] : []));
  const names = new Map(namesOfApps(apps));
  return rows.map(({ endpoint_id: id, client_id: clientId }) => ({
    id,
    name: endpointName({ clientId, appName: names.get(clientId ?? "") ?? null }),
  }));
}

/** What was asked, and the answer: a count, or why there is none. */
type Asked = { readonly counted: ReplayCount } | { readonly fault: string };

async function ask(visit: Visit, query: Fields): Promise<Asked> {
  try {
    return { counted: await countReplay(visit.house.store, readRange(visit, query)) };
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return { fault: error.message };
    throw error;
  }
}

function readRange({ account }: Visit, fields: Fields): ReplayRange {
  const type = fields.get("type");
  const state = deliveryStates.find((one) => one === fields.get("state"));
  const [since, until] = [readTime(fields, "since"), readTime(fields, "until")];
  return {
    accountId: account.account_id,
    endpointId: fields.get("endpoint") ?? "",
    filter: {
      types: type !== undefined && Object.hasOwn(eventKinds, type) ? [type] : [],
      states: state === undefined ? [] : [state],
      ...(since === null ? {} : { since }),
      ...(until === null ? {} : { until }),
    },
  };
}

function readTime(fields: Fields, name: string): number | null {
  const text = fields.get(name) ?? "";
  const at = timeIn(text);
  if (at === null && text !== "") throw badRequest(`${name} not valid: write a time such as 2026-11-29T22:15`, name);
  return at;
}

type ReplayPage = { readonly endpoints: readonly Target[]; readonly query: Fields; readonly asked: Asked | null };

async function sendReplayPage(visit: Visit, { endpoints, query, asked }: ReplayPage): Promise<FastifyReply> {
  const replays = await findReplays(visit.house.store.read, {
    accountId: visit.account.account_id,
    limit: limits.dashboardRows,
  });
  const done = { started: "The replay has begun.", stopped: "The replay is stopped." }[query.get("done") ?? ""];
  return sendPage(visit, {
    title: "Replay",
    place: "callbacks",
    body: html`<div><p class="crumb"><a href="/app/callbacks">Callbacks</a></p><div class="head"><h1>Replay a range</h1><p class="soft small">All times are UTC. ${liveBar}</p></div>
<p class="soft">Sends events once more to one endpoint, oldest first, ${limits.replayPerMinuteDefault} a minute: for a receiver that has lost what it acknowledged. Each keeps its id, so that a handler that knows it can tell.</p></div>
${done === undefined ? null : html`<p class="notice ok" role="status">${done}</p>`}
${renderQuestion(endpoints, query)}
${asked === null ? null : renderAsked(visit, { asked, query })}
${replays.length === 0 ? null : renderReplays(visit, { replays, endpoints })}`,
  });
}

function renderQuestion(endpoints: readonly Target[], query: Fields): Html {
  if (endpoints.length === 0)
    return html`<section class="card empty"><p>There is nothing to replay to: no callback URL was ever set. <a href="/app/settings">Set one</a>.</p></section>`;
  const option = (name: string, [value, words]: readonly [string, string]) =>
    html`<option value="${value}"${query.get(name) === value ? html` selected` : null}>${words}</option>`;
  const bound = (name: string, label: string) => moment({ name, label, at: timeIn(query.get(name)) ?? undefined });
  const types = Object.keys(eventKinds).filter((type) => type !== "callback_test");
  return html`<form class="card filters replay" method="get" action="/app/callbacks/replay">
<div><label for="endpoint">To</label><select id="endpoint" name="endpoint">${endpoints.map(({ id, name }) => option("endpoint", [id, name]))}</select></div>
${bound("since", "From (UTC)")}
${bound("until", "To (UTC)")}
<div><label for="type">Type</label><select id="type" name="type"><option value="">All types</option>${types.map((type) => option("type", [type, type]))}</select></div>
<div><label for="state">Newest delivery</label><select id="state" name="state"><option value="">However it stands</option>${deliveryStates.map((state) => option("state", [state, deliveryState(state).words]))}</select></div>
<div class="row wide"><button>Count</button></div></form>`;
}

function renderAsked(visit: Visit, { asked, query }: { readonly asked: Asked; readonly query: Fields }): Html {
  if ("fault" in asked) return html`<p class="notice bad" role="alert">${asked.fault}</p>`;
  const { count: fitting, payloadRemoved } = asked.counted;
  const removed =
    payloadRemoved > 0 &&
    html`<p class="hint">${count(payloadRemoved, ["more event", "more events"])} would fit, but the payload was removed for its age.</p>`;
  if (fitting === 0)
    return html`<section class="notice" role="status"><p>No event fits that was ever owed to this endpoint.</p>${removed}</section>`;
  const hidden = ["endpoint", "since", "until", "type", "state"].map(
    (name) => html`<input type="hidden" name="${name}" value="${query.get(name)}">`,
  );
  return html`<section class="card" aria-label="What fits"><p role="status"><strong>${count(fitting, ["event fits", "events fit"])}.</strong></p>${removed}
<form method="post" action="/app/callbacks/replay" class="row">${keyField(visit.formKey)}${hidden}<input type="hidden" name="expected" value="${fitting}"><button class="main">Send ${count(fitting, ["callback", "callbacks"])} again</button></form></section>`;
}

const stateBadges = {
  running: badge({ tone: "wait", words: "Running" }),
  done: badge({ tone: "ok", words: "Done" }),
  canceled: badge({ tone: "idle", words: "Stopped" }),
} as const;

type Listed = { readonly replays: readonly Replay[]; readonly endpoints: readonly Target[] };

function renderReplays(visit: Visit, { replays, endpoints }: Listed): Html {
  const rows = replays.map((replay) => {
    const { filter } = replay;
    const name = endpoints.find(({ id }) => id === replay.endpoint_id)?.name ?? replay.endpoint_id;
    const state = Object.entries(stateBadges).find(([one]) => one === replay.state)?.[1];
    const stop =
      replay.state === "running" &&
      html`<form method="post" action="/app/callbacks/replay/${replay.replay_id}/stop">${keyField(visit.formKey)}<button class="tiny">Stop</button></form>`;
    return html`<tr data-key="${replay.replay_id}"><td>${time(replay.created_at)}</td><td>${name}<span class="under">${[...filter.types, ...filter.states].join(", ") || "all types"}</span></td><td>${state}</td><td>${replay.made.toLocaleString("en-US")} of ${count(replay.total, ["callback", "callbacks"])}</td><td>${stop}</td></tr>`;
  });
  return html`<section class="card flush" aria-labelledby="replays" data-live="replays"><header><h2 id="replays">Replays</h2></header>
<table class="rows"><thead><tr><th scope="col">Begun</th><th scope="col">To</th><th scope="col">State</th><th scope="col">Made</th><th scope="col"><span class="said">Actions</span></th></tr></thead><tbody>${rows}</tbody></table></section>`;
}
