import { directionOf, type Locale } from "../language/locales.ts";
import { editorShellWords, shellWords } from "../language/shell.ts";
import type { EditorBootFacts } from "../wire/editor-view.ts";
import type { BootFacts, PhoneFacts } from "../wire/session.ts";
import type { PageFiles } from "./page-assets.ts";

type SignPage = PageFiles & { readonly boot: BootFacts };

/**
 * The signing page's HTML: a shell that the script fills. It needs no inline script and no inline style, so
 * `default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'` is enough.
 */
export function renderSignPage({ boot, ...files }: SignPage): string {
  return renderShell({ facts: boot, ...files });
}

/** The editor's page, likewise. */
export function renderEditorPage({ boot, ...files }: PageFiles & { readonly boot: EditorBootFacts }): string {
  return renderShell({ facts: boot, ...files, words: editorShellWords[boot.locale] });
}

/** The page of a pad on a phone, likewise. */
export function renderHandPage(page: Omit<SignPage, "boot"> & { readonly facts: PhoneFacts }): string {
  return renderShell(page);
}

type Shell = Pick<SignPage, "script" | "style"> & {
  readonly facts: { readonly locale: Locale };
  /** What it says otherwise than the signing page. */
  readonly words?: Partial<(typeof shellWords)[Locale]>;
};

function renderShell({ facts, script, style, words: others }: Shell): string {
  const words = { ...shellWords[facts.locale], ...others };
  return `<!doctype html>
<html lang="${facts.locale}" dir="${directionOf(facts.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${words.title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${escapeAttribute(style)}">
<script type="application/json" id="boot">${escapeJson(facts)}</script>
<script type="module" src="${escapeAttribute(script)}"></script>
</head>
<body>
<div id="app"><main class="screen"><p>${words.opening}</p></main></div>
<noscript><p class="screen">${words.script}</p></noscript>
</body>
</html>
`;
}

/** What stands at the address that v3 gives as `signing_url`: it names the request, not a link. */
export const linkInMail = `<h1>Your link is in your mail</h1>
<p>Each signer of this document has a link of their own. Please open the one in the mail that asks for your signature.</p>`;

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** JSON that cannot end the element it stands in: `</script>` and `<!--` both need a `<`. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
