import type { FastifyReply } from "fastify";
import { findEndpoint, shownUrl } from "../../accounts/endpoints.ts";
import { explainOutcome } from "../../callbacks/outcomes.ts";
import { type Html, html } from "../html.ts";
import { firstHandlers, firstUrl } from "./first-handlers.ts";
import { firstRequest } from "./first-steps.ts";
import { keyField, liveBar, sendPage } from "./frame.ts";
import { type Progress, readProgress, stepsDone } from "./progress.ts";
import { readQuery, type Visit } from "./visit.ts";
import { badge } from "./words.ts";

/** Leads to the first steps until they are made, and to the events from then on. */
export async function leadIn(visit: Visit): Promise<FastifyReply> {
  const isDone = stepsDone(await readProgress(visit)) === 3;
  return visit.reply.redirect(isDone ? "/app/events" : "/app/start", 303);
}

/** The first callback, in three steps that turn green as they are made. */
export async function showStart(visit: Visit): Promise<FastifyReply> {
  const { house, account } = visit;
  const progress = await readProgress(visit);
  const handlers = firstHandlers(house.publicUrl);
  const asked = readQuery(visit.request).get("lang") ?? "";
  const language = Object.hasOwn(handlers, asked) ? asked : "typescript";
  const endpoint = await findEndpoint(house.store.read, { accountId: account.account_id, clientId: null });
  return sendPage(visit, {
    title: "Your first callback",
    place: "callbacks",
    body: html`<div><div class="head"><h1>Your first callback</h1><p class="soft small">The steps turn green by themselves. ${liveBar}</p></div>
<p class="soft">An integrator sends a document and gets an answer at once; what becomes of it is told by callbacks. Three steps to the first one, on your own machine.</p></div>
<ol class="steps"><li class="card"><header data-live="step-1"><h2>Start a handler</h2>${stateOf(progress, 1)}</header>${renderHandler(visit, { handlers, language })}</li>
<li class="card"><header data-live="step-2"><h2>Tell the server where it is</h2>${stateOf(progress, 2)}</header>${renderUrl(visit, { stored: shownUrl(endpoint), language })}<div data-live="trouble">${renderTrouble(progress)}</div></li>
<li class="card"><header data-live="step-3"><h2>Ask for a signature</h2>${stateOf(progress, 3)}</header>
<p>In a terminal beside any PDF; or <a href="/app/requests/new">send one from here</a>.</p>
${firstRequest(house.publicUrl)}</li></ol>
<div data-live="end">${stepsDone(progress) === 3 ? renderEnd() : null}</div>`,
  });
}

function stateOf(progress: Progress, step: 1 | 2 | 3): Html {
  const done = { 1: progress.isAnswered, 2: progress.isAcknowledged, 3: progress.isSentHeard }[step];
  const waiting = {
    1: "Waiting for an answer from your handler",
    2: "Waiting for an acknowledgement",
    3: "Waiting for signature_request_sent to be acknowledged",
  }[step];
  return badge(done ? { tone: "ok", words: "Done" } : { tone: "wait", words: waiting });
}

type Handling = { readonly handlers: ReturnType<typeof firstHandlers>; readonly language: string };

function renderHandler({ account }: Visit, { handlers, language }: Handling): Html {
  const chosen = handlers[language];
  if (chosen === undefined) return html``;
  const choices = Object.entries(handlers).map(
    ([key, { name }]) =>
      html`<a href="/app/start?lang=${key}"${key === language ? html` aria-current="true"` : null}>${name}</a>`,
  );
  return html`<nav class="choices" aria-label="Language">${choices}</nav>
<p>Save this as <code>${chosen.file}</code>. It prints each event, checks that it comes from this server, and acknowledges it. <span class="soft">${chosen.needs}</span></p>
<div class="code"><button type="button" class="tiny" hidden data-copy="handler">Copy</button><pre tabindex="0" aria-label="${chosen.file}" id="handler"><code>${chosen.code}</code></pre></div>
<p>Start it with the account’s primary API key, ${account.made_by === null ? "the one that was printed at the first start" : html`which you make, and make primary, under <a href="/app/settings/keys">API keys</a>`}:</p>
<div class="code"><button type="button" class="tiny" hidden data-copy="run">Copy</button><pre tabindex="0" aria-label="Command" id="run"><code>COUNTERSIGN_API_KEY=… ${chosen.start}</code></pre></div>`;
}

type Told = { readonly stored: string | null; readonly language: string };

function renderUrl({ formKey }: Visit, { stored, language }: Told): Html {
  if (language === "curl")
    return html`<p>With curl there is nothing to set: it takes what is due from a listener of its own, beside any URL. For a handler that listens at a URL, choose another language.</p>`;
  return html`<p>Saving sends a <code>callback_test</code> there at once.</p>
<form method="post" action="/app/settings/url" class="stack">${keyField(formKey)}<input type="hidden" name="back" value="start">
<label for="url">Account callback URL</label><div class="row field"><input id="url" name="url" value="${stored ?? firstUrl}" inputmode="url" autocomplete="off" spellcheck="false"><button class="main">Save and test</button>${stored === null ? null : html`<button formaction="/app/settings/test">Send test</button>`}</div></form>
<p class="hint">Is the server elsewhere, and your handler on this machine? <code>npx countersign listen --forward-to ${firstUrl}</code> brings callbacks here without a tunnel.</p>`;
}

function renderTrouble({ isAcknowledged, trouble }: Progress): Html | null {
  if (isAcknowledged || trouble === null) return null;
  return html`<p class="notice bad" role="alert">${explainOutcome(trouble)}</p>`;
}

function renderEnd(): Html {
  return html`<section class="card" aria-labelledby="end"><div class="title"><h2 id="end">It works</h2>${badge({ tone: "ok", words: "3 of 3" })}</div>
<p>Your handler hears of each step of a request. Sign the document from the letter in the <a href="/inbox">inbox</a>, and watch <code>signature_request_viewed</code>, <code>_signed</code> and <code>_all_signed</code> arrive under <a href="/app/events">events</a>.</p>
<p class="soft">Before it goes to work: store each event under its <code>Countersign-Event-Id</code> and then acknowledge, since delivery is at least once. What fails is tried again, at longer and longer intervals.</p></section>`;
}
