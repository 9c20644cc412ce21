import { type Html, html } from "../html.ts";
import type { Shown } from "./document.ts";

/** The page of all operations by their groups, or of those that the words fit: all of them, in any order. */
export function renderList(operations: readonly Shown[], query: string): Html {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = operations.filter((operation) => fits(operation, words));
  const tags = [...Map.groupBy(found, ({ tag }) => tag)];
  return html`<div class="head"><h1>API reference</h1></div>
<p class="lead">Every operation of this server, as it is now. A call brings an API key as the user name of HTTP Basic, without a password. Bodies may be JSON, multipart or urlencoded forms; answers are JSON. Operations below <code>/v3</code> are those of Dropbox Sign, so that its official SDKs can call them; those below <code>/api</code> are Countersign’s own.</p>
<form class="search" method="get" action="/docs" role="search"><label class="unseen" for="q">Search operations and parameters</label><input id="q" name="q" type="search" maxlength="100" value="${query}" placeholder="Operation, path or parameter"><button>Search</button></form>
${words.length > 0 && html`<p role="status">${found.length === 0 ? "Nothing fits." : `${found.length} of ${operations.length} operations fit.`} <a href="/docs">Show all</a></p>`}
${tags.length > 1 && html`<ul class="jump" aria-label="Groups">${tags.map(([tag]) => html`<li><a href="#${anchorOf(tag)}">${tag}</a></li>`)}</ul>`}
${tags.map(([tag, some]) => renderGroup(tag, some))}`;
}

function renderGroup(tag: string, operations: readonly Shown[]): Html {
  const id = anchorOf(tag);
  return html`<section class="card flush" id="${id}" aria-labelledby="${id}-heading"><header><h2 id="${id}-heading">${tag}</h2></header>
<table class="rows operations"><thead><tr><th scope="col">Call</th><th scope="col">What it does</th></tr></thead><tbody>${operations.map(
    (
      operation,
    ) => html`<tr id="${operation.id}"><td><a class="plain" href="/docs/operations/${operation.id}">${operation.id}</a><span class="under"><span class="verb">${operation.method}</span> <code>${operation.path}</code></span></td><td>${operation.says}</td></tr>
`,
  )}</tbody></table></section>`;
}

function anchorOf(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

function fits({ id, path, tag, says, parameters }: Shown, words: readonly string[]): boolean {
  const text = [id, path, tag, says, ...parameters.map(({ name }) => name)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
