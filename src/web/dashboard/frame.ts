import type { FastifyReply } from "fastify";
import { type Html, html } from "../html.ts";
import type { ScriptFiles } from "../page-assets.ts";
import { stylePath } from "./style.ts";
import type { Visit } from "./visit.ts";

/** A page of the dashboard: its title, which heads the browser's tab, and its content. */
export type DashboardPage = {
  readonly title: string;
  /** The entry of the menu that the page belongs to. */
  readonly place?: (typeof places)[number]["place"];
  /** The entry of the settings' own menu. */
  readonly setting?: (typeof settingPages)[number]["setting"];
  readonly body: Html;
  readonly status?: number;
};

/** Sends a page to somebody who is signed in: with the menu, and a form to sign out. */
export function sendPage({ house, reply, account, formKey }: Visit, page: DashboardPage): FastifyReply {
  const menu = html`<header class="top"><div class="bar">
<a class="brand" href="/app/events">${mark}<span>Countersign</span></a>
<nav aria-label="Dashboard">${places.map(({ place, path, name }) => html`<a href="${path}"${place === page.place ? current : null}>${name}</a>`)}</nav>
<form class="who" method="post" action="/app/sign-out">${keyField(formKey)}<span class="soft" title="${account.email}">${account.email}</span><button class="quiet">Sign out</button></form>
</div></header>`;
  const settings =
    page.setting === undefined
      ? null
      : html`<nav class="tabs" aria-label="Settings">${settingPages.map(({ setting, path, name }) => html`<a href="${path}"${setting === page.setting ? current : null}>${name}</a>`)}</nav>`;
  return send(reply, {
    ...page,
    script: house.script,
    body: html`<a class="skip" href="#content">To the content</a>${menu}<main id="content">${settings}${page.body}</main>${foot}`,
  });
}

/** Sends a page to somebody who is not signed in. */
export function sendDoorPage({ house, reply }: Pick<Visit, "house" | "reply">, page: DashboardPage): FastifyReply {
  return send(reply, {
    ...page,
    script: house.script,
    body: html`<main class="door"><p class="brand">${mark}<span>Countersign</span></p>${page.body}</main>${foot}`,
  });
}

/** Sends a page without a script to somebody whom an app has sent here; `formTo` is the protocol (`https:`) of where its form leads in the end. */
export function sendConsent(
  reply: FastifyReply,
  { formTo, ...page }: DashboardPage & { readonly formTo?: string },
): FastifyReply {
  return send(reply, {
    ...page,
    script: null,
    // Browsers hold every redirect behind a form against its policy, and an app may send people on from its callback URL.
    ...(formTo === undefined ? {} : { formsTo: ["'self'", ...new Set(["https:", formTo])].join(" ") }),
    body: html`<main class="door"><p class="brand">${mark}<span>Countersign</span></p>${page.body}</main>`,
  });
}

/** Where a page says whether it is kept as things are now; empty without a script. Parts marked `data-live` are. */
export const liveBar: Html = html`<span class="live" data-live-bar hidden></span><span class="said" role="status" data-live-said></span>`;

/** The hidden field that shows a form to be the session's own. */
export function keyField(formKey: string): Html {
  return html`<input type="hidden" name="key" value="${formKey}">`;
}

const places = [
  { place: "events", path: "/app/events", name: "Events" },
  { place: "callbacks", path: "/app/callbacks", name: "Callbacks" },
  { place: "requests", path: "/app/requests", name: "Requests" },
  { place: "faxes", path: "/app/faxes", name: "Faxes" },
  { place: "calls", path: "/app/calls", name: "API calls" },
  { place: "settings", path: "/app/settings", name: "Settings" },
  { place: "inbox", path: "/inbox", name: "Inbox" },
] as const;

const settingPages = [
  { setting: "callbacks", path: "/app/settings", name: "Callbacks" },
  { setting: "apps", path: "/app/settings/apps", name: "Apps" },
  { setting: "team", path: "/app/settings/team", name: "Team" },
  { setting: "connected", path: "/app/settings/connected", name: "Connected apps" },
  { setting: "sign-in", path: "/app/settings/sign-in", name: "Sign-in" },
  { setting: "keys", path: "/app/settings/keys", name: "API keys" },
  { setting: "certificate", path: "/app/settings/certificate", name: "Certificate" },
] as const;

const foot = html`<footer class="bottom"><a href="/docs">API reference</a> <a href="/verify">Check a document</a></footer>`;
const current = html` aria-current="page"`;
const mark = html`<img src="/favicon.svg" alt="" width="24" height="24">`;

/** Own style, pictures and script, forms and calls to this server, and nothing else. */
function policyOf({ script, formsTo }: { readonly script: ScriptFiles | null; readonly formsTo: string }): string {
  const scripts = script === null ? "" : "script-src 'self'; connect-src 'self'; ";
  return `default-src 'none'; img-src 'self'; style-src 'self'; ${scripts}form-action ${formsTo}; base-uri 'none'; frame-ancestors 'none'`;
}

type Sent = DashboardPage & { readonly script: ScriptFiles | null; readonly formsTo?: string };

function send(reply: FastifyReply, { title, body, script, formsTo = "'self'", status = 200 }: Sent): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Countersign</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${stylePath}">
${script !== null && html`${script.parts.map((part) => html`<link rel="modulepreload" href="${part}">`)}<script type="module" src="${script.script}"></script>`}
</head>
<body>
${body}
</body>
</html>
`;
  return (
    reply
      .code(status)
      .type("text/html; charset=utf-8")
      .header("content-security-policy", policyOf({ script, formsTo }))
      // Own pages must say where a form comes from: under no-referrer its Origin would be null.
      .header("referrer-policy", "same-origin")
      .header("cross-origin-opener-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(page.markup)
  );
}
