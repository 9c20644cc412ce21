import type { BootFacts } from "../wire/session.ts";

type SignPage = {
  readonly boot: BootFacts;
  /** Addresses of the built script and style: `dist/web/assets.json`. */
  readonly script: string;
  readonly style: string;
};

/**
 * The signing page's HTML: a shell that the script fills. It needs no inline script and no inline style, so
 * `default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'` is enough.
 */
export function renderSignPage({ boot, script, style }: SignPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Sign a document</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${escapeAttribute(style)}">
<script type="application/json" id="boot">${escapeJson(boot)}</script>
<script type="module" src="${escapeAttribute(script)}"></script>
</head>
<body>
<div id="app"><main class="screen"><p>Opening your document…</p></main></div>
<noscript><p class="screen">Signing needs JavaScript. Please switch it on for this site, then load the page again.</p></noscript>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** JSON that cannot end the element it stands in: `</script>` and `<!--` both need a `<`. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
