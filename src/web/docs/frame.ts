import type { FastifyReply } from "fastify";
import { stylePath } from "../dashboard/style.ts";
import { type Html, html } from "../html.ts";

/** A page of the API reference; without a place it is a page of one operation. */
export type DocsPage = {
  readonly title: string;
  readonly place: "operations" | "events" | "errors" | "text-tags" | null;
  readonly body: Html;
  readonly status?: number;
};

const places = [
  { place: "operations", path: "/docs", name: "Operations" },
  { place: "events", path: "/docs/events", name: "Events" },
  { place: "errors", path: "/docs/errors", name: "Errors" },
  { place: "text-tags", path: "/docs/text-tags", name: "Text tags" },
] as const;

/** Own style and pictures, forms to this server, and nothing else: these pages have no script. */
const policy =
  "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const current = html` aria-current="page"`;

/** Sends a page of the API reference. It is the same for everybody, signed in or not. */
export function sendDocs(reply: FastifyReply, { title, place, body, status = 200 }: DocsPage): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Countersign API</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<a class="skip" href="#content">To the content</a><header class="top"><div class="bar">
<a class="brand" href="/docs"><img src="/favicon.svg" alt="" width="24" height="24"><span>Countersign API</span></a>
<nav aria-label="API reference">${places.map((one) => html`<a href="${one.path}"${one.place === place ? current : null}>${one.name}</a>`)}</nav>
<p class="who"><a href="/app/">Dashboard</a></p>
</div></header>
<main id="content" class="docs">${body}</main>
<footer class="bottom"><a href="/openapi.json">OpenAPI document</a> <a href="/app/">Dashboard</a> <a href="/verify">Check a document</a></footer>
</body>
</html>
`;
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .header("content-security-policy", policy)
    .header("referrer-policy", "same-origin")
    .header("cross-origin-opener-policy", "same-origin")
    .send(page.markup);
}
