import { html } from "./html.ts";

/** A page of plain HTML without script; `body` is HTML already. Its style is the one inline style of the house, allowed by hash. */
export function renderPlainPage({ title, body }: { readonly title: string; readonly body: string }): string {
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
export const plainStyle = `
:root { color-scheme: light dark; --ink: #1d2629; --soft: #546268; --line: #d3dadd; --paper: #ffffff; --ground: #eceff1; --accent: #0b6b60; --on-accent: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef0; --soft: #a4b2b7; --line: #343e42; --paper: #1e2527; --ground: #14191b; --accent: #6fd3c4; --on-accent: #06231f; } }
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
`;
