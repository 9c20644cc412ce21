import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { html } from "./html.ts";

/** Sends a plain page under a policy that allows its one style and nothing else; other sites may frame it only where that is said. */
export function sendPlain(
  reply: FastifyReply,
  { mayBeFramed = false, ...page }: { readonly title: string; readonly body: string; readonly mayBeFramed?: boolean },
): FastifyReply {
  const styleHash = createHash("sha256").update(plainStyle).digest("base64");
  return reply
    .type("text/html; charset=utf-8")
    .header(
      "content-security-policy",
      `default-src 'none'; img-src 'self'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors ${mayBeFramed ? "http: https:" : "'none'"}`,
    )
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .send(renderPlainPage(page));
}

/** A page of plain HTML without script; `body` is HTML already. Its style is the one inline style of the house, allowed by hash. */
function renderPlainPage({ title, body }: { readonly title: string; readonly body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${html`<title>${title}</title>`.markup}
<style>${plainStyle}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** The style of plain pages. */
const plainStyle = `
:root { color-scheme: light dark; --ink: #1d2629; --soft: #546268; --line: #d3dadd; --paper: #ffffff; --ground: #eceff1; --accent: #0b6b60; --on-accent: #ffffff; --green-ink: #0a673b; --green-ground: #e4f5ea; --red-ink: #a8201a; --red-ground: #fdecea; --amber-ink: #7a4a00; --amber-ground: #fdf2dd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef0; --soft: #a4b2b7; --line: #343e42; --paper: #1e2527; --ground: #14191b; --accent: #6fd3c4; --on-accent: #06231f; --green-ink: #7edaa2; --green-ground: #13301f; --red-ink: #ff9f96; --red-ground: #3a1a18; --amber-ink: #efc178; --amber-ground: #352a14; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.5rem; text-wrap: balance; }
p { margin: 0 0 1rem; }
p:last-child { margin-bottom: 0; }
.soft { color: var(--soft); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a.button { display: inline-block; padding: 0.6rem 1.1rem; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
a.button:hover { text-decoration: underline; }
.address { display: block; margin-top: 0.5rem; font-size: 0.8125rem; }
ul.letters { list-style: none; margin: 1.5rem 0 0; padding: 0; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); overflow: hidden; }
ul.letters li + li { border-top: 1px solid var(--line); }
ul.letters a { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: 0.9rem 1.1rem; color: inherit; text-decoration: none; }
ul.letters a:hover { background: color-mix(in srgb, var(--accent) 8%, transparent); }
ul.letters a:focus-visible { outline-offset: -3px; border-radius: 12px; }
ul.letters strong { flex: 1 0 100%; }
ul.letters .soft { font-size: 0.9375rem; }
article { margin-top: 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
code { font: 0.9em ui-monospace, monospace; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
.card { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; margin-top: 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
.card label { font-weight: 600; }
.card label .soft { font-weight: 400; }
.card input { max-width: 100%; font: inherit; margin-bottom: 0.75rem; }
.card button { justify-self: start; padding: 0.6rem 1.4rem; border: 0; border-radius: 10px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
.verdict { display: flex; gap: 1rem; align-items: center; margin: 1rem 0 0; padding: 1.1rem 1.25rem; border-radius: 12px; font-size: 1.0625rem; }
.verdict svg { flex: none; }
.verdict p { margin: 0.25rem 0 0; font-size: 1rem; }
.green { --on: var(--green-ink); --under: var(--green-ground); }
.amber { --on: var(--amber-ink); --under: var(--amber-ground); }
.red { --on: var(--red-ink); --under: var(--red-ground); }
.verdict, .mark { color: var(--on, var(--soft)); background: var(--under, var(--ground)); }
ul.reasons { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
ul.reasons li { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.25rem 1rem; align-items: start; padding: 0.8rem 1.1rem; }
ul.reasons li + li { border-top: 1px solid var(--line); }
.mark { justify-self: start; padding: 0.1rem 0.6rem; border-radius: 99px; font-size: 0.8125rem; font-weight: 600; }
dl { display: grid; grid-template-columns: 10rem 1fr; gap: 0.35rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.scroll { overflow-x: auto; margin-top: 1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; overflow-wrap: normal; }
th, td { padding: 0.55rem 0.9rem; text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
td { border-top: 1px solid var(--line); }
td:first-child { white-space: nowrap; }
td:not(:first-child) { min-width: 6.5rem; overflow-wrap: anywhere; }
@media (max-width: 34rem) { ul.reasons li, dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
`;
