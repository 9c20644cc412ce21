import type { FastifyReply } from "fastify";
import { type Html, html } from "../html.ts";
import { stylePath } from "./style.ts";
import type { Visit } from "./visit.ts";

/** A page of the dashboard: its title, which heads the browser's tab, and its content. */
export type DashboardPage = {
  readonly title: string;
  /** The entry of the menu that the page belongs to. */
  readonly place?: "events" | "requests" | "settings";
  readonly body: Html;
  readonly status?: number;
};

/** Sends a page to somebody who is signed in: with the menu, and a form to sign out. */
export function sendPage({ reply, account, formKey }: Visit, page: DashboardPage): FastifyReply {
  const menu = html`<header class="top"><div class="bar">
<a class="brand" href="/app/events">${mark}<span>Countersign</span></a>
<nav aria-label="Dashboard">${places.map(({ place, path, name }) => html`<a href="${path}"${place === page.place ? current : null}>${name}</a>`)}</nav>
<form class="who" method="post" action="/app/sign-out">${keyField(formKey)}<span class="soft" title="${account.email}">${account.email}</span><button class="quiet">Sign out</button></form>
</div></header>`;
  return send(reply, { ...page, body: html`${menu}<main id="content">${page.body}</main>` });
}

/** Sends a page to somebody who is not signed in. */
export function sendDoorPage(reply: FastifyReply, page: DashboardPage): FastifyReply {
  return send(reply, {
    ...page,
    body: html`<main class="door"><p class="brand">${mark}<span>Countersign</span></p>${page.body}</main>`,
  });
}

/** The hidden field that shows a form to be the session's own. */
export function keyField(formKey: string): Html {
  return html`<input type="hidden" name="key" value="${formKey}">`;
}

const places = [
  { place: "events", path: "/app/events", name: "Events" },
  { place: "requests", path: "/app/requests", name: "Requests" },
  { place: "settings", path: "/app/settings", name: "Settings" },
  { place: "inbox", path: "/inbox", name: "Inbox" },
] as const;

const current = html` aria-current="page"`;
const mark = html`<img src="/favicon.svg" alt="" width="24" height="24">`;

/** Own style and pictures, forms to this server, and nothing else: no script at all. */
const policy =
  "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function send(reply: FastifyReply, { title, body, status = 200 }: DashboardPage): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Countersign</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${stylePath}">
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
      .header("content-security-policy", policy)
      // Own pages must say where a form comes from: under no-referrer its Origin would be null.
      .header("referrer-policy", "same-origin")
      .header("cross-origin-opener-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(page.markup)
  );
}
