import { escapeHtml } from "../mail/letters.ts";

/** A page of plain HTML without script; `body` is HTML already. Its style is the one inline style of the house, allowed by hash. */
export function renderPlainPage({ title, body }: { readonly title: string; readonly body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
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
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5a6675; --line: #dfe4ea; --paper: #ffffff; --ground: #f5f7f9; --accent: #1f5eff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a3afbd; --line: #303a46; --paper: #1b222b; --ground: #12171d; --accent: #8fb1ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.5rem; }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); }
a { color: var(--accent); }
ul.letters { list-style: none; margin: 1.5rem 0 0; padding: 0; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); overflow: hidden; }
ul.letters li + li { border-top: 1px solid var(--line); }
ul.letters a { display: block; padding: 0.9rem 1.1rem; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
ul.letters a:hover, ul.letters a:focus-visible { background: var(--ground); }
ul.letters strong { display: block; color: var(--ink); }
article { margin-top: 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, monospace; }
`;
