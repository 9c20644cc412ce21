import { keyIdOf } from "../../accounts/keys.ts";
import type { ApiKeyRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";

/** A new key; `key` null once it was shown, `old` the one whose place it is to take. */
export type ShownKey = {
  readonly row: ApiKeyRow;
  readonly key: string | null;
  readonly old: ApiKeyRow | null;
};

/** Shows the new key, or says that it was shown, and what to do next. */
export function renderShown({ row, key, old }: ShownKey): Html {
  if (key === null)
    return html`<div class="notice wait"><p>The key “${row.name}” (<span class="id">${keyIdOf(row)}</span>) was shown already and cannot be shown again. If nobody has kept it, revoke it and make another.</p></div>`;
  return html`<section class="card" aria-labelledby="new"><h2 id="new">The new key “${row.name}”</h2>
<p>Copy it now: it is shown this once.</p>
<div class="row"><pre id="new-key" tabindex="0" aria-labelledby="new"><code>${key}</code></pre><button type="button" data-copy="new-key" hidden>Copy</button></div>
${old && renderNext(row, old)}</section>`;
}

function renderNext(row: ApiKeyRow, old: ApiKeyRow): Html {
  const primary =
    old.is_primary === 1
      ? html`<li>Give it to the handlers that verify <code>event_hash</code>, then <a href="/app/settings/keys/${keyIdOf(row)}/primary">make it primary</a>.</li>`
      : null;
  return html`<h3>What is left to do</h3><ol><li>Give it to every program that uses the old key (<span class="id">${keyIdOf(old)}</span>), which goes on meanwhile.</li>${primary}
<li>Once the old one is not used any more, <a href="/app/settings/keys/${keyIdOf(old)}/revoke">revoke it</a>.</li></ol>`;
}
